import { count } from '../format.ts';
import { type Cluster, databasesOf } from './cluster.ts';
import { names, type Sentence, sentence } from './sentence.ts';
import { splitsOf } from './split-problems.ts';
import { clusterWord, type StateWord } from './words.ts';

/** How the cluster is, in one word and one sentence. */
export interface Summary extends StateWord {
  readonly text: Sentence;
}

/** So many of all. */
export interface Share {
  readonly part: number;
  readonly all: number;
}

/** What there is in the cluster, and how much of it is well. */
export interface Counts {
  /** Those in the cluster, or all where there is none. */
  readonly nodes: Share;
  /** Those of them that nobody can ask: they may be up or not. */
  readonly unasked: number;
  /** Those that are needed. */
  readonly links: Share;
  readonly databases: number;
  readonly islands: number;
  readonly disagreements: number;
}

export function countsOf({ nodes, links, islands, disagreements }: Cluster): Counts {
  const wanted = links.filter(({ state }) => state !== 'UNWANTED');
  const members = nodes.filter(({ isMember }) => isMember);
  const counted = members.length > 0 ? members : nodes;
  return {
    nodes: { part: counted.filter(({ state }) => state === 'UP').length, all: counted.length },
    unasked: counted.filter(({ state }) => state === 'UNASKED').length,
    links: { part: wanted.filter(({ state }) => state === 'CONNECTED').length, all: wanted.length },
    databases: databasesOf(links).length,
    islands: islands.filter(({ database }) => database === null).length,
    disagreements: disagreements.length,
  };
}

export function summaryOf(cluster: Cluster): Summary {
  return { ...clusterWord(cluster.state), text: textOf(cluster) };
}

function textOf(cluster: Cluster): Sentence {
  const { links, disagreements } = countsOf(cluster);
  const split = splitsOf(cluster).find(({ database }) => database === null);
  switch (cluster.state) {
    case 'SPLIT': {
      const islands = split?.islands ?? [];
      return sentence`The nodes are in ${islands.length} groups that cannot reach each other. ${smallestOf(islands)}`;
    }
    case 'STANDALONE':
      return sentence`${names(cluster.nodes.map(({ name }) => name))} has no peers. There is no cluster yet.`;
    case 'HEALTHY': {
      const members = cluster.nodes.filter(({ isMember }) => isMember);
      const up = members.filter(({ state }) => state === 'UP').length;
      const whole = up === members.length ? 'All' : `${up} of`;
      const but = disagreements > 0 ? `, but the nodes ${disagree(disagreements)}` : '';
      const nodes = `${whole} ${count(members.length, 'node')}`;
      const said = sentence`${nodes} and ${shareOf(links, 'link')} are connected${but}.`;
      const all = [said, unaskedOf(members), outsideOf(cluster)].filter(({ length }) => length > 0);
      return all.flatMap((one, index) => (index === 0 ? one : [' ', ...one]));
    }
    default:
      return faultsOf(cluster);
  }
}

function disagree(disagreements: number): string {
  return `disagree about ${count(disagreements, 'thing')}`;
}

/** Says which members nobody can ask, or it would look as if they were down. */
function unaskedOf(members: Cluster['nodes']): Sentence {
  const unasked = members.filter(({ state }) => state === 'UNASKED').map(({ name }) => name);
  return unasked.length === 0 ? [] : sentence`${names(unasked)} cannot be asked.`;
}

/** Says which nodes are known and not in the cluster, so that nobody takes them for connected. */
export function outsideOf({ nodes }: Pick<Cluster, 'nodes'>): Sentence {
  const outside = nodes.filter(({ isMember }) => !isMember).map(({ name }) => name);
  if (outside.length === 0) return [];
  return sentence`${names(outside)} ${outside.length === 1 ? 'is' : 'are'} not in the cluster.`;
}

function smallestOf(islands: readonly (readonly string[])[]): Sentence {
  const smallest = islands.at(-1) ?? [];
  return smallest.length === 1 ? sentence`${names(smallest)} is alone.` : sentence`${names(smallest)} are apart.`;
}

function shareOf({ part, all }: Share, noun: string): string {
  return part === all ? `all ${count(all, noun)}` : `${part} of ${count(all, noun)}`;
}

function faultsOf({ nodes, links, disagreements, state }: Cluster): Sentence {
  const away = nodes.filter((node) => node.isMember && node.state !== 'UP' && node.state !== 'UNASKED');
  const of = (which: string) => links.filter((link) => link.state === which).length;
  const lagging = nodes
    .flatMap(({ view }) => view?.connections ?? [])
    .filter((each) => each.state === 'LAGGING').length;
  const clauses: Sentence[] = [];
  if (away.length > 0) {
    clauses.push(sentence`${names(away.map(({ name }) => name))} cannot be read`);
  }
  const down = of('DOWN');
  const oneSided = of('ONE_SIDED');
  if (down > 0) clauses.push([`${count(down, 'link is', 'links are')} down`]);
  if (oneSided > 0) clauses.push([`${count(oneSided, 'link goes', 'links go')} one way only`]);
  if (lagging > 0) clauses.push([`${count(lagging, 'connection is', 'connections are')} behind`]);
  if (clauses.length === 0) {
    const ill =
      disagreements.length > 0 ? `The nodes ${disagree(disagreements.length)}` : 'Not every connection is well';
    clauses.push([state === 'DOWN' ? 'No node is connected' : ill]);
  }
  return [...clauses.flatMap((clause, index) => (index === 0 ? clause : [', ', ...clause])), '.'];
}
