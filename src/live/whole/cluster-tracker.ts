import type { Disagreement, DisagreementKind } from '../../cluster/topology/disagreement.ts';
import type { Link } from '../../cluster/topology/links.ts';
import type { ClusterNode, Topology, WholeState } from '../../cluster/topology/topology.ts';
import { compare } from '../../cluster/topology/view.ts';
import { changeMaker, type LinkValue, linkKey, pairOf } from './change-maker.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { Graces } from './graces.ts';
import { type Settled, Settling, type Told } from './settling.ts';

/** What becomes of a cluster: each thing once, however many views tell of it, and only when it has lasted. */
export interface ClusterTracker {
  /**
   * Takes the present topology.
   * @param now milliseconds since 1970
   * @returns what has lasted long enough to be told; nothing for the first topology
   */
  take(topology: Topology, now: number): ClusterChange[];
  /** Takes the present topology, of which another tracker tells. */
  show(topology: Topology): void;
  /** When something is due that no further topology may be needed for; Infinity where nothing is. */
  readonly nextDue: number;
  /** How things are, as changes; undefined before anything is known. */
  snapshot(): ClusterChange[] | undefined;
  /** Moves whenever something is told, or has settled without being told. */
  readonly version: number;
  /** What was told, as JSON, for a tracker that goes on later. */
  save(): string;
  /** Since when a node or a link has been in the given state; null where it was seen in another, or not at all. */
  sinceOfNode(node: Pick<ClusterNode, 'name' | 'state'>): Date | null;
  sinceOfLink(link: Link): Date | null;
}

/** What `save` writes. */
interface Saved {
  readonly settled: Readonly<
    Record<'nodes' | 'members' | 'links' | 'split' | 'disagreements' | 'states', Told<unknown>>
  >;
  readonly told: readonly (readonly [string, Disagreement])[];
}

/** Whether a node, or a link, was told to be up, by what a tracker has saved; undefined where nothing was told. */
export function wasToldUp(saved: string, nodes: readonly string[], database: string | undefined): boolean | undefined {
  const { settled } = JSON.parse(saved) as Saved;
  const [one = '', other = ''] = nodes.toSorted(compare);
  const told = database === undefined ? settled.nodes : settled.links;
  const key = database === undefined ? one : linkKey({ nodes: [one, other], database });
  const found = told.find(([each]) => each === key);
  return found && found[1] === 'up';
}

/**
 * Creates the tracker of one cluster.
 * @param saved what was told before. What is different in the first topology has happened while nobody looked
 */
