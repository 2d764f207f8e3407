import type { NodeInfo } from '../cluster/nodes/node.ts';
import type { Thresholds } from '../cluster/state.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { type Clock, SYSTEM_CLOCK, type Timer } from '../util/clock.ts';
import { createTimeSlices, type TimeSlices } from '../util/time-slices.ts';
import { type Changelog, createChangelog } from './changelog/changelog.ts';
import type { KeptChanges } from './changelog/history.ts';
import { lostAtIn, lostAtNote, viewsIn } from './changelog/view-notes.ts';
import { type Change, nodeChange, type UpstreamChange } from './diff.ts';
import type { LiveStatus, WatchState } from './freshness.ts';
import { Listeners } from './listeners.ts';
import { createNodeWatches, type Lost, type NodeWatches, type Taken, type WatchedNode } from './node-watches.ts';
import { type PollResult, viewsMessage } from './sharing/messages.ts';
import { createSharedWatch } from './sharing/shared-watch.ts';
import type { Sinces } from './sinces.ts';
import type { Snapshot } from './snapshot.ts';
import { createSnapshotEvents, type SnapshotEvents } from './snapshot-events.ts';
import type { Graces } from './whole/graces.ts';
import { createWholeWatch, type WholeWatch } from './whole/whole-watch.ts';

export interface WatcherOptions {
  /** The nodes there are at this moment, the preferred one first, as they are read with the login of the watch. */
  readonly nodes: () => readonly WatchedNode[];
  readonly thresholds: Thresholds;
  /** Milliseconds between two polls of a node. */
  readonly interval: number;
  readonly graces: Omit<Graces, 'confirmation'>;
  /** How many changes are kept for readers that come back. */
  readonly capacity: number;
  /** Where the changes are kept, and what was before; in memory only when left out. */
  readonly kept?: KeptChanges;
  /** Milliseconds polling goes on after the last stream has left, so that one who comes back misses nothing. */
  readonly linger: number;
  /** Called when polling has ended for good; the watcher is of no use afterwards. */
  readonly onEnd: () => void;
  /** Told of every error in the gateway's own code. Readers are not ended by it, and polling goes on. */
  readonly onFault: (error: unknown) => void;
  /** The time of this machine when left out. */
  readonly clock?: Clock;
  /** Shared by the readers of all watches; its own when left out. */
  readonly slices?: TimeSlices;
}

/** One poll of each node of a cluster, for any number of readers with the same credentials. */
export interface Watcher {
  /** The changes of every node's view. */
  readonly changelog: Changelog<Change>;
  /** The cluster by all views, and its changes. */
  readonly whole: WholeWatch;
  /** The last snapshot of the preferred node that can be read; undefined before a first poll succeeded. */
  readonly snapshot: Snapshot | undefined;
  /** Moves whenever `snapshot` says something else than before, or is that of another node. */
  readonly version: string | undefined;
  /** The status of that snapshot with its freshness. The same object until another poll succeeds or `state` changes. */
  readonly status: LiveStatus | undefined;
  /** The SNAPSHOT events of the last snapshots of all nodes, at the end of the change log. */
  readonly snapshotEvents: SnapshotEvents | undefined;
  /** The polls of one node, for who wants its view; those of the preferred one where it is not watched. */
  viewOf(node: NodeInfo | undefined): NodeWatches['first'];
  /** Since when the connections of a node are as they are; undefined where it is not watched. */
  sincesOf(nodeName: string): Sinces | undefined;
  /** The last snapshot of each node. */
  readonly snapshots: readonly { readonly snapshot: Snapshot; readonly state: WatchState }[];
  readonly state: WatchState;
  readonly readers: number;
  /** The position before UPSTREAM_LOST, where a new reader begins; undefined unless no node can be read. */
  readonly lostAt: number | undefined;
  readonly lastPollAt: Date | null;
  /** Milliseconds since the last poll that succeeded; undefined before the first one. */
  readonly staleness: number | undefined;
  /** Why the watch has ended for its readers; undefined while it goes on. */
  readonly ended: Error | undefined;
  readonly clock: Clock;
  /** The time that its readers share. */
  readonly slices: TimeSlices;
  readonly onFault: (error: unknown) => void;
  /**
   * Keeps the polls going until the returned function is called.
   * @param options.lingers whether they go on for `linger` after that; false when left out
   */
  enter(options?: { readonly lingers?: boolean }): () => void;
  /**
   * Polls every node at once. Settles when polls that begin after this call are over, however they end. Nodes that
   * are lost are not waited for while others are not.
   */
  pollNow(): Promise<void>;
  /**
   * Brings the changes as far as they are in the store. Settles when that is done, or cannot be; it never rejects.
   * Undefined where no other gateway writes there.
   */
  readonly catchUp: (() => Promise<void>) | undefined;
  /** Told of another snapshot, of another state, and of the end. */
  readonly listeners: Listeners;
  /** Ends the watch. */
  stop(reason: Error): void;
}

