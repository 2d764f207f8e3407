import type { ClusterStatus } from '../harper/domain.ts';

/** How far a status can be trusted to be of this moment, as the schema names it. */
export const FRESHNESS = {
  LIVE: 'It was read for this answer or, in a subscription, by the last poll, and the next is not overdue.',
  STALE: 'The next poll is overdue, or its answer could not be worked out. This is what was last seen.',
  LOST: 'Harper cannot be read. This is what was last seen.',
} as const;
export type Freshness = keyof typeof FRESHNESS;

/** State of a watch: IDLE before its first poll and after its end. STALE also until the first poll has succeeded. */
export type WatchState = Freshness | 'IDLE';

/** A status as a reader of a watch gets it. */
export interface LiveStatus extends ClusterStatus {
  /** Left out: LIVE. */
  readonly freshness?: Freshness;
}
