import type { ChangeFragment, ClusterChangeKind } from '../graphql/graphql.ts';
import { timeOf } from './cluster.ts';

/** Which changes the timeline shows; what is empty or undefined leaves none out. */
export interface TimelineFilter {
  readonly nodes: readonly string[];
  readonly kinds: readonly string[];
  readonly databases: readonly string[];
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
}

/** The kinds of a change, as the filter offers them: what is a fault beside what ends it. */
export const KINDS: readonly ClusterChangeKind[] = [
  'NODE_DOWN',
  'NODE_UP',
  'LINK_DOWN',
  'LINK_ONE_SIDED',
  'LINK_UP',
  'SPLIT',
  'JOINED',
  'DISAGREEMENT',
  'AGREEMENT',
  'NODE_ADDED',
  'NODE_REMOVED',
  'STATE_CHANGED',
];

const isKind = (kind: string): kind is ClusterChangeKind => KINDS.some((each) => each === kind);

export function parseFilter(query: ReadonlyMap<string, string>): TimelineFilter {
  return {
    nodes: parseNames(query.get('nodes')),
    kinds: parseNames(query.get('kinds')).filter(isKind),
    databases: parseNames(query.get('databases')),
    since: timeOf(query.get('since')),
  };
}

/** The parts of the query that a filter is made of; empty ones leave their part out of the address. */
export function formatFilter({ nodes, kinds, databases, since }: TimelineFilter): Record<string, string> {
  return {
    nodes: formatNames(nodes),
    kinds: formatNames(kinds),
    databases: formatNames(databases),
    since: since === undefined ? '' : new Date(since).toISOString(),
  };
}

/** The arguments of `history` for a filter. Null leaves nothing out, while an empty list would leave out all. */
export function variablesOf({ nodes, kinds, databases, since }: TimelineFilter) {
  return {
    nodes: nodes.length > 0 ? [...nodes] : null,
    kinds: kinds.length > 0 ? kinds.filter(isKind) : null,
    databases: databases.length > 0 ? [...databases] : null,
    since: since === undefined ? null : new Date(since).toISOString(),
  };
}

/** Whether `history` with the filter has a change, so that what comes live is chosen in the same way. */
export function isWanted(change: ChangeFragment, { nodes, kinds, databases, since }: TimelineFilter): boolean {
  const isAbout = (names: readonly string[], wanted: readonly string[]) => names.some((name) => wanted.includes(name));
  return (
    !change.isSnapshot &&
    (nodes.length === 0 || isAbout(change.nodes, nodes)) &&
    (kinds.length === 0 || kinds.includes(change.kind)) &&
    (databases.length === 0 || change.databases.length === 0 || isAbout(change.databases, databases)) &&
    (since === undefined || (timeOf(change.observedAt) ?? 0) >= since)
  );
}

/** Names with commas between them. A comma, or a percent sign, in a name is written as in an address. */
function formatNames(names: readonly string[]): string {
  return names.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(',');
}

function parseNames(text: string | undefined): string[] {
  const names = (text ?? '').split(',').filter(Boolean);
  return [...new Set(names.map((name) => name.replace(/%(25|2C)/gi, decodeURIComponent)))];
}
