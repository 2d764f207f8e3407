import { mapAnswer } from '../api/answer.ts';
import {
  LinkDetailDocument,
  type LinkDetailQuery,
  NodeDetailDocument,
  type NodeDetailQuery,
} from '../graphql/graphql.ts';
import type { Ends } from '../model/cluster.ts';
import type { App } from './app.ts';
import { createPolled, type Polled } from './polled.ts';

export type NodeDetail = NonNullable<NodeDetailQuery['cluster']>;
export type LinkDetail = NonNullable<LinkDetailQuery['cluster']>;

const TIMEOUT_MS = 15_000;
const INTERVAL_MS = 5000;

type Source = Pick<App, 'session' | 'cluster' | 'clock'>;

/** Everything of one node. */
export function createNodeDetail({ session, cluster, clock }: Source, name: string): Polled<NodeDetail | undefined> {
  return createPolled({
    ask: async () =>
      mapAnswer(await session.ask(NodeDetailDocument, { name }, TIMEOUT_MS), (data) => data.cluster ?? undefined),
    time: clock.time,
    intervalMs: () => INTERVAL_MS,
    refresh: cluster.cluster,
  });
}

/** Everything between two nodes. */
export function createLinkDetail({ session, cluster, clock }: Source, ends: Ends): Polled<LinkDetail | undefined> {
  return createPolled({
    ask: async () =>
      mapAnswer(
        await session.ask(LinkDetailDocument, { nodes: [...ends] }, TIMEOUT_MS),
        (data) => data.cluster ?? undefined,
      ),
    time: clock.time,
    intervalMs: () => INTERVAL_MS,
    refresh: cluster.cluster,
  });
}
