import type { LockMode } from '../redis/lock.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';

export type { LockMode } from '../redis/lock.ts';

/** A lock was not free within the time its caller had. */
export class LockTimeout extends Error {
  constructor(timeoutMs: number) {
    super(`the lock was not free within ${timeoutMs} ms`);
    this.name = 'LockTimeout';
  }
}

/** Others may have the lock by now, although the work is not finished. */
export class LockLost extends Error {
  constructor() {
    super('others may have the lock by now');
    this.name = 'LockLost';
  }
}

/** A lock that can be lost while work is running. */
export interface Held {
  /**
   * To be awaited right before everything that must not be done without the lock.
   * @throws LockLost from when others may have the lock; nothing more may be done then
   */
  confirm(): Promise<void>;
}

/**
 * Keeps mutations apart: any number of shared holders at a time, or one exclusive holder. Waiters are served in the
 * order of their arrival, so that shared holders cannot keep an exclusive one waiting for ever.
 */
export interface Lock {
  /** Whether it can be held at once; false also where that is not known. */
  isFree(mode: LockMode): boolean;
  /**
   * Runs work while holding the lock.
   * @param timeoutMs longest wait for the lock, in milliseconds
   * @param work is given what confirms the lock, where it can be lost meanwhile
   * @throws LockTimeout when it was not free in time; the work was not started
   */
  hold<T>(mode: LockMode, timeoutMs: number, work: (held?: Held) => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly mode: LockMode;
  readonly resolve: () => void;
}

/** Creates a free lock. */
export function createLock(clock: Clock = SYSTEM_CLOCK): Lock {
  const waiters = new Set<Waiter>();
  let holders = 0;
  let held: LockMode = 'shared';

  function isCompatible(mode: LockMode): boolean {
    return holders === 0 || (mode === 'shared' && held === 'shared');
  }

  function isFree(mode: LockMode): boolean {
    return waiters.size === 0 && isCompatible(mode);
  }

  function acquire(mode: LockMode): void {
    holders += 1;
    held = mode;
  }

  function serveWaiters(): void {
    for (const waiter of waiters) {
      if (!isCompatible(waiter.mode)) return;
      waiters.delete(waiter);
      acquire(waiter.mode);
      waiter.resolve();
    }
  }

  function wait(mode: LockMode, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => {
        waiters.delete(waiter);
        reject(new LockTimeout(timeoutMs));
        // Those behind it may have waited for this one alone.
        serveWaiters();
      }, timeoutMs);
      const acquired = () => {
        clock.clearTimeout(timer);
        resolve();
      };
      const waiter: Waiter = { mode, resolve: acquired };
      waiters.add(waiter);
    });
  }

  return {
    isFree,
    async hold(mode, timeoutMs, work) {
      // The usual case needs neither a timer nor a place in the queue.
      if (isFree(mode)) acquire(mode);
      else await wait(mode, timeoutMs);
      try {
        return await work();
      } finally {
        holders -= 1;
        serveWaiters();
      }
    },
  };
}
