import { mapAnswer } from '../api/answer.ts';
import { MutationHistoryDocument } from '../graphql/graphql.ts';
import type { App } from './app.ts';
import { createPolled } from './polled.ts';
import { askPeers, askRoutes, type Where } from './proposals.ts';

const TIMEOUT_MS = 15_000;
const INTERVAL_MS = 10_000;

type Source = Pick<App, 'session' | 'cluster' | 'clock'>;

/** The peers of the node that would be asked for a change. */
export function createPeers({ session, cluster, clock }: Source, node: Where) {
  return createPolled({
    ask: () => askPeers(session, node),
    time: clock.time,
    intervalMs: () => INTERVAL_MS,
    refresh: cluster.cluster,
  });
}

/** The routes of the node that would be asked for a change; asked again when a change was made. */
export function createRoutes({ session, clock, changing }: Pick<App, 'session' | 'clock' | 'changing'>, node: Where) {
  return createPolled({
    ask: () => askRoutes(session, node),
    time: clock.time,
    intervalMs: () => INTERVAL_MS,
    refresh: changing.stage,
  });
}

/** The last mutations of all callers, the newest first. */
export function createMutationHistory(
  { session, clock, changing }: Pick<App, 'session' | 'clock' | 'changing'>,
  last: number,
) {
  return createPolled({
    ask: async () =>
      mapAnswer(await session.ask(MutationHistoryDocument, { last }, TIMEOUT_MS), ({ mutations }) => ({
        rows: (mutations?.edges ?? []).map(({ node }) => node).toReversed(),
        hasMore: mutations?.pageInfo.hasPreviousPage ?? false,
      })),
    time: clock.time,
    intervalMs: () => INTERVAL_MS,
    refresh: changing.stage,
  });
}
