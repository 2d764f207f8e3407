import type { DatabaseSocket, Peer } from '../../harper/domain.ts';
import { isWanted } from '../state.ts';
import { compare, type NodeView, unasked } from './view.ts';

/** What one end of a pair says of the other: its entry, or nothing where it does not list it. */
export interface End {
  readonly view: NodeView;
  readonly entry: Peer | undefined;
}

/** Two nodes of which at least one lists the other. The first is the one whose name comes first. */
export interface Pair {
  readonly ends: readonly [End, End];
}

/** All nodes by name, and all pairs in which one lists the other. */
export interface Pairs {
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly pairs: readonly Pair[];
  /** Answers beyond the first of one name, which no second node should have. */
  readonly doubles: readonly NodeView[];
  /** Names that nodes had before and that nobody answers by, with their present names. */
  readonly renamed: ReadonlyMap<string, string>;
}

/**
 * Sorts what the views say by pairs of nodes. Nodes that only their peers know are added. The order of the views does
 * not matter: of several with one name the one with the preferred address counts.
 */
export function pairsOf(views: readonly NodeView[]): Pairs {
  const nodes = new Map<string, NodeView>();
  const doubles: NodeView[] = [];
  const byPreference = (a: NodeView, b: NodeView) =>
    Number(a.status === null) - Number(b.status === null) ||
    a.rank - b.rank ||
    compare(a.operationsUrl ?? '', b.operationsUrl ?? '');
  for (const view of [...views].sort(byPreference)) {
    if (!nodes.has(view.name)) nodes.set(view.name, view);
    else if (view.status !== null) doubles.push(view);
  }
  const entries = new Map<NodeView, Map<string, Peer>>();
  for (const view of [...nodes.values()]) {
    // An entry of a node for itself leads nowhere.
    const peers = (view.status?.connections ?? []).filter(({ name }) => name !== view.name);
    entries.set(view, new Map(peers.map((peer) => [peer.name, peer])));
    for (const { name } of peers) if (!nodes.has(name)) nodes.set(name, unasked(name));
  }
  const names = [...nodes.keys()].sort(compare);
  const places = new Map(names.map((name, place) => [name, place]));
  const pairs = new Map<number, Pair>();
  for (const view of nodes.values()) {
    for (const name of entries.get(view)?.keys() ?? []) {
      const here = places.get(view.name) as number;
      const there = places.get(name) as number;
      const key = Math.min(here, there) * names.length + Math.max(here, there);
      if (pairs.has(key)) continue;
      const [first, second] = (here < there ? [view.name, name] : [name, view.name]) as [string, string];
      const end = (own: string, other: string): End => {
        const ownView = nodes.get(own) as NodeView;
        return { view: ownView, entry: entries.get(ownView)?.get(other) };
      };
      pairs.set(key, { ends: [end(first, second), end(second, first)] });
    }
  }
  const ordered = [...pairs].sort(([a], [b]) => a - b).map(([, pair]) => pair);
  const sorted = new Map(names.map((name) => [name, nodes.get(name) as NodeView]));
  return { nodes: sorted, pairs: ordered, doubles, renamed: renamedIn(sorted) };
}

function renamedIn(nodes: ReadonlyMap<string, NodeView>): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const { name, status, formerNames } of nodes.values()) {
    if (status === null) continue;
    for (const former of formerNames) {
      if (nodes.get(former)?.state === 'UNASKED' && isFormerName(former, nodes)) renamed.set(former, name);
    }
  }
  return renamed;
}

/** Whether nobody is connected to a name that a node had: otherwise another node has it. */
function isFormerName(former: string, nodes: ReadonlyMap<string, NodeView>): boolean {
  return [...nodes.values()].every(
    ({ status }) =>
      status?.connections.every(
        ({ name, databaseSockets }) => name !== former || !databaseSockets.some(({ connected }) => connected),
      ) ?? true,
  );
}

/** Whether a node was asked, and answered that it does not list the other. */
export function denies({ view, entry }: End): boolean {
  return view.status !== null && entry === undefined;
}

/** Whether a pair belongs together: no end that was asked denies it. */
export function isMutual({ ends }: Pair): boolean {
  return !ends.some(denies);
}

/** The socket of an end for a database; undefined where it has none. */
export function socketOf({ entry }: End, database: string): DatabaseSocket | undefined {
  return entry?.databaseSockets.find((socket) => socket.database === database);
}

/** Whether replication needs the socket of an end. */
export function needs({ entry }: End, socket: DatabaseSocket): boolean {
  return entry !== undefined && isWanted(socket, entry);
}
