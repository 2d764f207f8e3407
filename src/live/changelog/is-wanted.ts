import type { HistoryQuery, StoredChange } from './store.ts';

/** Whether a change is what is looked for, its place apart. */
export function isWanted(
  { at, kind, nodes, databases }: Pick<StoredChange, 'at' | 'kind' | 'nodes' | 'databases'>,
  query: HistoryQuery,
): boolean {
  const isAbout = (names: readonly string[], wanted: readonly string[]) => names.some((name) => wanted.includes(name));
  return (
    at >= (query.since ?? Number.NEGATIVE_INFINITY) &&
    at < (query.until ?? Number.POSITIVE_INFINITY) &&
    (query.nodes === undefined || isAbout(nodes, query.nodes)) &&
    (query.databases === undefined || databases.length === 0 || isAbout(databases, query.databases)) &&
    (query.kinds === undefined || query.kinds.includes(kind))
  );
}
