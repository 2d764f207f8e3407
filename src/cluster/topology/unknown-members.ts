import { isFive } from '../nodes/version.ts';
import type { Disagreeing, Disagreement } from './disagreement.ts';
import { denies } from './pairs.ts';
import { compare } from './view.ts';

/** One node lists another, which was asked and does not list it. */
interface Listing {
  readonly lister: string;
  readonly listed: string;
}

/**
 * Who is listed without listing back, or lists without being listed. Each is told once, of the node that
 * most such pairs have in common; of several, of the one that has the fewest mutual peers.
 */
export function unknownMembers(all: Disagreeing): Disagreement[] {
  let left: Listing[] = [];
  const mutual = new Map<string, number>();
  for (const { pair } of all.pairs) {
    const denying = pair.ends.find(denies);
    const [one, other] = pair.ends.map(({ view }) => view.name) as [string, string];
    if (denying === undefined) {
      for (const name of [one, other]) mutual.set(name, (mutual.get(name) ?? 0) + 1);
    } else {
      const listed = denying.view.name;
      left.push({ lister: listed === one ? other : one, listed });
    }
  }
  const found: Disagreement[] = [];
  while (left.length > 0) {
    const { name, role } = subjectOf(left, mutual);
    const own = left.filter((listing) => listing[role] === name);
    left = left.filter((listing) => listing[role] !== name);
    const others = own.map((listing) => listing[role === 'lister' ? 'listed' : 'lister']).sort();
    const isAlone = (mutual.get(name) ?? 0) === 0;
    if (role === 'lister') found.push(removed(all, name, others));
    else found.push(isAlone ? halfJoined(all, name, others) : oneSidedListing(name, others));
  }
  for (const [former, name] of all.renamed) found.push(...renamedNode(all, former, name));
  return found;
}

type Role = keyof Listing;

function subjectOf(listings: readonly Listing[], mutual: ReadonlyMap<string, number>): { name: string; role: Role } {
  const counts = new Map<string, { name: string; role: Role; count: number }>();
  for (const listing of listings) {
    for (const role of ['lister', 'listed'] as const) {
      const name = listing[role];
      const known = counts.get(`${role} ${name}`);
      counts.set(`${role} ${name}`, { name, role, count: (known?.count ?? 0) + 1 });
    }
  }
  const [first] = [...counts.values()].sort(
    (a, b) =>
      b.count - a.count ||
      (mutual.get(a.name) ?? 0) - (mutual.get(b.name) ?? 0) ||
      compare(a.role, b.role) ||
      compare(a.name, b.name),
  );
  return first as { name: string; role: Role };
}

function removed({ nodes, members }: Disagreeing, name: string, listed: readonly string[]): Disagreement {
  const at = listed.find((each) => members.has(each)) ?? listed[0];
  const out = isFive(nodes.get(name)?.version ?? null)
    ? // What it sends is obeyed by the members, who would be torn apart (docs/harper.md, "remove_node").
      'If it is to stay out, shut it down; do not remove the others there, which Harper 5 members would obey.'
    : `If it is to stay out, remove ${listed.join(', ')} at ${name} (removeNode with node: "${name}").`;
  return {
    kind: 'MEMBER_UNKNOWN',
    nodes: [name, ...listed],
    database: null,
    message:
      `${name} lists ${listed.join(', ')}, which ${plural(listed, 'does', 'do')} not list it: ` +
      'it was removed, or never joined.',
    remedy: `To take it in, add ${name} at ${at} with a login that is good there (addNode). ${out}`,
  };
}

function halfJoined({ members }: Disagreeing, name: string, listers: readonly string[]): Disagreement {
  const at = listers.find((each) => members.has(each)) ?? listers[0];
  return {
    kind: 'MEMBER_UNKNOWN',
    nodes: [name, ...listers],
    database: null,
    message: `${oneWay(name, listers)}: half a join.`,
    remedy:
      `To finish it, add ${name} at ${at} again with a login that is good there (addNode). ` +
      `Or take it back: remove ${name} at ${at} (removeNode).`,
  };
}

/** Members list another, and not the other way round, as happens between nodes with table subscriptions. */
function oneSidedListing(name: string, listers: readonly string[]): Disagreement {
  const at = listers[0];
  return {
    kind: 'MEMBER_UNKNOWN',
    nodes: [name, ...listers],
    database: null,
    message: `${oneWay(name, listers)}.`,
    remedy:
      `To have them replicate, add ${name} at ${at} with a login that is good there (addNode). ` +
      `Otherwise remove ${name} at ${at} (removeNode).`,
  };
}

/** A node that now has another name, while the old one is still listed. */
function renamedNode({ pairs }: Disagreeing, former: string, name: string): Disagreement[] {
  const listers = pairs.flatMap(({ pair }) =>
    pair.ends.flatMap(({ view, entry }) => (entry?.name === former ? [view.name] : [])),
  );
  if (listers.length === 0) return [];
  const at = listers.find((each) => each !== name) ?? name;
  return [
    {
      kind: 'MEMBER_UNKNOWN',
      nodes: [former, ...[...new Set([name, ...listers])].sort()],
      database: null,
      message:
        `${former} now calls itself ${name}; ` +
        `${listers.sort().join(', ')} still ${plural(listers, 'lists', 'list')} the old name.`,
      remedy: `Add ${name} at ${at} (addNode), unless it is listed, then remove ${former} there (removeNode).`,
    },
  ];
}

function oneWay(name: string, listers: readonly string[]): string {
  const lister = `${listers.join(', ')} ${plural(listers, 'lists', 'list')}`;
  return `${lister} ${name}, which does not list ${plural(listers, 'it', 'them')}`;
}

function plural(list: readonly string[], one: string, many: string): string {
  return list.length === 1 ? one : many;
}
