import type { Thresholds } from '../cluster/state.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { createFeed, type Feed, type Waker } from './changelog.ts';
import { type Change, diff } from './diff.ts';
import { createVersions, type Snapshot, toSnapshot } from './snapshot.ts';

/** IDLE: nobody watches. LIVE: the last poll succeeded. STALE: the first or the next is not there yet. LOST: polls fail. */
export type WatchState = 'IDLE' | 'LIVE' | 'STALE' | 'LOST';

export interface WatcherOptions {
  /** Reads cluster_status with the credentials this watcher is for. */
  readonly read: (signal: AbortSignal) => Promise<ClusterStatus>;
  readonly thresholds: Thresholds;
  /** Milliseconds between two polls. */
  readonly interval: number;
  /** How many changes are kept for readers that come back. */
  readonly capacity: number;
  /** Milliseconds polling goes on after the last reader has left, so that one who comes back misses nothing. */
  readonly linger: number;
  /** Called when polling has ended for good; the watcher is of no use afterwards. */
  readonly onEnd: () => void;
}

/**
 * One poll of a cluster for any number of readers with the same credentials. It begins with the first reader and ends a
 * short while after the last.
 */
export interface Watcher {
  readonly feed: Feed;
  /** The last snapshot; undefined before the first poll succeeded. */
  readonly snapshot: Snapshot | undefined;
  /** A number of the snapshot; the same as long as statuses differ in nothing but the moment they were read. */
  readonly version: number;
  readonly state: WatchState;
  readonly readers: number;
  /** While Harper cannot be read: the cursor before its UPSTREAM_LOST, where a reader who comes now begins. */
  readonly lostAt: string | undefined;
  readonly lastPollAt: Date | null;
  /** Milliseconds since the last poll that succeeded; undefined before the first one. */
  readonly staleness: number | undefined;
  /** Why the watch has ended for its readers; undefined while it goes on. */
  readonly ended: Error | undefined;
  /** Keeps the poll going until the returned function is called. */
  enter(): () => void;
  /** Polls at once: something has just been changed. */
  nudge(): void;
  /** Settles when a poll that began after this call is over, whether it succeeded or not. */
  fresh(): Promise<void>;
  /** Whom to wake whenever there is another snapshot, or the watch has ended. */
  readonly wakers: Set<Waker>;
  /** Ends the watch now. */
  stop(reason: Error): void;
}

/** Longest wait between two polls while Harper cannot be read, in milliseconds. */
const LONGEST_WAIT = 30_000;

/** Shortest wait between two polls, in milliseconds, however often one is asked for: many readers may come at once. */
const LEAST_WAIT = 20;

/** Refusals that no further poll will mend: the credentials are no longer good, or there is no cluster to watch. */
const FINAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'OPERATION_UNSUPPORTED']);

/** Creates a watcher; nothing is read before the first `enter`. */
export function createWatcher(options: WatcherOptions): Watcher {
  const { read, thresholds, interval, capacity, linger, onEnd } = options;
  const feed = createFeed(capacity);
  const controller = new AbortController();
  const wakers = new Set<Waker>();
  const versions = createVersions();
  let snapshot: Snapshot | undefined;
  let ended: Error | undefined;
  let lost = false;
  let lostAt: string | undefined;
  let failures = 0;
  let readers = 0;
  let started = false;
  let lastPollAt: Date | null = null;
  let lastSuccess = Number.NEGATIVE_INFINITY;
  let lingering: NodeJS.Timeout | undefined;
  /** Ends the wait between two polls. */
  let hurry: (() => void) | undefined;
  let nudged = false;
  /** Settles with the end of the next poll to begin. */
  let upcoming = Promise.withResolvers<void>();

  async function run(): Promise<void> {
    while (ended === undefined) {
      const { resolve } = upcoming;
      upcoming = Promise.withResolvers<void>();
      nudged = false;
      lastPollAt = new Date();
      try {
        take(await read(controller.signal));
      } catch (error) {
        if (ended === undefined) miss(error);
      }
      resolve();
      if (ended === undefined) await pause();
    }
    upcoming.resolve();
  }

  function take(status: ClusterStatus): void {
    const next = toSnapshot(status, thresholds, snapshot);
    const changes = snapshot === undefined ? [] : diff(snapshot, next);
    if (lost) changes.unshift(upstreamChange('UPSTREAM_RESTORED', next, 'Harper can be read again.'));
    snapshot = next;
    lost = false;
    failures = 0;
    lastSuccess = performance.now();
    feed.append(changes);
    wake();
  }

  function miss(error: unknown): void {
    if (error instanceof GatewayError && FINAL.has(error.code)) {
      stop(error);
      return;
    }
    failures += 1;
    if (lost) return;
    lost = true;
    lostAt = feed.end;
    const words = error instanceof GatewayError ? error.message : 'The status could not be read.';
    feed.append([upstreamChange('UPSTREAM_LOST', snapshot, words)]);
  }

  /** Waits for the next poll, with jitter, so that many gateways do not poll in step; less when it is asked for. */
  async function pause(): Promise<void> {
    const begun = performance.now();
    const backOff = failures === 0 ? interval : Math.min(interval * 2 ** (failures - 1), LONGEST_WAIT);
    if (!nudged) await wait(Math.max(interval, backOff) * (0.95 + Math.random() * 0.1));
    const left = LEAST_WAIT - (performance.now() - begun);
    if (ended === undefined && left > 0) await wait(left);
  }

  function wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        hurry = undefined;
        resolve();
      }
      hurry = done;
    });
  }

  function wake(): void {
    for (const waker of [...wakers]) waker.wake();
  }

  function nudge(): void {
    if (nudged) return;
    nudged = true;
    hurry?.();
  }

  function stop(reason: Error): void {
    if (ended !== undefined) return;
    ended = reason;
    clearTimeout(lingering);
    controller.abort(reason);
    hurry?.();
    wake();
    feed.close();
    onEnd();
  }

  return {
    feed,
    wakers,
    stop,
    get lostAt() {
      return lost ? lostAt : undefined;
    },
    get snapshot() {
      return snapshot;
    },
    get version() {
      return versions.of(snapshot);
    },
    get ended() {
      return ended;
    },
    get readers() {
      return readers;
    },
    get lastPollAt() {
      return lastPollAt;
    },
    get staleness() {
      return snapshot === undefined ? undefined : performance.now() - lastSuccess;
    },
    get state() {
      if (!started || ended !== undefined) return 'IDLE';
      if (lost) return 'LOST';
      return performance.now() - lastSuccess > interval * 3 ? 'STALE' : 'LIVE';
    },
    enter() {
      readers += 1;
      clearTimeout(lingering);
      if (!started) {
        started = true;
        void run();
      }
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        readers -= 1;
        if (readers === 0 && ended === undefined) lingering = setTimeout(stop, linger, new Error('nobody is watching'));
      };
    },
    nudge,
    fresh() {
      nudge();
      return ended === undefined ? upcoming.promise : Promise.resolve();
    },
  };
}

function upstreamChange(
  kind: 'UPSTREAM_LOST' | 'UPSTREAM_RESTORED',
  snapshot: Snapshot | undefined,
  message: string,
): Change {
  return {
    kind,
    observedAt: new Date(),
    nodeName: snapshot?.status.nodeName ?? null,
    peerName: null,
    database: null,
    connected: null,
    previouslyConnected: null,
    peer: null,
    assessment: null,
    message,
  };
}