export function createClusterTracker(graces: Graces, saved?: string): ClusterTracker {
  const { change, recovery, cut, confirmation } = graces;
  /** When a node came back or became a member, in milliseconds since 1970: its links have longer from then on. */
  const recoveringFrom = new Map<string, number>();
  let lastRecovery = Number.NEGATIVE_INFINITY;
  let current: Topology | undefined;
  let isLate = false;

  const nodes = new Settling<'up' | 'down' | 'none'>({
    none: 'none',
    dueAt: (_, { to, since }) => (to === 'down' ? since + change + confirmation : since),
  });
  const members = new Settling<boolean>({
    none: false,
    dueAt: (_, { to, since }) => (to ? since : since + change + confirmation),
  });
  const links = new Settling<LinkValue>({
    none: 'none',
    dueAt(key, { from, to, since }) {
      if (to === 'none') return since;
      const due = since + confirmation + graceOf(from, to);
      if (to === 'up') return due;
      const [one, other] = JSON.parse(key) as [string, string];
      const recovered = [one, other].map((name) => (recoveringFrom.get(name) ?? Number.NEGATIVE_INFINITY) + recovery);
      return Math.max(due, ...recovered);
    },
  });
  /** When nodes that came back are expected to be well, for what began at `since`: later ones do not put it off. */
  const recoveredBy = (since: number) => Math.min(lastRecovery, since) + recovery;
  const split = new Settling<string>({
    none: '',
    // A node that comes and goes makes other islands, and does not end the split of the others.
    isContinued: (pending, next) => pending !== '' && next !== '',
    dueAt: (_, { to, since }) => Math.max(since + change + confirmation, to === '' ? 0 : recoveredBy(since)),
  });
  const disagreements = new Settling<boolean>({
    none: false,
    dueAt: (_, { to, since }) => Math.max(since + change + confirmation, to ? recoveredBy(since) : 0),
  });
  const states = new Settling<WholeState | ''>({
    none: '',
    // As SPLIT itself, which is told with it.
    dueAt: (_, { to, since }) => Math.max(since + change + confirmation, to === 'SPLIT' ? recoveredBy(since) : 0),
  });
  /** The disagreements that were told, as they were then. */
  const told = new Map<string, Disagreement>();

  function graceOf(from: LinkValue, to: LinkValue): number {
    if (to === 'one-sided') return from === 'up' ? cut : recovery;
    return to === 'down' && from === 'none' ? recovery : change;
  }

  function valuesOf(topology: Topology) {
    const byName = new Map(topology.nodes.map((node) => [node.name, node]));
    return {
      nodes: new Map(topology.nodes.map((node) => [node.name, nodeValue(node)])),
      members: new Map(topology.nodes.map((node) => [node.name, node.isMember])),
      links: linkValues(topology, byName),
      split: new Map([['', splitValue(topology, byName)]]),
      disagreements: disagreementValues(topology, byName),
      states: new Map([['', topology.state]]),
    };
  }

  /** The links. One of which no end answers is in no view, and nothing is known of it. */
  function linkValues(topology: Topology, byName: ReadonlyMap<string, ClusterNode>) {
    const values = new Map(topology.links.map((link) => [linkKey(link), linkValue(link, byName, nodes)]));
    for (const key of links.keys) {
      if (values.has(key)) continue;
      const [one = '', other = ''] = JSON.parse(key) as string[];
      if ([one, other].every((name) => (byName.get(name)?.state ?? 'UP') !== 'UP')) values.set(key, undefined);
    }
    return values;
  }

  /** The islands as text; empty where there is one. They are not others because a node does not answer any more. */
  function splitValue({ islands }: Topology, byName: ReadonlyMap<string, ClusterNode>): string {
    const whole = islands.filter(({ database }) => database === null).map((island) => island.nodes);
    if (whole.length < 2) return '';
    const alive = (all: readonly (readonly string[])[]) =>
      JSON.stringify(
        all.map((names) => names.filter((name) => byName.get(name)?.state === 'UP')).filter(({ length }) => length > 0),
      );
    const before = split.told('');
    return before !== '' && alive(JSON.parse(before) as string[][]) === alive(whole) ? before : JSON.stringify(whole);
  }

  /** What is disagreed about. Members that do not answer say nothing: what was told of them stays. */
  function disagreementValues(topology: Topology, byName: ReadonlyMap<string, ClusterNode>) {
    const isLost = (name: string) => byName.get(name)?.isMember === true && byName.get(name)?.state !== 'UP';
    const values = new Map<string, boolean | undefined>();
    for (const [key, { nodes: about }] of told) if (about.some(isLost)) values.set(key, undefined);
    for (const each of topology.disagreements) if (each.kind !== 'LINK_ONE_SIDED') values.set(keyOf(each), true);
    return values;
  }

  function begin(topology: Topology, now: number): void {
    const values = valuesOf(topology);
    const without = <V>(map: ReadonlyMap<string, V | undefined>): Map<string, V> =>
      new Map([...map].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
    nodes.begin(without(values.nodes), now);
    members.begin(values.members, now);
    links.begin(without(values.links), now);
    split.begin(values.split, now);
    disagreements.begin(without(values.disagreements), now);
    for (const each of topology.disagreements) told.set(keyOf(each), each);
    states.begin(values.states, now);
  }

  const all = { nodes, members, links, split, disagreements, states };
  if (saved !== undefined) restore(JSON.parse(saved) as Saved);

  function restore({ told: toldBefore, settled }: Saved): void {
    for (const [name, settling] of Object.entries(all)) {
      (settling as Settling<unknown>).restore(settled[name as keyof Saved['settled']]);
    }
    for (const [key, disagreement] of toldBefore) told.set(key, disagreement);
    isLate = true;
  }

  /** What a disagreement was about, also when it is over. */
  function toldAs({ disagreements: present }: Topology, { key, to }: Settled<boolean>): Disagreement | undefined {
    const before = told.get(key);
    const now = present.find((each) => keyOf(each) === key);
    if (to && now !== undefined) told.set(key, now);
    else told.delete(key);
    return to ? now : before;
  }

  function recovered(name: string, now: number): void {
    recoveringFrom.set(name, now);
    lastRecovery = now;
  }

  return {
    take(topology, now) {
      current = topology;
      if (states.told('') === '') {
        begin(topology, now);
        return [];
      }
      const values = valuesOf(topology);
      const make = changeMaker(topology);
      nodes.observe(values.nodes, now, isLate);
      members.observe(values.members, now, isLate);
      const ofNodes = nodes.settle(now);
      const ofMembers = members.settle(now);
      for (const { key, to } of ofNodes) if (to === 'up') recovered(key, now);
      for (const { key, to } of ofMembers) if (to) recovered(key, now);
      for (const [name, at] of recoveringFrom) if (at + recovery < now) recoveringFrom.delete(name);
      links.observe(values.links, now, isLate);
      split.observe(values.split, now, isLate);
      disagreements.observe(values.disagreements, now, isLate);
      states.observe(values.states, now, isLate);
      isLate = false;
      const settledLinks = links.settle(now, (due, other) => pairOf(due) === pairOf(other));
      return [
        ...ofMembers.filter(({ to }) => to).map((each) => make.member(each)),
        ...ofNodes.flatMap((each) => make.node(each)),
        ...ofMembers.filter(({ to }) => !to).map((each) => make.member(each)),
        ...make.links(settledLinks),
        ...split.settle(now).map((each) => make.split(each)),
        ...disagreements.settle(now).map((each) => make.disagreement(each, toldAs(topology, each))),
        ...states.settle(now).map((each) => make.state(each)),
      ];
    },
    show(topology) {
      current = topology;
    },
    get nextDue() {
      return Math.min(...Object.values(all).map(({ nextDue }) => nextDue));
    },
    snapshot() {
      if (current === undefined || states.told('') === '') return undefined;
      const make = changeMaker(current, true);
      const at = current.observedAt.getTime();
      const asSettled = <V>(from: V, settling: Settling<V>): Settled<V>[] =>
        [...settling.keys].map((key) => ({
          ...{ key, from, to: settling.told(key) },
          ...{ since: settling.toldSince(key) ?? at, isLate: false },
        }));
      return [
        ...asSettled('none' as const, nodes).flatMap((each) => make.node(each)),
        ...make.links(asSettled<LinkValue>('none', links)),
        ...asSettled('', split).flatMap((each) => (each.to === '' ? [] : [make.split(each)])),
        ...asSettled(false, disagreements).map((each) => make.disagreement(each, told.get(each.key))),
        ...asSettled<WholeState | ''>('', states).map((each) => make.state(each)),
      ];
    },
    get version() {
      return Object.values(all).reduce((sum, { version }) => sum + version, 0);
    },
    save() {
      const settled = Object.fromEntries(Object.entries(all).map(([name, settling]) => [name, settling.save()]));
      return JSON.stringify({ settled, told: [...told] });
    },
    sinceOfNode: (node) => (nodes.told(node.name) === nodeValue(node) ? toDate(nodes.toldSince(node.name)) : null),
    sinceOfLink(link) {
      const key = linkKey(link);
      const value = link.state === 'ONE_SIDED' ? 'one-sided' : link.isUp ? 'up' : 'down';
      return links.told(key) === value ? toDate(links.toldSince(key)) : null;
    },
  };
}

function toDate(milliseconds: number | undefined): Date | null {
  return milliseconds === undefined ? null : new Date(milliseconds);
}

/** undefined where nobody can say: whom only its peers know. */
function nodeValue({ state }: Pick<ClusterNode, 'state'>): 'up' | 'down' | undefined {
  if (state === 'UNASKED') return undefined;
  return state === 'UP' ? 'up' : 'down';
}

/** undefined where an end does not answer: its peers' word may be more than a minute old. */
function linkValue(
  link: Link,
  nodes: ReadonlyMap<string, ClusterNode>,
  told: Settling<'up' | 'down' | 'none'>,
): LinkValue | undefined {
  if (link.state === 'UNWANTED') return 'none';
  if (link.state === 'ONE_SIDED') return 'one-sided';
  if (link.state === 'UNCONFIRMED') {
    const isLost = (name: string) => {
      const { state, renamedTo } = nodes.get(name) as ClusterNode;
      return renamedTo !== null || (state === 'UNASKED' ? told.told(name) === 'down' : state !== 'UP');
    };
    if (link.nodes.some(isLost)) return undefined;
  }
  return link.isUp ? 'up' : 'down';
}

/** What two nodes disagree about with one another. */
const OF_A_PAIR: ReadonlySet<DisagreementKind> = new Set(['FLOW_DIFFERS', 'TABLES_DIFFER', 'LINK_ONE_SIDED']);

function keyOf({ kind, nodes, database }: Disagreement): string {
  return JSON.stringify([kind, nodes[0], database, ...(OF_A_PAIR.has(kind) ? [nodes[1]] : [])]);
}
