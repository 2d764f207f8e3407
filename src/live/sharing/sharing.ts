import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import { RedisUnavailable } from '../../redis/unavailable.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import { createSharedRun } from '../../util/shared-run.ts';
import type { Held } from '../changelog/redis/leases.ts';
import { type Notes, StoreConflict, type StoredLog } from '../changelog/store.ts';
import type { Change } from '../diff.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import { createFollowing, Diverged } from './following.ts';
import { type Message, reviveFailure, writeFailure } from './messages.ts';
import { createPollRequests } from './poll-requests.ts';
import type { SharedLog, StoredEnd } from './shared-log.ts';
import type { SharedWatch } from './shared-watch.ts';

/** What the gateways do together for one login: one of them polls, and the others follow. */
export interface Sharing {
  readonly isPolling: boolean;
  /**
   * How far the store has the log of the whole, and what moves with what was told of it. With every poll the others
   * hear that, who may have missed a message.
   */
  readonly wholeEnd: { readonly epoch: string; readonly length: number; readonly told: string };
  /** Begins, with the watch that is told. */
  start(watch: SharedWatch): void;
  /** Comes as far as the logs are in the store. Settles when that is done, or cannot be; it never rejects. */
  catchUp(): Promise<void>;
  /** Asks whoever polls for a poll at once. Settles when that is over, or does not come. */
  requestPoll(): Promise<void>;
  /** Tells the other gateways that Harper has refused the login. */
  tellEnd(reason: GatewayError): void;
  /**
   * Looks at once who has the lease.
   * @returns whether that can be found out, as far as is known
   */
  check(): boolean;
  /**
   * Ends that.
   * @param flush writes what is waiting, before the lease is given back
   */
  stop(flush: () => Promise<unknown>): Promise<void>;
}

