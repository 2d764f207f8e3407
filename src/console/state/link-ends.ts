import { mapAnswer } from '../api/answer.ts';
import { LinkEndsDocument, type LinkEndsQuery } from '../graphql/graphql.ts';
import { isLarge } from '../model/cluster.ts';
import type { App } from './app.ts';
import { createPolled, type Polled } from './polled.ts';

export type LinkEnds = NonNullable<LinkEndsQuery['cluster']>['links'];

const TIMEOUT_MS = 15_000;
const INTERVAL_MS = 5000;
/** For a cluster of which the ends are about a megabyte. */
const LARGE_INTERVAL_MS = 15_000;
const LARGE_LEAST_MS = 5000;

/** What each end of each link says: of all databases, or of one. */
export function createLinkEnds(
  { session, cluster, clock }: Pick<App, 'session' | 'cluster' | 'clock'>,
  database: string | undefined,
): Polled<LinkEnds> {
  const databases = database === undefined ? null : [database];
  return createPolled({
    ask: async () =>
      mapAnswer(await session.ask(LinkEndsDocument, { databases }, TIMEOUT_MS), (data) => data.cluster?.links ?? []),
    time: clock.time,
    intervalMs: (links) => (isLarge(links?.length ?? 0) ? LARGE_INTERVAL_MS : INTERVAL_MS),
    refresh: cluster.cluster,
    leastMs: (links) => (isLarge(links?.length ?? 0) ? LARGE_LEAST_MS : 0),
  });
}
