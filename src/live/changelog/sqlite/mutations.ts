import type { MutationRecord, StoredMutation } from '../audit/mutation-record.ts';
import { type FoundMutations, idsIn, type MutationQuery } from '../audit/mutation-store.ts';
import { type Condition, conditionsOf, isOneOf, type Prepare, select } from './find-changes.ts';

/** Name of the log whose changes are records of mutations. Their ids tell them apart: a row may get another text. */
export const MUTATIONS = 'mutations';

/** Where records are put. */
export interface MutationsLog {
  readonly id: number;
  readonly length: number;
}

/**
 * Puts records at the end of their log, or in the place of those with their ids.
 * @returns the length of the log after that
 */
export function putMutations(prepare: Prepare, log: MutationsLog, records: readonly StoredMutation[]): number {
  const replace = prepare('UPDATE changes SET body = ? WHERE log = ? AND id = ?');
  const insert = prepare(
    'INSERT INTO changes (log, position, at, kind, nodes, databases, body, id) ' + "VALUES (?, ?, ?, ?, ?, '[]', ?, ?)",
  );
  let { length } = log;
  for (const { id, at, mutation, targets, text } of records) {
    if (replace.run(text, log.id, id).changes > 0) continue;
    length += 1;
    insert.run(log.id, length, at, mutation, JSON.stringify(targets), text, id);
  }
  return length;
}

/** Finds records. See `MutationStore.find`. */
export function findMutations(
  prepare: Prepare,
  log: number,
  { query, newer }: { readonly query: MutationQuery; readonly newer: readonly string[] },
): FoundMutations {
  const rows = prepare(`SELECT id, position FROM changes WHERE log = ? AND ${isOneOf('id')}`).all(
    log,
    JSON.stringify(idsIn(query, newer)),
  );
  const positions = new Map(rows.map(({ id, position }) => [String(id), Number(position)]));
  const known = [...positions.keys()];
  const after = query.after === undefined ? 0 : positions.get(query.after);
  if (after === undefined) return { texts: [], known };
  const before = query.before === undefined ? undefined : positions.get(query.before);
  const conditions = conditionsOf(log, { ...query, after, before });
  const { mutations, ids, users, outcomes, hasEnded } = query;
  if (mutations !== undefined) conditions.push([isOneOf('kind'), JSON.stringify(mutations)]);
  if (ids !== undefined) conditions.push([isOneOf('id'), JSON.stringify(ids)]);
  if (users !== undefined) conditions.push([isOneOf(field('user')), JSON.stringify(users)]);
  if (outcomes !== undefined) conditions.push(orNewer([isOneOf(field('outcome')), JSON.stringify(outcomes)], newer));
  if (hasEnded !== undefined)
    conditions.push(orNewer([`(${field('endedAt')} IS NOT NULL) = ?`, Number(hasEnded)], newer));
  return { texts: select(prepare, conditions, query).map(({ body }) => String(body)), known };
}

const field = (name: keyof MutationRecord) => `json_extract(body, '$.${name}')`;

/** What changes when a mutation ends is not asked of records that the caller has newer. */
function orNewer([sql, ...values]: Condition, newer: readonly string[]): Condition {
  return [`(${sql} OR ${isOneOf('id')})`, ...values, JSON.stringify(newer)];
}