export interface SharingOptions {
  readonly logs: { readonly views: SharedLog<Change>; readonly whole: SharedLog<ClusterChange> };
  /** Opens the logs in the store again. */
  readonly open: () => Promise<{ readonly views: StoredLog; readonly whole: StoredLog }>;
  /** Takes the lease of the login, or goes on with it; rejects where Redis cannot be reached. */
  readonly acquire: () => Promise<Held>;
  /** Writes under the lease that was acquired last, from now on. */
  readonly use: () => void;
  readonly release: () => Promise<void>;
  /** Tells the other gateways. */
  readonly publish: (message: Message) => void;
  /** Ends hearing from them. */
  readonly stopListening: () => void;
  /** Whether this gateway had the lease when the logs were opened. */
  readonly isHolder: boolean;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/** How often a lease is acquired while it is good. */
const RENEWALS = 3;

const NO_NOTES: Notes = new Map();

/**
 * Creates what the gateways do together. What happens is dealt with one after the other: messages, and what comes of
 * the lease.
 */
export function createSharing(options: SharingOptions): Sharing & { receive(message: Message): void } {
  const { logs, open, acquire, use, release, publish, stopListening, isHolder, leaseMs, clock, onFault } = options;
  const { views, whole } = logs;
  let watch: SharedWatch | undefined;
  let isPolling = isHolder;
  /** Whether it polls because Redis cannot be reached, or could not until a moment ago. */
  let isAlone = false;
  let answeredAt = clock.now();
  /** Until then the lease is left alone, so that it ends. */
  let releasedUntil = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let isChecking = false;
  const name = randomUUID();
  let tail: Promise<void> = Promise.resolve();
  const polls = createPollRequests((id) => publish({ type: 'poll', id }), leaseMs * 2, clock);
  const following = createFollowing({ logs, open, polls });

  function enqueue(task: (watch: SharedWatch) => void | Promise<void>): void {
    const run = async () => {
      if (isStopped || watch === undefined) return;
      try {
        await task(watch);
      } catch (error) {
        if (error instanceof Diverged) end(watch);
        // It is looked at again soon.
        else if (!(error instanceof RedisUnavailable || error instanceof StoreConflict)) throw error;
      }
    };
    tail = tail.then(run).catch(onFault);
  }

  /** Nothing more is written: it would begin another epoch, and end the readers of all other gateways. */
  function end(ended: SharedWatch): void {
    views.stopWriting();
    whole.stopWriting();
    const message = 'Another gateway has gone on with the changes: begin again with a snapshot.';
    ended.end(new GatewayError('CURSOR_EXPIRED', message));
  }

  const isFailing = () => views.isFailing || whole.isFailing;

  /** Opens the logs again, and compares them with those of this process. */
  async function openAgain() {
    const before = { views: endOf(views), whole: endOf(whole) };
    const stored = await open();
    const states = [views.compare(stored.views, before.views), whole.compare(stored.whole, before.whole)];
    return { stored, states };
  }

  /** Asks for the lease, and deals with what comes of it. */
  async function look(): Promise<void> {
    // Who cannot write lets the lease go: the others hear nothing of it.
    if (isPolling && !isAlone && isFailing()) {
      releasedUntil = clock.now() + leaseMs;
      // Unless it could write again before.
      enqueue((to) => (isFailing() ? goAlone(to) : undefined));
    }
    // Nobody else had it before this gateway could write again, which it keeps.
    if (isPolling && !isFailing()) releasedUntil = Number.NEGATIVE_INFINITY;
    if (isStopped || clock.now() < releasedUntil) return;
    let held: Held;
    try {
      held = await acquire();
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      const isOver = clock.now() - answeredAt > leaseMs;
      if (isOver && !isAlone) enqueue(goAlone);
      return;
    }
    answeredAt = clock.now();
    // Nobody polls for a lease that is taken now.
    if (isStopped) await release();
    else if (held === 'by another' && isPolling) enqueue(follow);
    else if (held === 'anew' || (held === 'still' && (!isPolling || isAlone))) enqueue(lead);
  }

  function goAlone(to: SharedWatch): void {
    if (isAlone) return;
    isAlone = true;
    if (isPolling) return;
    isPolling = true;
    const notes = to.notes();
    views.write(notes.views);
    whole.write(notes.whole);
    to.poll(undefined);
  }

  /** Polls from now on, after all that is in the logs. What it has polled by itself is added where it fits. */
  async function lead(to: SharedWatch): Promise<void> {
    const { stored, states } = await openAgain();
    if (states.includes('other')) throw new Diverged();
    if (isPolling && states.includes('longer')) cease(to);
    use();
    if (isPolling) {
      isAlone = false;
      views.retry(states[0] === 'lost' || stored.views.mayHaveLostEnd === true);
      whole.retry(states[1] === 'lost' || stored.whole.mayHaveLostEnd === true);
      return;
    }
    try {
      if (states.includes('lost')) {
        const notes = to.notes();
        await views.restart(notes.views);
        await whole.restart(notes.whole);
      } else {
        await following.catchUp(stored, to);
        await goOn(views, stored.views);
        await goOn(whole, stored.whole);
      }
    } catch (error) {
      views.stopWriting();
      whole.stopWriting();
      throw error;
    }
    isPolling = true;
    isAlone = false;
    const notes = { views: stored.views.notes, whole: stored.whole.notes };
    to.poll(states.includes('lost') ? undefined : notes);
  }

  /** Begins to write a log after its end, in another epoch where that may be lost. */
  async function goOn(log: SharedLog<unknown>, { notes, mayHaveLostEnd = false }: StoredLog): Promise<void> {
    if (mayHaveLostEnd) await log.restart(notes);
    else log.write(notes);
  }

  /** Ceases to poll. What was not added is given up; it must not have been shown. */
  function cease(to: SharedWatch): void {
    const hasShownMore = views.hasShownMore || whole.hasShownMore;
    isPolling = false;
    isAlone = false;
    views.stopWriting();
    whole.stopWriting();
    if (hasShownMore) throw new Diverged();
    to.rewind();
    to.follow();
  }

  async function follow(to: SharedWatch): Promise<void> {
    if (!isPolling) return;
    const { stored, states } = await openAgain();
    cease(to);
    if (states.includes('other') || states.includes('lost')) throw new Diverged();
    await following.catchUp(stored, to);
    following.takeTold(stored.whole, to);
  }

  async function takeMessage(message: Message, to: SharedWatch): Promise<void> {
    if (message.type === 'ended') {
      to.end(reviveFailure(message.failure));
      return;
    }
    if (message.type === 'poll') {
      if (!isPolling) return;
      const { id } = message;
      to.pollNow()
        .then(() => views.append([], NO_NOTES, { type: 'polled', id }))
        .catch(onFault);
      return;
    }
    if (isPolling) return;
    if (message.type === 'released') await look();
    else await following.take(message, to);
  }

  /** Whoever writes has come as far with that. */
  async function catchUp(): Promise<void> {
    await look();
    enqueue(async (to) => (isPolling ? undefined : following.catchUp(await open(), to)));
    await tail;
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      // With jitter, so that gateways do not ask in step.
      await sleep(clock, (leaseMs / RENEWALS) * (0.8 + Math.random() * 0.2), 'background');
      if (!isStopped) await look();
    }
  }

  return {
    get isPolling() {
      return isPolling;
    },
    get wholeEnd() {
      return { epoch: whole.epoch, length: whole.storedLength, told: `${name} ${watch?.toldVersion ?? 0}` };
    },
    receive: (message) => enqueue((to) => takeMessage(message, to)),
    start(begun) {
      watch = begun;
      if (isPolling) {
        views.write(views.notes);
        whole.write(whole.notes);
      } else polls.request().catch(onFault);
      run().catch(onFault);
    },
    check() {
      if (!isChecking) {
        isChecking = true;
        look()
          .catch(onFault)
          .finally(() => {
            isChecking = false;
          });
      }
      return !isAlone;
    },
    requestPoll: polls.request,
    catchUp: createSharedRun(catchUp, onFault),
    tellEnd: (reason) => publish({ type: 'ended', failure: writeFailure(reason) }),
    async stop(flush) {
      isStopped = true;
      stopListening();
      polls.stop();
      await flush();
      await release();
    },
  };
}

function endOf({ epoch, storedLength }: SharedLog<unknown>): StoredEnd {
  return { epoch, storedLength };
}
