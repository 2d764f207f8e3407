import { GatewayError } from '../../errors.ts';
import { RedisUnavailable } from '../../redis/unavailable.ts';
import { type Clock, sleep } from '../../util/clock.ts';
import type { Notes, StoredLog } from '../changelog/store.ts';
import type { Change } from '../diff.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import { TOLD } from '../whole/notes.ts';
import { type Message, reviveFailure, reviveReading, writeFailure } from './messages.ts';
import { createPollRequests } from './poll-requests.ts';
import type { SharedLog } from './shared-log.ts';
import type { SharedWatch } from './shared-watch.ts';

/** What the gateways do together for one login: one of them polls, and the others follow. */
export interface Sharing {
  readonly isPolling: boolean;
  /** How far the store has the log of the whole. With every poll the others are told, who may have missed a message. */
  readonly wholeEnd: { readonly epoch: string; readonly length: number };
  /** Begins, with the watch that is told. */
  start(watch: SharedWatch): void;
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
  readonly acquire: () => Promise<boolean>;
  readonly release: () => Promise<void>;
  /** Tells the other gateways. */
  readonly publish: (message: Message) => void;
  /** Whether this gateway had the lease when the logs were opened. */
  readonly isHolder: boolean;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

/** How often a lease is acquired while it is good. */
const RENEWALS = 3;

/** How many changes are read from the store at once. */
const BATCH = 500;

const NO_NOTES: Notes = new Map();

/** Somebody else went on with the log, or the store has lost it: readers cannot go on. */
class Diverged extends Error {}

/**
 * Creates what the gateways do together. What happens is dealt with one after the other: messages, and what comes of
 * the lease.
 */
export function createSharing(options: SharingOptions): Sharing & { receive(message: Message): void } {
  const { logs, open, acquire, release, publish, isHolder, leaseMs, clock, onFault } = options;
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
  let tail: Promise<void> = Promise.resolve();
  const polls = createPollRequests((id) => publish({ type: 'poll', id }), leaseMs * 2, clock);

  function enqueue(task: (watch: SharedWatch) => void | Promise<void>): void {
    const run = async () => {
      if (isStopped || watch === undefined) return;
      try {
        await task(watch);
      } catch (error) {
        if (error instanceof Diverged) end(watch);
        // It is looked at again soon.
        else if (!(error instanceof RedisUnavailable)) throw error;
      }
    };
    tail = tail.then(run).catch(onFault);
  }

  function end(ended: SharedWatch): void {
    const message = 'Another gateway has gone on with the changes: begin again with a snapshot.';
    ended.end(new GatewayError('CURSOR_EXPIRED', message));
  }

  /** Reads what was added to the logs since, up to a position in the store. */
  async function catchUp<C>(log: SharedLog<C>, upTo: number, take: (changes: readonly C[]) => void): Promise<void> {
    while (log.storedLength < upTo) {
      const changes = await log.load(log.storedLength, Math.min(BATCH, upTo - log.storedLength));
      if (changes === undefined || changes.length === 0) throw new Diverged();
      take(changes);
    }
  }

  async function catchUpBoth(to: SharedWatch, stored: { views: StoredLog; whole: StoredLog }): Promise<void> {
    await catchUp(views, stored.views.length, to.takeViews);
    await catchUp(whole, stored.whole.length, to.takeWhole);
  }

  /** Asks for the lease, and deals with what comes of it. */
  async function look(): Promise<void> {
    // Who cannot write lets the lease go: the others hear nothing of it.
    if (isPolling && !isAlone && (views.isFailing || whole.isFailing)) {
      releasedUntil = clock.now() + leaseMs;
      enqueue(goAlone);
    }
    if (clock.now() < releasedUntil) return;
    let isHolding: boolean;
    try {
      isHolding = await acquire();
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      const isOver = clock.now() - answeredAt > leaseMs;
      if (isOver && !isAlone) enqueue(goAlone);
      return;
    }
    answeredAt = clock.now();
    if (isHolding && (!isPolling || isAlone)) enqueue(lead);
    if (!isHolding && isPolling) enqueue(follow);
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

  async function lead(to: SharedWatch): Promise<void> {
    if (isPolling && !isAlone) return;
    const stored = await open();
    const states = [views.compare(stored.views), whole.compare(stored.whole)];
    if (states.includes('other') || (isPolling && states.includes('longer'))) throw new Diverged();
    const wasPolling = isPolling;
    isPolling = true;
    isAlone = false;
    if (wasPolling) {
      views.retry(states[0] === 'lost');
      whole.retry(states[1] === 'lost');
      return;
    }
    if (states.includes('lost')) {
      const notes = to.notes();
      await views.restart(notes.views);
      await whole.restart(notes.whole);
      to.poll(undefined);
      return;
    }
    await catchUpBoth(to, stored);
    views.write(stored.views.notes);
    whole.write(stored.whole.notes);
    to.poll({ views: stored.views.notes, whole: stored.whole.notes });
  }

  async function follow(to: SharedWatch): Promise<void> {
    if (!isPolling) return;
    const stored = await open();
    const hasShownMore = views.hasShownMore || whole.hasShownMore;
    isPolling = false;
    isAlone = false;
    views.stopWriting();
    whole.stopWriting();
    if (hasShownMore) throw new Diverged();
    to.rewind();
    to.follow();
    const isGoneOn = [views.compare(stored.views), whole.compare(stored.whole)];
    if (isGoneOn.includes('other') || isGoneOn.includes('lost')) throw new Diverged();
    await catchUpBoth(to, stored);
    takeToldIn(stored.whole, to);
  }

  async function takeAdded<C>(
    log: SharedLog<C>,
    { epoch, after, changes }: Extract<Message, { epoch: string }>,
    take: (changes: readonly C[]) => void,
  ): Promise<boolean> {
    if (epoch !== log.epoch) throw new Diverged();
    await catchUp(log, after, take);
    // Some of them may have been read from the store.
    const fresh = changes.slice(log.storedLength - after).map((text) => log.decode(text));
    if (fresh.length > 0) take(fresh);
    return log.storedLength === after + changes.length;
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
    else if (message.type === 'whole') {
      const isLatest = await takeAdded(whole, message, to.takeWhole);
      if (isLatest && message.told !== undefined) to.takeTold(message.told);
    } else {
      const isLatest = await takeAdded(views, message, to.takeViews);
      if (message.type === 'polled') polls.end(message.id);
      else if (isLatest && message.reading !== undefined) {
        const lostAt = message.lostAt === null ? undefined : message.lostAt - views.offset;
        to.takeReading(reviveReading(message.reading), lostAt);
      }
      if (message.type === 'views') await catchUpWhole(message.whole, to);
    }
  }

  /** Takes what was added to the log of the whole, where the message that told it was missed. */
  async function catchUpWhole({ epoch, length }: Sharing['wholeEnd'], to: SharedWatch): Promise<void> {
    if (epoch !== whole.epoch) throw new Diverged();
    if (length <= whole.storedLength) return;
    const stored = await open();
    await catchUp(whole, stored.whole.length, to.takeWhole);
    takeToldIn(stored.whole, to);
  }

  function takeToldIn({ notes }: StoredLog, to: SharedWatch): void {
    const told = notes.get(TOLD);
    if (told !== undefined) to.takeTold(told);
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
      return { epoch: whole.epoch, length: whole.storedLength };
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
    tellEnd: (reason) => publish({ type: 'ended', failure: writeFailure(reason) }),
    async stop(flush) {
      isStopped = true;
      polls.stop();
      await flush();
      await release();
    },
  };
}
