import { type Clock, SYSTEM_CLOCK } from './clock.ts';

/** Something that waits for a limited time. */
export interface Expirable {
  /** Whether it still waits; one that does not is dropped without being told. */
  readonly isWaiting: boolean;
  /** Called when its time is over, if it still waits then. */
  expire(): void;
}

/** One timeout for many. */
export interface TimeoutQueue {
  /** Starts the time of one. */
  add(item: Expirable): void;
  /** Drops those at the front that wait no longer; to be called when some have been served. */
  prune(): void;
  /** How many it knows, those that wait no longer included. */
  readonly size: number;
}

/** So many items may wait no longer before they are looked for behind one that still waits. */
const THRESHOLD = 1024;

/**
 * Creates a queue whose items all have the same timeout, so that the first to come is the first to expire. One timer
 * then serves any number of items; one timer for each request would cost more than all else that waiting takes. The
 * timer keeps no process from ending.
 *
 * The queue is no Set. A Set whose items come and go all the time is rebuilt over and over. Its old tables keep the new
 * ones alive until the next full garbage collection (docs/performance.md).
 * @param timeoutMs milliseconds each item may wait, counted from its own `add`
 */
export function createTimeoutQueue(timeoutMs: number, clock: Clock = SYSTEM_CLOCK): TimeoutQueue {
  let queue: (Entry | undefined)[] = [];
  let head = 0;
  let limit = THRESHOLD;
  let hasTimer = false;

  /** The oldest item that still waits; those before it are dropped. */
  function first(): Entry | undefined {
    for (; head < queue.length; head += 1) {
      if (queue[head]?.item.isWaiting) break;
      queue[head] = undefined;
    }
    return queue[head];
  }

  /** Drops all that wait no longer: one that waits for long must not keep those behind it. */
  function compact(): void {
    queue = queue.filter((entry) => entry?.item.isWaiting);
    head = 0;
    limit = THRESHOLD + queue.length * 2;
  }

  function startTimer(milliseconds: number): void {
    hasTimer = true;
    clock.setTimeout(expireOldest, milliseconds, 'background');
  }

  function expireOldest(): void {
    hasTimer = false;
    const now = clock.now();
    for (let oldest = first(); oldest !== undefined; oldest = first()) {
      if (oldest.expiresAt > now) {
        startTimer(oldest.expiresAt - now);
        return;
      }
      queue[head] = undefined;
      oldest.item.expire();
    }
  }

  return {
    get size() {
      return queue.length - head;
    },
    add(item) {
      if (queue.length >= limit) compact();
      queue.push({ item, expiresAt: clock.now() + timeoutMs });
      if (!hasTimer) startTimer(timeoutMs);
    },
    prune: () => void first(),
  };
}

interface Entry {
  readonly item: Expirable;
  readonly expiresAt: number;
}
