import type { NodeInfo } from '../cluster/nodes/node.ts';
import { isSameCluster } from '../cluster/nodes/same-cluster.ts';
import { type Answer, type Answered, viewsOf } from '../cluster/nodes/views.ts';
import type { Thresholds } from '../cluster/state.ts';
import type { NodeView } from '../cluster/topology/view.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { Clock } from '../util/clock.ts';
import { type SeenView, viewNote } from './changelog/view-notes.ts';
import type { Change } from './diff.ts';
import type { WatchState } from './freshness.ts';
import type { Listener } from './listeners.ts';
import { createNodeWatch, type NodeWatch } from './node-watch.ts';
import type { PollResult } from './sharing/messages.ts';
import type { Sinces } from './sinces.ts';
import type { Snapshot } from './snapshot.ts';

/** A node as one watch reads it. */
export interface WatchedNode {
  readonly info: NodeInfo;
  /** Learns from a status that another gateway has read. */
  readonly learn?: (status: ClusterStatus) => void;
  /** Reads cluster_status with the credentials of the watch. */
  readonly read: (signal: AbortSignal) => Promise<ClusterStatus>;
}

export interface NodeWatchesOptions {
  readonly nodes: () => readonly WatchedNode[];
  readonly thresholds: Thresholds;
  readonly interval: number;
  readonly clock: Clock;
  /** What was seen before this watch, by the addresses of the nodes. */
  readonly seen: ReadonlyMap<string, SeenView>;
  /** Told of a poll that succeeded, and what has changed. */
  readonly onTaken: (changes: Change[], taken: Taken) => void;
  /** Told of a poll that failed, what was seen last, and whether the one before had not. */
  readonly onLost: (error: GatewayError, lost: Lost) => void;
  /** Told of every other change of a state. */
  readonly onAged: Listener;
  /** Asks for a poll of all nodes while another gateway polls. */
  readonly requestPoll: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** A poll that succeeded. */
export interface Taken {
  readonly status: ClusterStatus;
  /** Whether the node could not be read before. */
  readonly wasLost: boolean;
  /** Whether it is the first of this node. */
  readonly isFirst: boolean;
  /** What is to be noted of the view. */
  readonly note: () => [key: string, text: string];
  /** What was read, for other gateways. */
  readonly result: PollResult;
}

/** A poll that failed. */
export interface Lost extends Pick<Taken, 'isFirst' | 'note' | 'result'> {
  /** What was seen last; undefined where nothing was. */
  readonly status: ClusterStatus | undefined;
}

/** The polls of all nodes for one login. */
export interface NodeWatches {
  readonly first: NodeWatch;
  readonly count: number;
  /** The polls of the preferred node that can be read; of the one before, where none can. */
  readonly followed: NodeWatch | undefined;
  /** Names the followed snapshot and what it says. */
  readonly version: string | undefined;
  /** That of the followed node. */
  readonly state: WatchState;
  /** Why no node can be read, each with its reason; undefined as long as one can, or was not read yet. */
  readonly failures: readonly GatewayError[] | undefined;
  readonly snapshots: readonly { readonly snapshot: Snapshot; readonly state: WatchState }[];
  /** The nodes that cannot be read, with what was seen of them last. */
  readonly lost: readonly { readonly failure: GatewayError; readonly status: ClusterStatus | undefined }[];
  /** What was seen of each node, as a text that is the same until something is different, figures apart. */
  readonly outline: string;
  /** What is known of every node; undefined before all were read for the first time, and where none can be. */
  readonly views: NodeView[] | undefined;
  readonly lastPollAt: Date | null;
  viewOf(node: NodeInfo | undefined): NodeWatch;
  sincesOf(nodeName: string): Sinces | undefined;
  start(): void;
  /** Ceases to poll; what another gateway has read is received. */
  follow(): void;
  receive(result: PollResult): void;
  /** Compares what is read next with what was seen, and not with what was read last. */
  restore(seen: ReadonlyMap<string, SeenView>): void;
  /** What is to be noted of all views. */
  notes(): ReadonlyMap<string, string>;
  pollNow(): Promise<void>;
  stop(reason: Error): void;
}

/** Longest wait between two polls of a node that fails, in milliseconds: of several, the others go on being read. */
const LONGEST_WAIT = 30_000;
const LONGEST_WAIT_OF_SEVERAL = 5000;

/** One node that is watched. */
interface Watched {
  readonly node: WatchedNode;
  readonly watch: NodeWatch;
  /** What was seen of it last. */
  readonly view: () => SeenView;
  /** Compares what is read next with what was seen before; undefined: with what was read last. */
  readonly restore: (seen: SeenView | undefined) => void;
  isLost: boolean;
}

/** Creates the polls; nothing is read before `start`. Nodes that are found later are polled from then on. */
export function createNodeWatches(options: NodeWatchesOptions): NodeWatches {
  const { thresholds, interval, clock, onTaken, onLost, onAged, requestPoll, onFault } = options;
  /** What was seen of nodes that are not watched now, or were not read yet. */
  let seen = new Map(options.seen);
  let all: Watched[] = options.nodes().map(create);
  let followed: Watched | undefined;
  let run: 'polling' | 'following' | undefined;

  function create(node: WatchedNode, at: number, { length }: readonly unknown[]): Watched {
    const { displayUrl } = node.info.address;
    let before = seen.get(displayUrl);
    const view = (): SeenView => ({
      status: watch.snapshot?.status ?? before?.status,
      isLost: watched.isLost,
      sinces: watch.snapshot ? watch.sinces.save() : (before?.sinces ?? []),
    });
    const note = () => viewNote(displayUrl, view());
    let polls = 0;
    const watch = createNodeWatch({
      seenBefore: ({ nodeName }) => before ?? [...seen.values()].find(({ status }) => status?.nodeName === nodeName),
      ...{ read: node.read, thresholds, interval, clock, requestPoll, onFault },
      phase: at / length,
      longestWait: length > 1 ? LONGEST_WAIT_OF_SEVERAL : LONGEST_WAIT,
      onTaken(changes, took) {
        const { isLost: wasLost } = watched;
        watched.isLost = false;
        polls += 1;
        seen.delete(displayUrl);
        refresh();
        if (watch.snapshot === undefined) return;
        const { status } = watch.snapshot;
        const result = { address: displayUrl, answer: status, took };
        onTaken(changes, { status, wasLost, isFirst: polls === 1, note, result });
      },
      onFailed(error, took) {
        const isFirst = !watched.isLost;
        watched.isLost = true;
        refresh();
        const result = { address: displayUrl, answer: error, took };
        onLost(error, { status: watch.snapshot?.status ?? before?.status, isFirst, note, result });
      },
      onAged: () => onAged.notify(),
    });
    function restore(view: SeenView | undefined): void {
      before = view;
      watched.isLost = view?.isLost ?? false;
      polls = 0;
      watch.forget();
    }
    const watched: Watched = { node, watch, view, restore, isLost: before?.isLost ?? false };
    return watched;
  }

  /** Takes up nodes that were found, leaves addresses that add nothing, and follows the best that can be read. */
  function refresh(): void {
    const present = options.nodes();
    if (present.length !== all.length || present.some(({ info }, at) => info !== all[at]?.node.info)) {
      const known = new Map(all.map((watched) => [watched.node.info, watched]));
      for (const { node, watch, view } of all) {
        if (present.some(({ info }) => info === node.info)) continue;
        seen.set(node.info.address.displayUrl, view());
        watch.stop(new Error('the node is not watched any more'));
      }
      all = present.map((node, at) => {
        const found = known.get(node.info) ?? create(node, at, present);
        if (!known.has(node.info)) begin(found);
        return found;
      });
    }
    const live = all.filter(({ watch }) => watch.state === 'LIVE');
    const best = live.find((watched) => watched === all[0] || isOfSameCluster(watched, followed));
    if (best !== undefined) followed = best;
  }

  function begin({ watch }: Watched): void {
    if (run === 'polling') watch.start();
    else if (run === 'following') watch.follow();
  }

  return {
    get first() {
      return (all[0] as Watched).watch;
    },
    get count() {
      return all.length;
    },
    get followed() {
      return followed?.watch;
    },
    get version() {
      const snapshot = followed?.watch.snapshot;
      return snapshot && `${followed?.node.info.rank} ${snapshot.version}`;
    },
    get state() {
      return (followed ?? all[0])?.watch.state ?? 'IDLE';
    },
    get failures() {
      const failures = all.flatMap(({ watch }) => watch.failure ?? []);
      return failures.length === all.length ? failures : undefined;
    },
    get snapshots() {
      return all.flatMap(({ watch: { snapshot, state } }) => (snapshot ? [{ snapshot, state }] : []));
    },
    get lost() {
      return all.flatMap(({ watch: { failure, snapshot } }) =>
        failure ? [{ failure, status: snapshot?.status }] : [],
      );
    },
    get outline() {
      // One that was lost before this watch is not known to be so before it was asked.
      const stateOf = ({ watch, isLost }: Watched) => (isLost ? (watch.failure ? 'lost' : 'unread') : watch.changes);
      return all.map((watched) => `${watched.node.info.rank}:${stateOf(watched)}`).join();
    },
    get views() {
      const answered = all.flatMap(({ node, watch, view }): Answered[] => {
        const answer: Answer | undefined = watch.failure ?? watch.snapshot?.status;
        return answer === undefined ? [] : [{ node: node.info, answer, seenAs: view().status?.nodeName }];
      });
      const isLost = answered.every(({ answer }) => answer instanceof GatewayError);
      return answered.length < all.length || isLost ? undefined : viewsOf(answered);
    },
    get lastPollAt() {
      const latest = Math.max(0, ...all.map(({ watch }) => watch.lastPollAt?.getTime() ?? 0));
      return latest === 0 ? null : new Date(latest);
    },
    viewOf: (node) => (all.find((watched) => watched.node.info === node) ?? (all[0] as Watched)).watch,
    sincesOf: (nodeName) => all.find(({ watch }) => watch.snapshot?.status.nodeName === nodeName)?.watch.sinces,
    start() {
      if (run === 'polling') return;
      run = 'polling';
      for (const each of all) begin(each);
    },
    follow() {
      run = 'following';
      for (const each of all) begin(each);
    },
    receive({ address, answer, took }) {
      const found = all.find(({ node }) => node.info.address.displayUrl === address);
      if (!(answer instanceof GatewayError)) found?.node.learn?.(answer);
      found?.watch.receive(answer, took);
    },
    restore(views) {
      seen = new Map(views);
      for (const { node, restore } of all) restore(seen.get(node.info.address.displayUrl));
    },
    notes: () => new Map(all.map(({ node, view }) => viewNote(node.info.address.displayUrl, view()))),
    async pollNow() {
      const polls = all.map(({ watch, isLost }) => ({ isLost, poll: watch.pollNow() }));
      const wanted = polls.filter(({ isLost }) => !isLost);
      await Promise.all((wanted.length === 0 ? polls : wanted).map(({ poll }) => poll));
    },
    stop(reason) {
      for (const { watch } of all) watch.stop(reason);
    },
  };
}

/** Whether a node belongs to the cluster that is followed: a spare, or one of another cluster, stands in for nobody. */
function isOfSameCluster({ watch }: Watched, followed: Watched | undefined): boolean {
  const before = followed?.watch.snapshot?.status;
  const now = watch.snapshot?.status;
  return before === undefined || now === undefined || isSameCluster(before, now);
}
