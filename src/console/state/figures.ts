import { mapAnswer } from '../api/answer.ts';
import { GatewayStateDocument, type GatewayStateQuery, LinkFiguresDocument } from '../graphql/graphql.ts';
import { isLarge } from '../model/cluster.ts';
import type { LinkFigures } from '../model/node-rows.ts';
import type { App } from './app.ts';
import { createPolled, type Polled } from './polled.ts';

export type GatewayState = GatewayStateQuery['gateway'];

const TIMEOUT_MS = 15_000;
const INTERVAL_MS = 5000;
/** For a cluster whose figures are more than a megabyte. */
const LARGE_INTERVAL_MS = 15_000;

type Source = Pick<App, 'session' | 'cluster' | 'clock'>;

/** Latency, lag and errors of all links, which cause no event of their own. */
export function createFigures({ session, cluster: { cluster }, clock }: Source): Polled<LinkFigures> {
  return createPolled({
    ask: async () =>
      mapAnswer(await session.ask(LinkFiguresDocument, {}, TIMEOUT_MS), (data) => data.cluster?.links ?? []),
    time: clock.time,
    intervalMs: () => (isLarge(cluster.peek()?.links.length ?? 0) ? LARGE_INTERVAL_MS : INTERVAL_MS),
  });
}

/** What the gateway says of itself and of each node, which it does also while Harper does not answer. */
export function createGatewayState({ session, clock }: Source): Polled<GatewayState> {
  return createPolled({
    ask: async () => mapAnswer(await session.ask(GatewayStateDocument, {}, TIMEOUT_MS), (data) => data.gateway),
    time: clock.time,
    intervalMs: () => INTERVAL_MS,
  });
}
