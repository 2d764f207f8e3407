import { byName, type Cluster, endsOf, type Link, pairKey, timeOf } from './cluster.ts';
import { distinct, type Problem } from './problem.ts';
import { names, type Sentence, sentence } from './sentence.ts';

const REMEDY =
  'Look at the network between the islands. ' +
  'Changes are kept, and exchanged when the islands can reach each other again.';

/** The groups of nodes that are apart, for all databases or for one of them. */
export interface Split {
  /** null where they are apart over all databases. */
  readonly database: string | null;
  readonly islands: readonly (readonly string[])[];
}

/** The splits of a cluster: that over all databases first, then by database. */
export function splitsOf({ islands }: Pick<Cluster, 'islands'>): Split[] {
  return [...Map.groupBy(islands, ({ database }) => database)]
    .filter(([, group]) => group.length > 1)
    .map(([database, group]) => ({
      database,
      islands: group.map(({ nodes }) => nodes).sort((one, other) => other.length - one.length),
    }))
    .sort((one, other) => byName(one.database ?? '', other.database ?? ''));
}

/** Whether a link is down between the islands of a split, and so a part of it. */
export function isAcross(link: Link, { database, islands }: Split): boolean {
  if (link.state !== 'DOWN' || (database !== null && database !== link.database)) return false;
  const places = link.nodes.map((name) => islands.findIndex((island) => island.includes(name)));
  return places.every((place) => place >= 0) && new Set(places).size > 1;
}

export function splitProblems(splits: readonly Split[], links: readonly Link[]): Problem[] {
  return splits.map((split) => {
    const cut = links.filter((link) => isAcross(link, split));
    const sinces = cut.flatMap(({ since }) => timeOf(since) ?? []);
    return {
      key: `split\0${split.database ?? ''}`,
      tone: 'bad',
      title: titleOf(split),
      reasons: distinct(cut.map(({ reason }) => reason)).slice(0, 4),
      remedy: REMEDY,
      // The islands are apart since the last of the links between them went down.
      since: sinces.length > 0 ? sinces.reduce((one, other) => Math.max(one, other)) : undefined,
      nodes: [],
      pairs: [...new Map(cut.map((link) => [pairKey(link.nodes), endsOf(link)])).values()],
    };
  });
}

function titleOf({ database, islands }: Split): Sentence {
  const groups = islands.slice(0, 4).flatMap((island, index): Sentence => {
    const own = names(island, 5);
    return index === 0 ? own : [' | ', ...own];
  });
  const rest = islands.length > 4 ? [` | ${islands.length - 4} more`] : [];
  const all: Sentence = [...groups, ...rest];
  if (database === null) return sentence`The cluster is split into ${islands.length} islands: ${all}.`;
  return sentence`For ${names([database])} the nodes are in ${islands.length} islands: ${all}.`;
}
