import type { LiveClusterSubscription } from '../graphql/graphql.ts';

/** The cluster as the subscription sends it. */
export type ClusterEvent = LiveClusterSubscription['cluster'];
type LinkGroup = ClusterEvent['linkGroups'][number];

/** The link of two nodes for one database. */
export interface Link extends Omit<LinkGroup, 'databases'> {
  readonly database: string;
}

/** The cluster as it is shown. */
export interface Cluster extends Omit<ClusterEvent, 'linkGroups'> {
  /** By their nodes and database. */
  readonly links: readonly Link[];
}

export type ClusterNode = Cluster['nodes'][number];
export type Disagreement = Cluster['disagreements'][number];
export type Connection = NonNullable<ClusterNode['view']>['connections'][number];

/** Two nodes, in the order of their names. */
export type Ends = readonly [string, string];

const NAMES = new Intl.Collator('en', { numeric: true });

/** Compares names as people do: node-2 is before node-10. */
export function byName(one: string, other: string): number {
  return NAMES.compare(one, other) || (one < other ? -1 : Number(one > other));
}

export function endsOf({ nodes: [one = '', other = ''] }: { readonly nodes: readonly string[] }): Ends {
  return one < other ? [one, other] : [other, one];
}

/** A key for two nodes that is the same whichever is named first. No name holds a zero character. */
export function pairKey(nodes: readonly string[]): string {
  const [one = '', other = ''] = nodes;
  return one < other ? `${one}\0${other}` : `${other}\0${one}`;
}

export function linkKey(link: Pick<Link, 'nodes' | 'database'>): string {
  return `${pairKey(link.nodes)}\0${link.database}`;
}

/** A cluster with more links is asked for less often: what it says is hundreds of kilobytes, or more. */
const LARGE_LINKS = 1000;

/** Whether there are so many links that what is said of each is a lot. */
export function isLarge(links: number): boolean {
  return links > LARGE_LINKS;
}

/** How many links an event tells of. */
export function linkCount({ linkGroups }: Pick<ClusterEvent, 'linkGroups'>): number {
  return linkGroups.reduce((sum, { databases }) => sum + databases.length, 0);
}

/** The cluster that an event tells of. */
export function clusterOf({ linkGroups, ...rest }: ClusterEvent): Cluster {
  const links = linkGroups.flatMap(({ databases, ...link }) => databases.map((database) => ({ ...link, database })));
  return { ...rest, links: links.sort(byPlace) };
}

/** Compares links by their nodes and database, as the gateway does. */
function byPlace(one: Link, other: Link): number {
  for (const at of [0, 1]) {
    const [name = '', otherName = ''] = [one.nodes[at], other.nodes[at]];
    if (name !== otherName) return name < otherName ? -1 : 1;
  }
  return one.database < other.database ? -1 : Number(one.database > other.database);
}

/** A moment as milliseconds; undefined where there is none, or no time was sent. */
export function timeOf(moment: string | null | undefined): number | undefined {
  const time = moment === null || moment === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(time) ? undefined : time;
}

/** The databases of the cluster, by name. */
export function databasesOf(links: readonly Link[]): string[] {
  return [...new Set(links.map(({ database }) => database))].sort(byName);
}