/** Refusals that no further poll will mend: the credentials are no longer good, or there is no cluster to watch. */
const FINAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'OPERATION_UNSUPPORTED']);

/** Creates a watcher; nothing is read before the first `enter`. */
export function createWatcher(options: WatcherOptions): Watcher {
  const { thresholds, interval, capacity, linger, onEnd, onFault, clock = SYSTEM_CLOCK } = options;
  const { slices = createTimeSlices(clock) } = options;
  const views = options.kept?.views;
  const sharing = options.kept?.sharing;
  const changelog = createChangelog<Change>(capacity, onFault, views);
  const listeners = new Listeners(onFault);
  const eventsOf = createSnapshotEvents();
  const nodes = createNodeWatches({
    ...{ nodes: options.nodes, thresholds, interval, clock, onFault },
    seen: viewsIn(views?.notes ?? new Map()),
    onTaken: take,
    onLost: lose,
    onAged: listeners,
    requestPoll: () => sharing?.requestPoll() ?? Promise.resolve(),
  });
  const whole = createWholeWatch({
    ...{ nodes, thresholds, interval, graces: options.graces, capacity, clock, onFault },
    isShared: sharing !== undefined,
    ...(options.kept && { kept: options.kept.whole }),
  });
  let agedStatus: { readonly of: Snapshot; readonly status: LiveStatus } | undefined;
  /** The position before UPSTREAM_LOST. */
  let lostAt = lostAtIn(views?.notes ?? new Map());
  let ended: Error | undefined;
  let readers = 0;
  let hasBegun = false;
  let lingerUntil = 0;
  let lingerTimer: Timer | undefined;

  /** A change that is of no peer, seen now. */
  function of(kind: UpstreamChange['kind'], message: string, status: ClusterStatus | undefined): Change {
    return nodeChange({ kind, message, nodeName: status?.nodeName ?? null, observedAt: new Date(clock.date()) });
  }

  /** That some of several nodes cannot be read, for a reader who begins now. */
  function lostNodes(): Change[] {
    if (nodes.failures !== undefined || nodes.count < 2) return [];
    return nodes.lost.map(({ failure, status }) => of('NODE_LOST', failure.message, status));
  }

  /** What other gateways are told of a poll. */
  const messageOf = (result: PollResult) => sharing && viewsMessage(result, storedLostAt(), sharing.wholeEnd);

  const storedLostAt = () => (lostAt === undefined ? undefined : lostAt + (views?.offset ?? 0));

  function take(changes: Change[], { status, wasLost, isFirst, note, result }: Taken): void {
    if (sharing?.isPolling === false) {
      whole.observe();
      listeners.notify();
      return;
    }
    const several = nodes.count > 1;
    const isNoted = views !== undefined && (changes.length > 0 || wasLost || isFirst || lostAt !== undefined);
    if (wasLost && several) changes.unshift(of('NODE_RESTORED', `${status.nodeName} can be read again.`, status));
    if (lostAt !== undefined) changes.unshift(of('UPSTREAM_RESTORED', 'Harper can be read again.', status));
    lostAt = undefined;
    changelog.append(changes, isNoted ? new Map([note(), lostAtNote(undefined)]) : undefined, messageOf(result));
    whole.observe();
    listeners.notify();
  }

  /** The refusal that ends the watch: of the node that was followed, or of all. A single other one may be wrong. */
  function finalRefusal(): GatewayError | undefined {
    const { failures, followed } = nodes;
    if (failures === undefined) return undefined;
    const isFinal = (failure: GatewayError | undefined) => failure !== undefined && FINAL.has(failure.code);
    if (isFinal(followed?.failure)) return followed?.failure;
    return failures.every(isFinal) ? failures[0] : undefined;
  }

  /** A node cannot be read, or refuses the login. */
  function lose(error: GatewayError, { status, isFirst, note, result }: Lost): void {
    const refusal = finalRefusal();
    if (refusal !== undefined) {
      stop(refusal);
      return;
    }
    if (isFirst) listeners.notify();
    if (sharing?.isPolling === false) {
      whole.observe();
      return;
    }
    const changes: Change[] = [];
    if (isFirst && nodes.count > 1) changes.push(of('NODE_LOST', error.message, status));
    if (nodes.failures !== undefined && lostAt === undefined) {
      lostAt = changelog.length;
      changes.push(of('UPSTREAM_LOST', error.message, nodes.followed?.snapshot?.status));
    }
    const isNoted = views !== undefined && (isFirst || changes.length > 0);
    const notes = isNoted ? new Map([note(), lostAtNote(storedLostAt())]) : undefined;
    changelog.append(changes, notes, messageOf(result));
    whole.observe();
  }

  function stop(reason: Error): void {
    if (ended !== undefined) return;
    ended = reason;
    if (sharing?.isPolling && reason instanceof GatewayError && FINAL.has(reason.code)) sharing.tellEnd(reason);
    clock.clearTimeout(lingerTimer);
    nodes.stop(reason);
    whole.stop();
    listeners.notify();
    changelog.close();
    onEnd();
  }

  function exit(lingers: boolean): void {
    readers -= 1;
    const now = clock.now();
    if (lingers) lingerUntil = now + linger;
    if (readers > 0 || ended !== undefined) return;
    lingerTimer = clock.setTimeout(() => stop(new Error('nobody is watching')), Math.max(0, lingerUntil - now));
  }

  if (sharing !== undefined && views !== undefined) {
    const watch = createSharedWatch({
      ...{ nodes, whole, changelog, log: views, hasBegun: () => hasBegun, end: stop },
      lostAt: {
        get: () => lostAt,
        set(position) {
          lostAt = position;
        },
      },
    });
    if (!sharing.isPolling) watch.follow();
    sharing.start(watch);
  }

  return {
    changelog,
    whole,
    listeners,
    clock,
    slices,
    onFault,
    stop,
    pollNow: nodes.pollNow,
    catchUp: sharing?.catchUp,
    viewOf: nodes.viewOf,
    sincesOf: nodes.sincesOf,
    get snapshots() {
      return nodes.snapshots;
    },
    get lostAt() {
      return lostAt;
    },
    get snapshot() {
      return nodes.followed?.snapshot;
    },
    get version() {
      return nodes.version;
    },
    get snapshotEvents() {
      const all = nodes.snapshots.map(({ snapshot }) => snapshot);
      return all.length === 0 ? undefined : eventsOf(all, lostNodes(), changelog.end);
    },
    get status() {
      const snapshot = nodes.followed?.snapshot;
      const { state } = nodes;
      if (snapshot === undefined || state === 'LIVE' || state === 'IDLE') return snapshot?.status;
      if (agedStatus?.of !== snapshot || agedStatus.status.freshness !== state) {
        agedStatus = { of: snapshot, status: { ...snapshot.status, freshness: state } };
      }
      return agedStatus.status;
    },
    get ended() {
      return ended;
    },
    get readers() {
      return readers;
    },
    get lastPollAt() {
      return nodes.lastPollAt;
    },
    get staleness() {
      return nodes.followed?.staleness;
    },
    get state() {
      return nodes.state;
    },
    enter({ lingers = false } = {}) {
      readers += 1;
      hasBegun = true;
      clock.clearTimeout(lingerTimer);
      if (ended === undefined && sharing?.isPolling !== false) nodes.start();
      let hasExited = false;
      return () => {
        if (!hasExited) exit(lingers);
        hasExited = true;
      };
    },
  };
}
