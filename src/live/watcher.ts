import type { Thresholds } from '../cluster/state.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { type Clock, SYSTEM_CLOCK, type Timer } from '../util/clock.ts';
import { createTimeSlices, type TimeSlices } from '../util/time-slices.ts';
import { type Changelog, createChangelog } from './changelog.ts';
import { type Change, diff, type UpstreamChange, upstreamChange } from './diff.ts';
import type { LiveStatus, WatchState } from './freshness.ts';
import { Listeners } from './listeners.ts';
import { createPollLoop } from './poll-loop.ts';
import { type Snapshot, toSnapshot } from './snapshot.ts';
import { createSnapshotEvents, type SnapshotEvents } from './snapshot-events.ts';

export interface WatcherOptions {
  /** Reads cluster_status with the credentials this watcher is for. */
  readonly read: (signal: AbortSignal) => Promise<ClusterStatus>;
  readonly thresholds: Thresholds;
  /** Milliseconds between two polls. */
  readonly interval: number;
  /** How many changes are kept for readers that come back. */
  readonly capacity: number;
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

/** One poll of a cluster for any number of readers with the same credentials. */
export interface Watcher {
  readonly changelog: Changelog;
  /** The last snapshot; undefined before the first poll succeeded. */
  readonly snapshot: Snapshot | undefined;
  /** The last status with its freshness. The same object until another poll succeeds or `state` changes. */
  readonly status: LiveStatus | undefined;
  /** The SNAPSHOT events of the last snapshot, at the end of the change log. */
  readonly snapshotEvents: SnapshotEvents | undefined;
  readonly state: WatchState;
  readonly readers: number;
  /** The cursor before UPSTREAM_LOST, where a new reader begins; undefined unless Harper cannot be read. */
  readonly lostAt: string | undefined;
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
   * Keeps the poll going until the returned function is called.
   * @param options.lingers whether it goes on for `linger` after that; false when left out
   */
  enter(options?: { readonly lingers?: boolean }): () => void;
  /** Polls at once. Settles when a poll that begins after this call is over, however it ends. */
  pollNow(): Promise<void>;
  /** What the last call of `pollNow` returned; undefined before the first. */
  readonly requestedPoll: Promise<void> | undefined;
  /** Told of another snapshot, of another state, and of the end. */
  readonly listeners: Listeners;
  /** Ends the watch. */
  stop(reason: Error): void;
}

/** The next poll is overdue when it has not succeeded after so many intervals and the time that the last one took. */
const OVERDUE_INTERVALS = 3;

/** Refusals that no further poll will mend: the credentials are no longer good, or there is no cluster to watch. */
const FINAL = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'OPERATION_UNSUPPORTED']);

/** Creates a watcher; nothing is read before the first `enter`. */
export function createWatcher(options: WatcherOptions): Watcher {
  const { read, thresholds, interval, capacity, linger, onEnd, onFault, clock = SYSTEM_CLOCK } = options;
  const { slices = createTimeSlices(clock) } = options;
  const changelog = createChangelog(capacity, onFault);
  const listeners = new Listeners(onFault);
  const eventsOf = createSnapshotEvents();
  const controller = new AbortController();
  const loop = createPollLoop({ poll, interval, clock, onFault: fault });
  let snapshot: Snapshot | undefined;
  let state: WatchState = 'IDLE';
  let agedStatus: LiveStatus | undefined;
  let lostAt: string | undefined;
  let ended: Error | undefined;
  let readers = 0;
  let lastPollAt: Date | null = null;
  let lastSuccess = 0;
  let overdueTimer: Timer | undefined;
  let lingerUntil = 0;
  let lingerTimer: Timer | undefined;

  function upstream(kind: UpstreamChange['kind'], message: string, seen: Snapshot | undefined): Change {
    return upstreamChange({ kind, message, snapshot: seen, observedAt: new Date(clock.date()) });
  }

  async function poll(): Promise<boolean> {
    const begunAt = clock.now();
    lastPollAt = new Date(clock.date());
    let status: ClusterStatus;
    try {
      status = await read(controller.signal);
    } catch (error) {
      if (ended !== undefined) return false;
      // Whatever Harper does is an error of the catalogue. Anything else is ours, and no outage.
      if (!(error instanceof GatewayError)) throw error;
      lose(error);
      return false;
    }
    if (ended === undefined) take(status, clock.now() - begunAt);
    return true;
  }

  function take(status: ClusterStatus, duration: number): void {
    const next = toSnapshot(status, thresholds, snapshot);
    const changes = snapshot === undefined ? [] : diff(snapshot, next);
    if (lostAt !== undefined) changes.unshift(upstream('UPSTREAM_RESTORED', 'Harper can be read again.', next));
    snapshot = next;
    lostAt = undefined;
    lastSuccess = clock.now();
    setState('LIVE');
    overdueTimer = clock.setTimeout(() => age('STALE'), interval * OVERDUE_INTERVALS + duration);
    changelog.append(changes);
    listeners.notify();
  }

  /** Harper cannot be read, or refuses the login for good. */
  function lose(error: GatewayError): void {
    if (FINAL.has(error.code)) {
      stop(error);
      return;
    }
    age('LOST');
    if (lostAt !== undefined) return;
    lostAt = changelog.end;
    changelog.append([upstream('UPSTREAM_LOST', error.message, snapshot)]);
  }

  /** An error in our own code. What was read is lost; the next poll is compared with the last one that was not. */
  function fault(error: unknown): void {
    if (ended === undefined) age('STALE');
    onFault(error);
  }

  function age(next: 'STALE' | 'LOST'): void {
    if (state === next) return;
    setState(next);
    listeners.notify();
  }

  function setState(next: WatchState): void {
    clock.clearTimeout(overdueTimer);
    state = next;
    agedStatus = undefined;
  }

  function stop(reason: Error): void {
    if (ended !== undefined) return;
    ended = reason;
    clock.clearTimeout(lingerTimer);
    setState('IDLE');
    controller.abort(reason);
    loop.stop();
    listeners.notify();
    changelog.close();
    onEnd();
  }

  function leave(lingers: boolean): void {
    readers -= 1;
    const now = clock.now();
    if (lingers) lingerUntil = now + linger;
    if (readers > 0 || ended !== undefined) return;
    lingerTimer = clock.setTimeout(() => stop(new Error('nobody is watching')), Math.max(0, lingerUntil - now));
  }

  return {
    changelog,
    listeners,
    clock,
    slices,
    onFault,
    stop,
    pollNow: loop.pollNow,
    get requestedPoll() {
      return loop.requested;
    },
    get lostAt() {
      return lostAt;
    },
    get snapshot() {
      return snapshot;
    },
    get snapshotEvents() {
      return snapshot && eventsOf(snapshot, changelog.end);
    },
    get status() {
      if (snapshot === undefined || state === 'LIVE' || state === 'IDLE') return snapshot?.status;
      agedStatus ??= { ...snapshot.status, freshness: state };
      return agedStatus;
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
      return snapshot && clock.now() - lastSuccess;
    },
    get state() {
      return state;
    },
    enter({ lingers = false } = {}) {
      readers += 1;
      clock.clearTimeout(lingerTimer);
      if (state === 'IDLE' && ended === undefined) {
        state = 'STALE';
        loop.start();
      }
      let hasLeft = false;
      return () => {
        if (!hasLeft) leave(lingers);
        hasLeft = true;
      };
    },
  };
}
