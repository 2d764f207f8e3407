import type { Cluster, ClusterEvent, ClusterNode, Link } from '../../src/console/model/cluster.ts';

/** When everything of these clusters began, in milliseconds. */
export const BEGUN = Date.UTC(2026, 0, 31, 8, 30);
const SINCE = new Date(BEGUN).toISOString();

export function node(name: string, differs: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name,
    state: 'UP',
    stateSince: SINCE,
    reason: null,
    isMember: true,
    version: '5.2.1',
    view: { connections: [] },
    ...differs,
  };
}

export function link(nodes: [string, string], database: string, state: Link['state'] = 'CONNECTED'): Link {
  const reason = state === 'CONNECTED' ? null : `${nodes[0]} says so of ${database}.`;
  return { nodes, database, state, since: SINCE, reason };
}

/** A cluster of three nodes with two databases that is well, but for what differs. */
export function cluster(differs: Partial<Cluster> = {}): Cluster {
  return {
    state: 'HEALTHY',
    freshness: 'LIVE',
    observedAt: SINCE,
    isComplete: true,
    revision: 'r1',
    nodes: [node('a'), node('b'), node('c')],
    links: links(() => 'CONNECTED'),
    islands: [{ database: null, nodes: ['a', 'b', 'c'] }],
    disagreements: [],
    ...differs,
  };
}

/** The event that tells of a cluster. */
export function eventOf({ links: all, ...rest }: Cluster): ClusterEvent {
  return { ...rest, linkGroups: all.map(({ database, ...link }) => ({ ...link, databases: [database] })) };
}

/** The links of three nodes for two databases, each in the state that is given for it. */
export function links(stateOf: (nodes: readonly [string, string], database: string) => Link['state']): Link[] {
  const pairs: [string, string][] = [
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
  ];
  return pairs.flatMap((nodes) => ['shop', 'system'].map((name) => link(nodes, name, stateOf(nodes, name))));
}
