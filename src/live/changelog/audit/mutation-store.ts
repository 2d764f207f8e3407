import type { EntryQuery, Retention } from '../store.ts';
import type { MutationRecord, StoredMutation } from './mutation-record.ts';

/** Which records are wanted. */
export interface MutationQuery extends EntryQuery {
  /** Only what comes after, and before the record with this id. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** Only records with one of these as a target. */
  readonly nodes?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly mutations?: readonly string[] | undefined;
  readonly outcomes?: readonly string[] | undefined;
  /** Only those that have ended, or only those that have not. */
  readonly hasEnded?: boolean | undefined;
  readonly ids?: readonly string[] | undefined;
}

export interface FoundMutations {
  /** The records as JSON, in the order in which they were put first. */
  readonly texts: readonly string[];
  /** Which of all ids in the question the store has. */
  readonly known: readonly string[];
}

/**
 * Keeps records of mutations. Several gateways may put into the same one without asking each other. Every promise may
 * be rejected with what kept it from being done.
 */
export interface MutationStore {
  /**
   * Adds records at the end, all of them or none. One whose id is there already takes the place of the other. So
   * the same ones may be put again where nobody knows whether they were.
   * @throws StoreConflict where the store has got another owner, and takes nothing from this one any more
   */
  put(records: readonly StoredMutation[]): Promise<void>;
  /**
   * Finds records. Nothing comes after an id that is not there; before one that is not there comes everything.
   * @param newer ids whose records the caller has as they are now. They are found whatever their outcome
   */
  find(query: MutationQuery, newer: readonly string[]): Promise<FoundMutations>;
  /** Forgets what is too old, or too much. */
  trim(retention: Retention): Promise<void>;
}

/** Whether a record is what is looked for, its place apart. */
export function isWantedMutation(record: MutationRecord, query: MutationQuery): boolean {
  const { begunAt, targets, user, mutation, outcome, endedAt } = record;
  const at = begunAt.getTime();
  return (
    at >= (query.since ?? Number.NEGATIVE_INFINITY) &&
    at < (query.until ?? Number.POSITIVE_INFINITY) &&
    (query.nodes === undefined || targets.some((target) => query.nodes?.includes(target))) &&
    (query.users === undefined || (user !== null && query.users.includes(user))) &&
    (query.mutations === undefined || query.mutations.includes(mutation)) &&
    (query.outcomes === undefined || (outcome !== null && query.outcomes.includes(outcome))) &&
    (query.hasEnded === undefined || (endedAt !== null) === query.hasEnded) &&
    (query.ids === undefined || query.ids.includes(record.id))
  );
}

/** All ids that a question names: those of `newer`, and its cursors. */
export function idsIn({ after, before }: MutationQuery, newer: readonly string[]): string[] {
  return [...newer, ...[after, before].filter((id) => id !== undefined)];
}
