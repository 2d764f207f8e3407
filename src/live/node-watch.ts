import type { Thresholds } from '../cluster/state.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { SeenView } from './changelog/view-notes.ts';
import { type Change, diff } from './diff.ts';
import type { WatchState } from './freshness.ts';
import { createPollLoop, type PollLoop } from './poll-loop.ts';
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
  /** Told of a poll that succeeded, with what has changed since the one before, and how many milliseconds it took. */
  readonly onTaken: (changes: Change[], took: number) => void;
  /** Told of a poll that failed. */
  readonly onFailed: (error: GatewayError, took: number) => void;
  /** Asks for a poll of all nodes while another gateway polls. */
  readonly requestPoll: () => Promise<void>;
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
  /** Polls from now on. */
  start(): void;
  /** Ceases to poll; what another gateway has read is received. */
  follow(): void;
  /** Takes what another gateway has read. */
  receive(answer: ClusterStatus | GatewayError, took: number): void;
  /** Compares the next status with what is given by `seenBefore`, as if there had been none. */
  forget(): void;
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
  const { seenBefore, onTaken, onFailed, onAged, requestPoll, onFault } = options;
  let polls = createPolls();
  let hasStarted = false;
  /** Whether another gateway polls. */
  let isFollowing = false;
  let requested: Promise<void> | undefined;
  /** Whether the next status is compared with what was seen before, and not with the last one. */
  let isForgotten = false;
  const sinces = new Sinces();
  let snapshot: Snapshot | undefined;
  let state: WatchState = 'IDLE';
  let failure: GatewayError | undefined;
  let changeCount = 0;
  let lastPollAt: Date | null = null;
  let lastSuccess = 0;
  let overdueTimer: Timer | undefined;

  function createPolls(): { readonly loop: PollLoop; readonly controller: AbortController } {
    const controller = new AbortController();
    const run = () => poll(controller);
    return {
      controller,
      loop: createPollLoop({ poll: run, interval, phase, longestWait, clock, onFault: fault }),
    };
  }

  async function poll({ signal }: AbortController): Promise<boolean> {
    const begunAt = clock.now();
    lastPollAt = new Date(clock.date());
    let status: ClusterStatus;
    try {
      status = await read(signal);
    } catch (error) {
      if (signal.aborted) return false;
      // Whatever Harper does is an error of the catalogue. Anything else is ours, and no outage.
      if (!(error instanceof GatewayError)) throw error;
      fail(error, clock.now() - begunAt);
      return false;
    }
    if (!signal.aborted) take(status, clock.now() - begunAt);
    return true;
  }

  function fail(error: GatewayError, took: number): void {
    failure = error;
    setState('LOST');
    onFailed(error, took);
  }

  function take(status: ClusterStatus, duration: number): void {
    const before = snapshot?.status;
    const changes = compare(status);
    if (changes.length > 0 || state !== 'LIVE' || !isSameNode(before, status)) changeCount += 1;
    failure = undefined;
    lastSuccess = clock.now();
    setState('LIVE');
    overdueTimer = clock.setTimeout(() => age('STALE'), interval * OVERDUE_INTERVALS + duration);
    onTaken(changes, duration);
  }

  /** Takes the next snapshot. What is different from one of before the watch has happened while nobody looked. */
  function compare(status: ClusterStatus): Change[] {
    const seen = snapshot === undefined || isForgotten ? seenBefore(status) : undefined;
    const seenSnapshot = seen?.status && withStates(toSnapshot(seen.status, thresholds), seen.sinces);
    const before = seenSnapshot ?? snapshot;
    const next = toSnapshot(status, thresholds, before);
    const changes = before === undefined ? [] : diff(before, next);
    if (seen?.status) sinces.begin(seen.sinces);
    else if (snapshot === undefined) sinces.begin(next);
    isForgotten = false;
    const told = seen === undefined ? changes : changes.map((change) => ({ ...change, isLate: true }));
    sinces.take(told);
    snapshot = next;
    return told;
  }

  /** An error in our own code. What was read is lost; the next poll is compared with the last one that was not. */
  function fault(error: unknown): void {
    if (!polls.controller.signal.aborted) age('STALE');
    onFault(error);
  }

  function endPolls(reason: Error): void {
    polls.controller.abort(reason);
    polls.loop.stop();
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
      return isFollowing ? requested : polls.loop.requested;
    },
    pollNow() {
      if (!isFollowing) return polls.loop.pollNow();
      requested = requestPoll();
      return requested;
    },
    start() {
      isFollowing = false;
      if (state === 'IDLE') state = 'STALE';
      if (!hasStarted) polls.loop.start();
      hasStarted = true;
    },
    follow() {
      isFollowing = true;
      if (state === 'IDLE') state = 'STALE';
      if (!hasStarted) return;
      endPolls(new Error('another gateway polls'));
      polls = createPolls();
      hasStarted = false;
    },
    receive(answer, took) {
      lastPollAt = new Date(clock.date());
      if (answer instanceof GatewayError) fail(answer, took);
      else take(answer, took);
    },
    forget() {
      isForgotten = true;
    },
    stop(reason) {
      setState('IDLE');
      endPolls(reason);
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
