import type { Thresholds } from '../../cluster/state.ts';
import { mergeViews, type Topology } from '../../cluster/topology/topology.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import { type Changelog, createChangelog } from '../changelog/changelog.ts';
import type { KeptLog } from '../changelog/kept-log.ts';
import type { Freshness } from '../freshness.ts';
import { Listeners } from '../listeners.ts';
import type { NodeWatches } from '../node-watches.ts';
import type { ClusterChange } from './cluster-change.ts';
import { type ClusterTracker, createClusterTracker } from './cluster-tracker.ts';
import type { Graces } from './graces.ts';
import { TOLD, WATCHED } from './notes.ts';
import { WatchedTime } from './watched-time.ts';

/** The whole cluster as a reader of a watch gets it. */
export interface LiveWhole {
  readonly topology: Topology;
  readonly freshness: Freshness;
  /** Moves when something is different, figures such as latency apart. */
  readonly version: number;
}

/** The whole cluster, by the polls of all nodes, and what becomes of it. */
export interface WholeWatch {
  /** undefined before all nodes were read for the first time. */
  readonly latest: LiveWhole | undefined;
  readonly changelog: Changelog<ClusterChange>;
  /** Told of another `latest`. */
  readonly listeners: Listeners;
  /** How things are, as changes; undefined before that is known. */
  snapshot(): readonly ClusterChange[] | undefined;
  /** What is noted in a store: what was told, and when the cluster was watched. */
  saved(): ReadonlyMap<string, string>;
  readonly sinceOfNode: ClusterTracker['sinceOfNode'];
  readonly sinceOfLink: ClusterTracker['sinceOfLink'];
  /** Moves whenever something else was noted of what was told. */
  readonly toldVersion: number;
  /** Whether another gateway tells what becomes of the cluster. */
  isFollowing: boolean;
  /** Goes on after what was noted, as if it had told that itself. */
  restore(notes: ReadonlyMap<string, string>): void;
  /** To be called when a node has been read, or could not be. */
  observe(): void;
  /** Works out the whole at once, with the figures of the last polls. */
  refresh(): void;
  stop(): void;
}

