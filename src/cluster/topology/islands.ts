import { Groups } from './groups.ts';
import type { Link } from './links.ts';
import { isMutual, type Pair, type Pairs } from './pairs.ts';
import { compare, type NodeView } from './view.ts';

/** Nodes that are connected with one another, directly or by others. */
export interface Island {
  /** null: over all databases. */
  readonly database: string | null;
  readonly nodes: readonly string[];
}

/** A pair with its links. */
export interface LinkedPair {
  readonly pair: Pair;
  readonly links: readonly Link[];
}

/**
 * The groups of members that are connected with one another: over all, and for each database in which they are not
 * the same. A link that is up at one end connects. A node that could not be asked belongs to whom it is connected to,
 * and is in no group where no other node is.
 */
export function islandsOf(
  members: ReadonlyMap<string, NodeView>,
  pairs: readonly LinkedPair[],
): { readonly islands: readonly Island[]; readonly isSplit: boolean } {
  const within = pairs.filter(({ pair }) => isMutual(pair) && pair.ends.every(({ view }) => members.has(view.name)));
  const all = new Groups(members.keys());
  const byDatabase = new Map<string, { readonly groups: Groups; readonly nodes: Set<string> }>();
  for (const { pair, links } of within) {
    const [one, other] = pair.ends.map(({ view }) => view.name) as [string, string];
    const wanted = links.filter(({ state }) => state !== 'UNWANTED');
    // Two that need no connection are not apart.
    if (wanted.length === 0 || wanted.some(({ isUp }) => isUp)) all.join(one, other);
    for (const { database, isUp } of wanted) {
      const known = byDatabase.get(database);
      const entry = known ?? { groups: new Groups(members.keys()), nodes: new Set<string>() };
      if (known === undefined) byDatabase.set(database, entry);
      entry.nodes.add(one).add(other);
      if (isUp) entry.groups.join(one, other);
    }
  }
  const isAsked = (name: string) => members.get(name)?.status !== null;
  const alive = (group: readonly string[]) => group.length > 1 || group.every(isAsked);
  const whole = all.all().filter(alive);
  const islands: Island[] = whole.map((nodes) => ({ database: null, nodes }));
  const wholeText = JSON.stringify(whole);
  for (const database of [...byDatabase.keys()].sort()) {
    const { groups, nodes } = byDatabase.get(database) as { groups: Groups; nodes: Set<string> };
    const own = groups
      .all()
      .filter(alive)
      .filter(([first = '']) => nodes.has(first));
    if (own.length > 1 && JSON.stringify(own) !== wholeText) {
      islands.push(...own.map((group) => ({ database, nodes: group })));
    }
  }
  return { islands, isSplit: whole.length > 1 };
}

/**
 * The members of the cluster that is meant: of the groups in which nodes list one another, the largest; of several, the
 * one with the most preferred address.
 */
export function membersOf({ nodes, pairs, renamed }: Pairs): ReadonlyMap<string, NodeView> {
  // An old name is nobody's, whoever lists it.
  const groups = new Groups([...nodes.keys()].filter((name) => !renamed.has(name)));
  for (const pair of pairs) {
    const names = pair.ends.map(({ view }) => view.name) as [string, string];
    if (isMutual(pair) && !names.some((name) => renamed.has(name))) groups.join(...names);
  }
  const rankOf = (group: readonly string[]) =>
    Math.min(...group.map((name) => nodes.get(name)?.rank ?? Number.POSITIVE_INFINITY));
  const all = groups.all().filter((group) => group.some((name) => nodes.get(name)?.status));
  const [meant = []] = all.sort((a, b) => b.length - a.length || compare(rankOf(a), rankOf(b)));
  return new Map(meant.map((name) => [name, nodes.get(name) as NodeView]));
}
