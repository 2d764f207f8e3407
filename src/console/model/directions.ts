import type { LinkEndsQuery } from '../graphql/graphql.ts';
import { type Cluster, endsOf, type Link, linkKey, pairKey } from './cluster.ts';
import type { StateWord } from './words.ts';

export type EndedLink = NonNullable<LinkEndsQuery['cluster']>['links'][number];

/** What one node sees of another. `in`: it gets the other's changes only. `out`: only the other gets its changes. */
export type DirectionKind = 'down' | 'out' | 'one-way' | 'in' | 'unconfirmed' | 'ok' | 'unwanted' | 'missing';

/** What a node sees of another, by the worst of the databases that are looked at. */
export interface Direction {
  readonly kind: DirectionKind;
  /** The worst database; undefined where there is no link. */
  readonly database: string | undefined;
  /** Round trip in milliseconds; undefined where it was not measured. */
  readonly latency: number | undefined;
  /** How many databases there are links for. */
  readonly links: number;
}

export interface DirectionWord extends StateWord {
  readonly symbol: string;
}

/** Worst first. */
const WORDS: ReadonlyMap<DirectionKind, DirectionWord> = new Map([
  ['down', { word: 'Down', tone: 'bad', symbol: '✕' }],
  ['out', { word: 'One way, gets nothing', tone: 'warn', symbol: '→' }],
  ['one-way', { word: 'One way only', tone: 'warn', symbol: '½' }],
  ['in', { word: 'One way, only gets', tone: 'warn', symbol: '←' }],
  ['unconfirmed', { word: 'Unconfirmed', tone: 'off', symbol: '?' }],
  ['ok', { word: 'Connected', tone: 'ok', symbol: '✓' }],
  ['unwanted', { word: 'Not needed', tone: 'off', symbol: '·' }],
  ['missing', { word: 'No link', tone: 'off', symbol: '∅' }],
]);
export const DIRECTION_KINDS: readonly DirectionKind[] = [...WORDS.keys()];
const SEVERITY = new Map(DIRECTION_KINDS.map((kind, index) => [kind, index]));

export function directionWord(kind: DirectionKind): DirectionWord {
  return WORDS.get(kind) ?? { word: kind, tone: 'warn', symbol: '?' };
}

/** A number that is smaller the worse it is. */
export function directionSeverity({ kind }: Pick<Direction, 'kind'>): number {
  return SEVERITY.get(kind) ?? 0;
}

/** Tells what a node sees of another. */
export type LookUpDirection = (from: string, to: string) => Direction;

const MISSING: Direction = { kind: 'missing', database: undefined, latency: undefined, links: 0 };

/**
 * Works out what each node sees of each other.
 * @param ends what each end says; it is asked for by itself, so it may be missing, or a little older than the links
 * @param database the one that is looked at; the worst of all when undefined
 */
export function directionsOf(
  { links }: Pick<Cluster, 'links'>,
  ends: readonly EndedLink[],
  database: string | undefined,
): LookUpDirection {
  const views = new Map(ends.map((link) => [linkKey(link), link.views]));
  const pairs = Map.groupBy(
    database === undefined ? links : links.filter((link) => link.database === database),
    ({ nodes }) => pairKey(nodes),
  );
  // A matrix asks for each several times.
  const known = new Map<string, Direction>();
  return (from, to) => {
    const key = `${from}\0${to}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const own = pairs.get(pairKey([from, to])) ?? [];
    const all = own.map((link) => directionOf(link, views.get(linkKey(link)) ?? [], from));
    const [first = MISSING, ...others] = all;
    const direction = { ...others.reduce(worse, first), links: all.length };
    known.set(key, direction);
    return direction;
  };
}

function worse(one: Direction, other: Direction): Direction {
  const difference = directionSeverity(one) - directionSeverity(other) || (other.latency ?? -1) - (one.latency ?? -1);
  return difference <= 0 ? one : other;
}

function directionOf(link: Link, views: EndedLink['views'], from: string): Direction {
  const own = views.find(({ nodeName }) => nodeName === from);
  const other = views.find(({ nodeName }) => nodeName !== from);
  return {
    kind: kindOf(link, own?.connected, other?.connected),
    database: link.database,
    // Harper keeps the value of a connection that is down, which says nothing of now.
    latency: [own, other].find((view) => view?.connected && view.latency !== null)?.latency ?? undefined,
    links: 1,
  };
}

function kindOf({ state }: Link, own: boolean | undefined, other: boolean | undefined): DirectionKind {
  switch (state) {
    case 'CONNECTED':
      return 'ok';
    case 'DOWN':
      return 'down';
    case 'UNWANTED':
      return 'unwanted';
    case 'ONE_SIDED':
      // Ends that say the same are older than the state of the link.
      if (own === (other ?? false)) return 'one-way';
      if (own === undefined) return other ? 'out' : 'one-way';
      return own ? 'in' : 'out';
    default:
      return 'unconfirmed';
  }
}

/** All that any of some nodes sees of any other. */
export function kindsOf(nodes: Cluster['nodes'], lookUp: LookUpDirection): ReadonlySet<DirectionKind> {
  const kinds = new Set<DirectionKind>();
  for (const { name: from } of nodes) {
    for (const { name: to } of nodes) if (from !== to) kinds.add(lookUp(from, to).kind);
  }
  return kinds;
}

/** A pair of nodes, with what becomes of changes between them. */
export interface PairState {
  readonly ends: readonly [string, string];
  readonly kind: DirectionKind;
  /** The one that still gets changes, where they go one way and it is known which. */
  readonly receiver: string | undefined;
}

/** All pairs that have a link for the databases that are looked at. */
export function pairsOf(links: readonly Link[], lookUp: LookUpDirection): PairState[] {
  const pairs = new Map(links.map((link) => [pairKey(link.nodes), endsOf(link)]));
  return [...pairs.values()].flatMap((ends): PairState[] => {
    const [one, other] = [lookUp(ends[0], ends[1]), lookUp(ends[1], ends[0])];
    if (one.links === 0) return [];
    const { kind } = directionSeverity(one) <= directionSeverity(other) ? one : other;
    if (kind !== 'out' && kind !== 'in') return [{ ends, kind, receiver: undefined }];
    const receiver = one.kind === other.kind ? undefined : ends[one.kind === 'in' ? 0 : 1];
    return [{ ends, kind: 'one-way', receiver }];
  });
}

/** Whether something is wrong with a pair. That nobody can be asked of it is no fault of the pair. */
export function isFaulty({ kind, ends }: PairState, isAsked: (name: string) => boolean): boolean {
  return kind !== 'ok' && kind !== 'unwanted' && (kind !== 'unconfirmed' || ends.every(isAsked));
}
