import type { Thresholds } from '../cluster/state.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { SeenView } from './changelog/view-notes.ts';
import { type Change, diff } from './diff.ts';
import type { WatchState } from './freshness.ts';
import { createPollLoop } from './poll-loop.ts';
import { type SavedSinces, Sinces } from './sinces.ts';
import { type Snapshot, toSnapshot } from './snapshot.ts';

export interface NodeWatchOptions {
  readonly read: (signal: AbortSignal) => Promise<ClusterStatus>;
  readonly thresholds: Thresholds;
  /** Milliseconds between two polls. */
  readonly interval: number;
  /** Which part of the interval its polls come earlier than others', from 0 to 1: nodes are not polled all at once. */
  readonly phase: number;
  /** Longest wait between two polls while they fail, in milliseconds, where the interval itself is not longer. */
  readonly longestWait: number;
  readonly clock: Clock;
  /** What was seen of the node that answers before it was watched; undefined where nothing was. */
  readonly seenBefore: (status: ClusterStatus) => SeenView | undefined;
  /** Told of a poll that succeeded, with what has changed since the one before. */
  readonly onTaken: (changes: Change[]) => void;
  /** Told of a poll that failed. */
  readonly onFailed: (error: GatewayError) => void;
  /** Told of every other change of its state. */
  readonly onAged: () => void;
  /** Told of an error in our own code. */
  readonly onFault: (error: unknown) => void;
}

/** The polls of one node for one login. */
export interface NodeWatch {
  /** The last snapshot; undefined before the first poll succeeded. */
  readonly snapshot: Snapshot | undefined;
  readonly sinces: Sinces;
  readonly state: WatchState;
  /** Counts the polls after which something was different, figures such as latency apart. */
  readonly changes: number;
  /** Why the last poll failed; undefined where it did not. */
  readonly failure: GatewayError | undefined;
  readonly lastPollAt: Date | null;
  /** Milliseconds since the last poll that succeeded; undefined before the first one. */
  readonly staleness: number | undefined;
  start(): void;
  /** Polls at once. Settles when a poll that begins after this call is over, however it ends. */
  pollNow(): Promise<void>;
  /** What the last call of `pollNow` returned; undefined before the first. */
  readonly requestedPoll: Promise<void> | undefined;
  stop(reason: Error): void;
}

/** The next poll is overdue when it has not succeeded after so many intervals and the time that the last one took. */
const OVERDUE_INTERVALS = 3;

/** Creates the polls of one node; nothing is read before `start`. */
export function createNodeWatch(options: NodeWatchOptions): NodeWatch {
  const { read, thresholds, interval, phase, longestWait, clock } = options;
  const { seenBefore, onTaken, onFailed, onAged, onFault } = options;
  const controller = new AbortController();
  const loop = createPollLoop({ poll, interval, phase, longestWait, clock, onFault: fault });
  const sinces = new Sinces();
  let snapshot: Snapshot | undefined;
  let state: WatchState = 'IDLE';
  let failure: GatewayError | undefined;
  let changeCount = 0;
  let lastPollAt: Date | null = null;
  let lastSuccess = 0;
  let overdueTimer: Timer | undefined;

  async function poll(): Promise<boolean> {
    const begunAt = clock.now();
    lastPollAt = new Date(clock.date());
    let status: ClusterStatus;
    try {
      status = await read(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return false;
      // Whatever Harper does is an error of the catalogue. Anything else is ours, and no outage.
      if (!(error instanceof GatewayError)) throw error;
      failure = error;
      setState('LOST');
      onFailed(error);
      return false;
    }
    if (!controller.signal.aborted) take(status, clock.now() - begunAt);
    return true;
  }

  function take(status: ClusterStatus, duration: number): void {
    const before = snapshot?.status;
    const changes = compare(status);
    if (changes.length > 0 || state !== 'LIVE' || !isSameNode(before, status)) changeCount += 1;
    failure = undefined;
    lastSuccess = clock.now();
    setState('LIVE');
    overdueTimer = clock.setTimeout(() => age('STALE'), interval * OVERDUE_INTERVALS + duration);
    onTaken(changes);
  }

  /** Takes the next snapshot. What is different from one of before the watch has happened while nobody looked. */
  function compare(status: ClusterStatus): Change[] {
    const seen = snapshot === undefined ? seenBefore(status) : undefined;
    const before = snapshot ?? (seen?.status && withStates(toSnapshot(seen.status, thresholds), seen.sinces));
    const next = toSnapshot(status, thresholds, before);
    const changes = before === undefined ? [] : diff(before, next);
    if (snapshot === undefined) sinces.begin(seen?.status ? seen.sinces : next);
    const told = seen === undefined ? changes : changes.map((change) => ({ ...change, isLate: true }));
    sinces.take(told);
    snapshot = next;
    return told;
  }

  /** An error in our own code. What was read is lost; the next poll is compared with the last one that was not. */
  function fault(error: unknown): void {
    if (!controller.signal.aborted) age('STALE');
    onFault(error);
  }

  function age(next: 'STALE' | 'LOST'): void {
    if (state === next) return;
    setState(next);
    onAged();
  }

  function setState(next: WatchState): void {
    clock.clearTimeout(overdueTimer);
    state = next;
  }

  return {
    sinces,
    get snapshot() {
      return snapshot;
    },
    get state() {
      return state;
    },
    get changes() {
      return changeCount;
    },
    get failure() {
      return failure;
    },
    get lastPollAt() {
      return lastPollAt;
    },
    get staleness() {
      return snapshot && clock.now() - lastSuccess;
    },
    get requestedPoll() {
      return loop.requested;
    },
    pollNow: loop.pollNow,
    start() {
      state = 'STALE';
      loop.start();
    },
    stop(reason) {
      setState('IDLE');
      controller.abort(reason);
      loop.stop();
    },
  };
}

/** A snapshot of before this watch with the states that were told then, whatever the thresholds are now. */
function withStates(snapshot: Snapshot, sinces: SavedSinces): Snapshot {
  const assessments = new Map(snapshot.assessments);
  for (const [name, [state]] of sinces) {
    const assessment = assessments.get(name);
    if (assessment !== undefined && state !== null) assessments.set(name, { ...assessment, state });
  }
  return { ...snapshot, assessments };
}

/** Whether two answers say the same of the node itself. */
function isSameNode(before: ClusterStatus | undefined, after: ClusterStatus): boolean {
  return (
    before?.nodeName === after.nodeName &&
    before.url === after.url &&
    before.shard === after.shard &&
    before.isEnabled === after.isEnabled
  );
}
