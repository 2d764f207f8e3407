import { type Cluster, endsOf, type Link, linkKey, pairKey, timeOf } from './cluster.ts';
import { distinct, type Problem } from './problem.ts';
import { names, type Sentence, sentence } from './sentence.ts';
import { linkWord } from './words.ts';

const NETWORK =
  'Check whether each of the two can reach the replication URL of the other. ' +
  'They connect again by themselves when they can.';

/** The links that are down, one-sided or unconfirmed, one problem for each pair of nodes and state. */
export function linkProblems(cluster: Cluster, isTold: (link: Link) => boolean): Problem[] {
  const notUp = new Set(cluster.nodes.filter(({ state }) => state !== 'UP').map(({ name }) => name));
  const remedies = new Map(
    cluster.disagreements
      .filter(({ kind, database }) => kind === 'LINK_ONE_SIDED' && database !== null)
      .map(({ nodes, database, remedy }) => [linkKey({ nodes, database: database ?? '' }), remedy]),
  );
  const faulty = cluster.links.filter(
    (link) =>
      (link.state === 'DOWN' ||
        link.state === 'ONE_SIDED' ||
        (link.state === 'UNCONFIRMED' && !link.nodes.some((name) => notUp.has(name)))) &&
      !isTold(link),
  );
  const groups = Map.groupBy(faulty, ({ nodes, state }) => `${state}\0${pairKey(nodes)}`);
  return [...groups].map(([key, links]) => problemOf(key, links, remedies));
}

function problemOf(key: string, links: readonly Link[], remedies: ReadonlyMap<string, string | null>): Problem {
  const [first] = links;
  const { state = '', nodes = [] } = first ?? {};
  const sinces = links.flatMap(({ since }) => timeOf(since) ?? []);
  const remedy = distinct(links.map((link) => remedies.get(linkKey(link))))[0];
  return {
    key: `link\0${key}`,
    tone: linkWord(state).tone,
    // There may be a thousand of them, of which a dozen are shown.
    get title() {
      return titleOf(state, nodes, links);
    },
    get reasons() {
      return distinct(links.map(({ reason }) => reason));
    },
    remedy: remedy ?? (state === 'DOWN' ? NETWORK : undefined),
    since: sinces.length > 0 ? Math.min(...sinces) : undefined,
    nodes: [],
    pairs: [endsOf({ nodes })],
  };
}

function titleOf(state: string, nodes: readonly string[], links: readonly Link[]): Sentence {
  const pair = names(nodes);
  const databases = names(links.map(({ database }) => database));
  if (state === 'DOWN') return sentence`${pair} are not connected for ${databases}.`;
  if (state === 'ONE_SIDED') return sentence`Between ${pair} changes go one way only, for ${databases}.`;
  return sentence`Only one of ${pair} says that they are connected for ${databases}.`;
}

/** Whether a disagreement is told as the problem of its link. */
export function isOfLink({ kind, database }: Cluster['disagreements'][number]): boolean {
  return kind === 'LINK_ONE_SIDED' && database !== null;
}
