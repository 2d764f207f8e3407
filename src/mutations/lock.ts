import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';

/** A lock was not free within the time its caller had. */
export class LockTimeout extends Error {
  constructor(timeoutMs: number) {
    super(`the lock was not free within ${timeoutMs} ms`);
    this.name = 'LockTimeout';
  }
}

/**
 * Keeps mutations apart: any number of shared holders at a time, or one exclusive holder. Waiters are served in the
 * order of their arrival, so that shared holders cannot keep an exclusive one waiting for ever.
 */
export interface Lock {
  /** Whether it can be held at once. */
  isFree(mode: LockMode): boolean;
  /**
   * Runs work while holding the lock.
   * @param timeoutMs longest wait for the lock, in milliseconds
   * @throws LockTimeout when it was not free in time; the work was not started
   */
  hold<T>(mode: LockMode, timeoutMs: number, work: () => Promise<T>): Promise<T>;
}

/** Whether others may hold the lock at the same time. */
export type LockMode = 'shared' | 'exclusive';

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
