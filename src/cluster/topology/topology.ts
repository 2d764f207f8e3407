import { digestOf, revisionOf } from '../revision.ts';
import { clusterState, type Thresholds } from '../state.ts';
import type { Disagreement } from './disagreement.ts';
import { disagreementsOf } from './disagreements.ts';
import { type Island, islandsOf, type LinkedPair, membersOf } from './islands.ts';
import { type Link, linksOf } from './links.ts';
import { pairsOf } from './pairs.ts';
import type { NodeView } from './view.ts';

/** State of the whole cluster. */
export type WholeState = 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'STANDALONE' | 'SPLIT';

/** One node, with its place in the cluster. */
export interface ClusterNode extends NodeView {
  /** Whether it belongs to the cluster that is meant: the members list it, as it lists them. */
  readonly isMember: boolean;
  /** What the node of this name calls itself now; null for every other. */
  readonly renamedTo: string | null;
}

/** The whole cluster, out of the views of its nodes. */
export interface Topology {
  readonly state: WholeState;
  /** By name; also those that were not asked. */
  readonly nodes: readonly ClusterNode[];
  /** By nodes and database. */
  readonly links: readonly Link[];
  readonly islands: readonly Island[];
  readonly disagreements: readonly Disagreement[];
  /** Changes with the configured topology of any view. */
  readonly revision: string;
  /** Whether every known node could be asked. */
  readonly isComplete: boolean;
  /** When the oldest of the views was received; the begin of time where there is none. */
  readonly observedAt: Date;
}

/**
 * Merges the views of all nodes. It is a pure function, and the order of the views does not matter. The merge of one
 * view says what that view says.
 */
export function mergeViews(views: readonly NodeView[], thresholds: Thresholds): Topology {
  const found = pairsOf(views);
  const { nodes, pairs, doubles, renamed } = found;
  const linked: LinkedPair[] = pairs.map((pair) => ({ pair, links: linksOf(pair) }));
  const members = membersOf(found);
  const { islands, isSplit } = islandsOf(members, linked);
  const links = linked.flatMap((each) => each.links);
  return {
    state: isSplit ? 'SPLIT' : stateOf(members, links, thresholds),
    nodes: [...nodes.values()].map((view) => toNode(view, members, renamed.get(view.name))),
    links,
    islands,
    disagreements: disagreementsOf({ nodes, members, renamed, pairs: linked, doubles }),
    get revision() {
      return revisionOfAll(nodes);
    },
    isComplete: [...nodes.values()].every(({ status }) => status !== null),
    observedAt: oldestOf(nodes),
  };
}

function toNode(view: NodeView, members: ReadonlyMap<string, NodeView>, renamedTo: string | undefined): ClusterNode {
  const isMember = members.has(view.name);
  if (renamedTo === undefined) return { ...view, isMember, renamedTo: null };
  return { ...view, isMember, renamedTo, reason: `The node that had this name calls itself ${renamedTo} now.` };
}

function stateOf(members: ReadonlyMap<string, NodeView>, links: readonly Link[], thresholds: Thresholds): WholeState {
  const all = [...members.values()];
  const statuses = all.flatMap(({ status }) => status ?? []);
  if (statuses.length === 0) return 'DOWN';
  const states = statuses.map((status) => clusterState(status, thresholds));
  if (states.every((state) => state === 'STANDALONE')) return 'STANDALONE';
  const isReached = all.every(({ state }) => state === 'UP' || state === 'UNASKED');
  const isWhole = !links.some(({ state, nodes }) => state === 'ONE_SIDED' && nodes.every((name) => members.has(name)));
  if (isReached && isWhole && states.every((state) => state === 'HEALTHY' || state === 'STANDALONE')) return 'HEALTHY';
  const isConnected = statuses.some(({ connections }) =>
    connections.some(({ databaseSockets }) => databaseSockets.some(({ connected }) => connected)),
  );
  return isConnected ? 'DEGRADED' : 'DOWN';
}

function revisionOfAll(nodes: ReadonlyMap<string, NodeView>): string {
  const revisions = [...nodes.values()].map(({ name, status }) => [name, status && revisionOf(status)]);
  return digestOf(revisions);
}

function oldestOf(nodes: ReadonlyMap<string, NodeView>): Date {
  const times = [...nodes.values()].flatMap(({ status }) => status?.observedAt ?? []);
  const [oldest] = times.sort((a, b) => a.getTime() - b.getTime());
  return oldest ?? new Date(0);
}

/** The links of one node, in a topology. */
export function linksOfNode({ links }: Topology, name: string): Link[] {
  return links.filter(({ nodes }) => nodes.includes(name));
}
