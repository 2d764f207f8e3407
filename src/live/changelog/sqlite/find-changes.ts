import type { StatementSync } from 'node:sqlite';
import type { HistoryQuery, StoredChange } from '../store.ts';

export type Prepare = (sql: string) => StatementSync;

/** What a row has to be, with the values of its parameters. */
export type Condition = readonly [sql: string, ...values: (number | string)[]];

/** Finds changes of a log by what they are about. */
export function findChanges(prepare: Prepare, log: number, query: HistoryQuery): readonly StoredChange[] {
  const { databases, kinds } = query;
  const conditions = conditionsOf(log, query);
  if (databases !== undefined)
    conditions.push([`(databases = '[]' OR ${hasOneOf('databases')})`, JSON.stringify(databases)]);
  if (kinds !== undefined) conditions.push([isOneOf('kind'), JSON.stringify(kinds)]);
  return select(prepare, conditions, query).map(toChange);
}

/** What rows have to be of any log. */
export function conditionsOf(
  log: number,
  { after, before, since, until, nodes }: Pick<HistoryQuery, 'after' | 'before' | 'since' | 'until' | 'nodes'>,
): Condition[] {
  const conditions: Condition[] = [['log = ?', log]];
  if (after !== undefined) conditions.push(['position > ?', after]);
  if (before !== undefined) conditions.push(['position < ?', before]);
  if (since !== undefined) conditions.push(['at >= ?', since]);
  if (until !== undefined) conditions.push(['at < ?', until]);
  if (nodes !== undefined) conditions.push([hasOneOf('nodes'), JSON.stringify(nodes)]);
  return conditions;
}

/** Whether a value is one of those in a parameter that is a JSON array. */
export function isOneOf(value: string): string {
  return `${value} IN (SELECT value FROM json_each(?))`;
}

/** The same for at least one value of a column that is a JSON array. */
function hasOneOf(column: string): string {
  return `EXISTS (SELECT 1 FROM json_each(${column}) WHERE ${isOneOf('value')})`;
}

/** The first or the last rows of `changes` that are so, in order. */
export function select(
  prepare: Prepare,
  conditions: readonly Condition[],
  { limit, from }: Pick<HistoryQuery, 'limit' | 'from'>,
): Record<string, unknown>[] {
  const where = conditions.map(([sql]) => sql).join(' AND ');
  const order = from === 'start' ? 'ASC' : 'DESC';
  const rows = prepare(`SELECT * FROM changes WHERE ${where} ORDER BY position ${order} LIMIT ?`).all(
    ...conditions.flatMap(([, ...values]) => values),
    limit,
  );
  return from === 'start' ? rows : rows.reverse();
}

function toChange(row: Record<string, unknown>): StoredChange {
  return {
    position: Number(row.position),
    at: Number(row.at),
    kind: String(row.kind),
    nodes: JSON.parse(String(row.nodes)) as string[],
    databases: JSON.parse(String(row.databases)) as string[],
    text: String(row.body),
  };
}
