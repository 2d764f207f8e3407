import { startDeadline } from '../util/deadline.ts';

/**
 * Keeps changes of one cluster apart: any number of shared holders at a time, or one exclusive holder alone. First come,
 * first served, so that an exclusive holder is not overtaken for ever.
 */
export interface Lock {
  /**
   * Runs work while holding the lock.
   * @param milliseconds how long to wait for it at most
   * @throws DeadlineExceeded when it was not free in time; the work was not begun then
   */
  shared<T>(milliseconds: number, work: () => Promise<T>): Promise<T>;
  /** As `shared`, with nobody else inside. */
  exclusive<T>(milliseconds: number, work: () => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly alone: boolean;
  readonly enter: () => void;
}

/** Creates a free lock. */
export function createLock(): Lock {
  const waiting = new Set<Waiter>();
  let inside = 0;
  let alone = false;

  function admit(): void {
    for (const waiter of waiting) {
      if (alone || (waiter.alone && inside > 0)) return;
      waiting.delete(waiter);
      inside += 1;
      alone = waiter.alone;
      waiter.enter();
    }
  }

  async function hold<T>(wantsAlone: boolean, milliseconds: number, work: () => Promise<T>): Promise<T> {
    const deadline = startDeadline(milliseconds);
    try {
      await new Promise<void>((resolve, reject) => {
        const waiter = { alone: wantsAlone, enter: resolve };
        deadline.giveUp = (reason) => {
          if (!waiting.delete(waiter)) return;
          reject(reason);
          // Those who came later may have waited for this one only.
          admit();
        };
        waiting.add(waiter);
        admit();
      });
    } finally {
      deadline.end();
    }
    try {
      return await work();
    } finally {
      inside -= 1;
      alone = false;
      admit();
    }
  }

  return {
    shared: (milliseconds, work) => hold(false, milliseconds, work),
    exclusive: (milliseconds, work) => hold(true, milliseconds, work),
  };
}

const locks = new Map<string, Lock>();

/**
 * The lock of what a name stands for, the same for everyone in this process: several gateways of one process may change the
 * same cluster. A gateway in another process has another lock; docs/changing-a-cluster.md says what that means.
 */
export function lockOf(name: string): Lock {
  const lock = locks.get(name) ?? createLock();
  locks.set(name, lock);
  return lock;
}