export interface WholeWatchOptions {
  readonly nodes: NodeWatches;
  readonly thresholds: Thresholds;
  readonly interval: number;
  readonly graces: Omit<Graces, 'confirmation'>;
  readonly capacity: number;
  /** Where the changes are kept; in memory only when left out. */
  readonly kept?: KeptLog<ClusterChange>;
  /** Whether other gateways are told of the changes. */
  readonly isShared: boolean;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/** Milliseconds between two notes of when the cluster was watched: so much may be missing after a `kill -9`. */
const NOTE_INTERVAL = 60_000;

/** Milliseconds, and intervals, between two looks at the cluster after which nobody has watched in between. */
const LONGEST_GAP = 10_000;
const GAP_INTERVALS = 5;

/** The part of an interval that passes between two merges: many nodes are read in one. */
const MERGE_PAUSE = 0.1;

/** Creates the watch of the whole; it reads nothing by itself. */
export function createWholeWatch(options: WholeWatchOptions): WholeWatch {
  const { nodes, thresholds, interval, capacity, kept, isShared, clock, onFault } = options;
  // A view is at most an interval old, and its next answer may take a while.
  const graces = { ...options.graces, confirmation: interval * 1.5 };
  let tracker = createClusterTracker(graces, kept?.notes.get(TOLD));
  const changelog = createChangelog<ClusterChange>(capacity, onFault, kept);
  const longestGap = Math.max(LONGEST_GAP, interval * GAP_INTERVALS);
  let watched = new WatchedTime(longestGap, kept?.notes.get(WATCHED));
  /** The version of what was noted: that of a tracker that goes on is noted already. */
  let noted = tracker.version;
  let notedAt = Number.NEGATIVE_INFINITY;
  const listeners = new Listeners(onFault);
  let latest: LiveWhole | undefined;
  let seen = '';
  let version = 0;
  let mergedAt = Number.NEGATIVE_INFINITY;
  let timer: Timer | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let isFollowing = false;
  let isStopped = false;

  /** What the last polls have said, as a text that is the same as long as nothing has to be worked out anew. */
  const outlineOf = () => `${nodes.outline} ${freshness()}`;

  function freshness(): Freshness {
    if (nodes.failures !== undefined) return 'LOST';
    return nodes.snapshots.some(({ state }) => state === 'LIVE') ? 'LIVE' : 'STALE';
  }

  function merge(isForced = false): void {
    clock.clearTimeout(timer);
    timerAt = Number.POSITIVE_INFINITY;
    if (isStopped) return;
    mergedAt = clock.now();
    const outline = outlineOf();
    const views = nodes.views;
    const isChanged = outline !== seen;
    const isFirst = latest === undefined;
    seen = outline;
    if (isChanged) version += 1;
    if (views !== undefined && (isChanged || isForced || latest === undefined)) {
      latest = { topology: mergeViews(views, thresholds), freshness: freshness(), version };
    } else if (latest !== undefined && latest.version !== version) {
      latest = { topology: latest.topology, freshness: freshness(), version };
    }
    // While no node can be read, nothing is known of what becomes of the cluster.
    const before = noted;
    if (latest !== undefined && views !== undefined) settle(latest.topology);
    look();
    // Since when something has been so is known when it has lasted.
    const isSettled = noted !== before;
    if (isSettled) version += 1;
    if (isSettled && latest !== undefined) latest = { ...latest, version };
    if (isChanged || isSettled) listeners.notify();
    // Some may wait for how things are, and nothing may become of it for long.
    if (isFirst && latest !== undefined) changelog.listeners.notify();
    const due = tracker.nextDue;
    if (Number.isFinite(due) && views !== undefined && !isFollowing)
      mergeAt(clock.now() + Math.max(interval * MERGE_PAUSE, due - clock.date()));
  }

  function settle(topology: Topology): void {
    if (isFollowing) {
      tracker.show(topology);
      return;
    }
    const changes = tracker.take(topology, clock.date());
    // Also what has settled without being a change.
    if (kept !== undefined && tracker.version !== noted) {
      const told = tracker.save();
      changelog.append(changes, new Map([[TOLD, told]]), isShared ? { type: 'whole', told } : undefined);
    } else changelog.append(changes);
    noted = tracker.version;
  }

  /** Notes that the cluster is watched, now and then also in the store. */
  function look(): void {
    watched.look(clock.date(), latest !== undefined && nodes.failures === undefined);
    if (kept !== undefined && clock.now() - notedAt >= NOTE_INTERVAL) noteWatched();
  }

  function noteWatched(): void {
    notedAt = clock.now();
    changelog.append([], new Map([[WATCHED, watched.save()]]));
  }

  function mergeAt(at: number): void {
    if (at >= timerAt || isStopped) return;
    clock.clearTimeout(timer);
    timerAt = at;
    timer = clock.setTimeout(() => merge(), Math.max(0, at - clock.now()));
  }

  return {
    changelog,
    listeners,
    get latest() {
      return latest;
    },
    get toldVersion() {
      return noted;
    },
    get isFollowing() {
      return isFollowing;
    },
    set isFollowing(value) {
      isFollowing = value;
    },
    restore(notes) {
      tracker = createClusterTracker(graces, notes.get(TOLD));
      if (latest !== undefined) tracker.show(latest.topology);
      noted = tracker.version;
      const spans = notes.get(WATCHED);
      if (spans !== undefined) watched = new WatchedTime(longestGap, spans);
      // It is worked out anew with what is read next.
      seen = '';
    },
    snapshot: () => tracker.snapshot(),
    sinceOfNode: (node) => tracker.sinceOfNode(node),
    sinceOfLink: (link) => tracker.sinceOfLink(link),
    saved: () =>
      new Map([
        [TOLD, tracker.save()],
        [WATCHED, watched.save()],
      ]),
    observe() {
      look();
      if (outlineOf() === seen) return;
      const at = mergedAt + interval * MERGE_PAUSE;
      if (clock.now() >= at) merge();
      else mergeAt(at);
    },
    refresh() {
      if (clock.now() > mergedAt) merge(true);
    },
    stop() {
      if (isStopped) return;
      isStopped = true;
      clock.clearTimeout(timer);
      if (kept !== undefined) noteWatched();
      changelog.close();
      listeners.notify();
    },
  };
}
