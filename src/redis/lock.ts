import { randomUUID } from 'node:crypto';
import { type Clock, sleep } from '../util/clock.ts';
import { ACQUIRE, RELEASE, RENEW } from './lock-scripts.ts';
import type { Redis } from './redis.ts';

/** Whether others may hold the lock at the same time. */
export type LockMode = 'shared' | 'exclusive';

/**
 * A lock that gateways share: any number of shared holders at a time, or one exclusive holder. Waiters are served in
 * the order of their arrival. A holder that does not renew its holding, as when its process has died, loses it. So does
 * a waiter that does not ask again with its place.
 */
export interface RedisLock {
  /**
   * Waits for the lock.
   * @returns undefined where it was not free in time, or the signal has fired
   * @throws RedisUnavailable; nothing is held then for longer than `ttl`
   */
  acquire(mode: LockMode, options?: AcquireOptions): Promise<Holding | undefined>;
  /** Milliseconds that a holding lasts unless it is renewed. */
  readonly ttl: number;
}

export interface AcquireOptions {
  /** Longest wait for other holders, in milliseconds; without end when left out. */
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** A lock that is held. */
export interface Holding {
  /** Higher than that of any holder before. */
  readonly token: number;
  /** Until when nobody else gets the lock, whatever becomes of this process, by the clock of `createRedisLock`. */
  readonly validUntil: number;
  /**
   * Prolongs it.
   * @param timeoutMs how long Redis is waited for; a second when left out
   * @returns false where it is lost: somebody else may have had the lock since
   * @throws RedisUnavailable
   */
  renew(timeoutMs?: number): Promise<boolean>;
  /** Gives it back. Settles when Redis has done so, or when its time is over. Never rejects. */
  release(): Promise<void>;
}

export interface RedisLockOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Name of its key. */
  readonly key: string;
  /** Milliseconds that a holding lasts unless it is renewed, and a place unless its waiter asks again. */
  readonly ttl: number;
}

/** Milliseconds between two tries to give the lock back. */
const RELEASE_PAUSE = 500;

/** Milliseconds between two tries to get it: at first, and at most. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 200;

/** The pause grows with the wait: it is this part of it. */
const PART_OF_WAIT = 0.1;

/** Creates the lock of a key; nothing is sent before the first `acquire`. */
export function createRedisLock({ redis, clock, key, ttl }: RedisLockOptions): RedisLock {
  const keys = [key] as const;

  async function release(holder: string): Promise<void> {
    const end = clock.now() + ttl;
    for (;;) {
      try {
        await redis.run(RELEASE, { keys, args: [holder] });
        return;
      } catch {
        if (clock.now() >= end) return;
      }
      // One that comes back with what it had would keep the lock from others until the time is over.
      await sleep(clock, RELEASE_PAUSE, 'background');
    }
  }

  function holdingOf(holder: string, mode: LockMode, token: number, since: number): Holding {
    let validUntil = since + ttl;
    const renewals = new Set<Promise<unknown>>();

    function run(timeoutMs: number | undefined): Promise<unknown> {
      const args = [holder, LETTERS[mode], ttl, token];
      const running = redis.run(RENEW, { keys, args, ...(timeoutMs !== undefined && { timeoutMs }) });
      renewals.add(running);
      const forget = () => renewals.delete(running);
      running.then(forget, forget);
      return running;
    }

    return {
      token,
      get validUntil() {
        return validUntil;
      },
      async renew(timeoutMs) {
        const asked = clock.now();
        if ((await run(timeoutMs)) !== 1) return false;
        validUntil = asked + ttl;
        return true;
      },
      async release() {
        // One that is carried out later would enter the holding again.
        if (renewals.size > 0) await Promise.allSettled(renewals);
        await release(holder);
      },
    };
  }

  return {
    ttl,
    async acquire(mode, { timeoutMs = Number.POSITIVE_INFINITY, signal } = {}) {
      const holder = randomUUID();
      const begun = clock.now();
      for (;;) {
        const asked = clock.now();
        const isLast = asked - begun >= timeoutMs;
        let token: unknown;
        try {
          token = await redis.run(ACQUIRE, { keys, args: [holder, LETTERS[mode], ttl, isLast ? 0 : ttl] });
        } catch (error) {
          // It may have been carried out all the same.
          void release(holder);
          throw error;
        }
        const answered = clock.now();
        // After a process stood still, what it was given before may be over.
        const isOver = answered - asked >= ttl;
        if (token !== null && !isOver && !signal?.aborted) return holdingOf(holder, mode, Number(token), asked);
        if (token !== null || signal?.aborted) void release(holder);
        if (isLast || signal?.aborted) return undefined;
        const waited = answered - begun;
        await pause(clock, Math.min(pauseAfter(waited), Math.max(0, timeoutMs - waited)), signal);
      }
    },
  };
}

const LETTERS: Record<LockMode, string> = { shared: 's', exclusive: 'x' };

/** With jitter, so that gateways do not ask in step. */
function pauseAfter(waited: number): number {
  return Math.min(FIRST_PAUSE + waited * PART_OF_WAIT, LONGEST_PAUSE) * (0.75 + Math.random() / 2);
}

/** Settles after so many milliseconds, or when the signal fires. */
function pause(clock: Clock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
  });
}
