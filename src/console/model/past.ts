import type { ChangeFragment } from '../graphql/graphql.ts';
import { byName, type Cluster, endsOf, linkKey, timeOf } from './cluster.ts';

/** What a part of the cluster was like, and how that is known. */
export interface PastState {
  /** `up`, `down` or `one-sided`; `not-up` where only its later recovery is known. */
  readonly state: 'up' | 'down' | 'one-sided' | 'not-up';
  /** Since when, where a change before tells it. */
  readonly since: number | undefined;
}

export interface PastNode extends PastState {
  readonly name: string;
}

export interface PastLink extends PastState {
  readonly nodes: readonly [string, string];
  readonly database: string;
}

/** How the cluster was when a change was told, as far as changes tell. */
export interface Past {
  readonly nodes: readonly PastNode[];
  readonly links: readonly PastLink[];
  /** The islands, in the words of the change that told them; undefined where the cluster was whole. */
  readonly split: string | undefined;
  /** What was disagreed about. */
  readonly disagreements: readonly string[];
  /** How many links there are now of which no change tells anything. */
  readonly untold: number;
}

/** What is known around a moment. */
export interface Surroundings {
  /** The change of that moment last, those before it in order. */
  readonly until: readonly ChangeFragment[];
  /** Those after it, in order. */
  readonly later: readonly ChangeFragment[];
  /** Whether `later` has all that came since, so that what no change is about is as it was. */
  readonly isUntilNow: boolean;
}

const NODE_STATES = new Map<string, PastState['state']>([
  ['NODE_UP', 'up'],
  ['NODE_DOWN', 'down'],
]);
const LINK_STATES = new Map<string, PastState['state']>([
  ['LINK_UP', 'up'],
  ['LINK_DOWN', 'down'],
  ['LINK_ONE_SIDED', 'one-sided'],
]);

/**
 * Works out how things were. The last change about something tells it. Without one, the first after it does: things
 * were the other way round. Without that one either, it is as it is now.
 */
export function pastOf({ until, later, isUntilNow }: Surroundings, now: Pick<Cluster, 'nodes' | 'links'>): Past {
  const known = new Map<string, PastState>();
  const gone = new Set<string>();
  for (const change of until) {
    const since = timeOf(change.observedAt);
    for (const key of keysOf(change)) known.set(key, { state: stateOf(change), since });
    for (const name of change.nodes) {
      if (change.kind === 'NODE_REMOVED') gone.add(name);
      if (change.kind === 'NODE_ADDED' || change.kind === 'NODE_UP') gone.delete(name);
    }
  }
  const added = new Set<string>();
  /** What became one-sided may have been up before that, or down. */
  const unclear = new Set<string>();
  for (const change of later) {
    if (change.kind === 'NODE_ADDED') for (const name of change.nodes) if (!known.has(nodeKey(name))) added.add(name);
    const state = stateOf(change);
    for (const key of keysOf(change)) {
      if (known.has(key) || unclear.has(key)) continue;
      if (state === 'one-sided') unclear.add(key);
      else known.set(key, { state: state === 'up' ? 'not-up' : 'up', since: undefined });
    }
  }
  if (isUntilNow) addPresent(known, unclear, now);
  const isThere = (name: string) => !gone.has(name) && !added.has(name);
  const parts = [...known].map(([key, state]) => ({ ...state, key: key.split('\0') }));
  return {
    nodes: parts
      .flatMap(({ key: [name = '', , database], ...state }) =>
        database === undefined && isThere(name) ? [{ name, ...state }] : [],
      )
      .sort((one, other) => byName(one.name, other.name)),
    links: parts
      .flatMap(({ key: [one = '', other = '', database], ...state }) =>
        database !== undefined && isThere(one) && isThere(other)
          ? [{ nodes: [one, other] as const, database, ...state }]
          : [],
      )
      .sort(({ nodes: [a, b] }, { nodes: [c, d] }) => byName(a, c) || byName(b, d)),
    ...groupsOf(until, later),
    untold: now.links.filter(({ nodes, database, state }) => {
      return state !== 'UNWANTED' && nodes.every(isThere) && !known.has(linkKey({ nodes, database }));
    }).length,
  };
}

const nodeKey = (name: string) => name;

/** Names what a change tells the state of. */
function keysOf({ kind, nodes, databases }: ChangeFragment): string[] {
  if (NODE_STATES.has(kind)) return nodes.map(nodeKey);
  if (LINK_STATES.has(kind)) return databases.map((database) => linkKey({ nodes, database }));
  return [];
}

function stateOf({ kind }: ChangeFragment): PastState['state'] {
  return NODE_STATES.get(kind) ?? LINK_STATES.get(kind) ?? 'up';
}

/** Takes over what is now, for what no change has been about. */
function addPresent(
  known: Map<string, PastState>,
  unclear: ReadonlySet<string>,
  { nodes, links }: Pick<Cluster, 'nodes' | 'links'>,
): void {
  for (const { name, state } of nodes) {
    if (known.has(nodeKey(name)) || state === 'UNASKED') continue;
    known.set(nodeKey(name), { state: state === 'UP' ? 'up' : 'down', since: undefined });
  }
  for (const link of links) {
    const key = linkKey({ nodes: [...endsOf(link)], database: link.database });
    const state = PRESENT.get(link.state);
    if (!known.has(key) && !unclear.has(key) && state !== undefined) known.set(key, { state, since: undefined });
  }
}

const UNKNOWN_SPLIT = 'The cluster was split. No change that is kept tells how.';
const PRESENT = new Map<string, PastState['state']>([
  ['CONNECTED', 'up'],
  ['DOWN', 'down'],
  ['ONE_SIDED', 'one-sided'],
]);

const subjectOf = (message: string) => message.replace(/^No longer so: /, '');

function groupsOf(
  until: readonly ChangeFragment[],
  later: readonly ChangeFragment[],
): Pick<Past, 'split' | 'disagreements'> {
  let split: string | undefined;
  const open = new Set<string>();
  for (const { kind, message } of until) {
    if (kind === 'SPLIT') split = message;
    if (kind === 'JOINED') split = undefined;
    if (kind === 'DISAGREEMENT') open.add(message);
    if (kind === 'AGREEMENT') open.delete(subjectOf(message));
  }
  // What ends later, and has not begun later, was so: it began before all that is known.
  const begun = new Set<string>();
  for (const { kind, message } of later) {
    if (kind === 'DISAGREEMENT') begun.add(message);
    if (kind === 'AGREEMENT' && !begun.has(subjectOf(message))) open.add(subjectOf(message));
  }
  if (later.find(({ kind }) => kind === 'SPLIT' || kind === 'JOINED')?.kind === 'JOINED') split ??= UNKNOWN_SPLIT;
  return { split, disagreements: [...open] };
}
