import { createKeyedPool } from './keyed-pool.ts';

/** A permit that is held. Releasing it a second time does nothing. */
export interface Permit {
  release(): void;
}

/** A bounded number of permits for each key. */
export interface Semaphore {
  /** Takes a permit; undefined where none is left for this key. */
  tryAcquire(key: string): Permit | undefined;
  /** How many permits are held, for all keys together. */
  readonly held: number;
}

/**
 * Creates a semaphore.
 * @param limit how many permits one key may hold
 */
export function createSemaphore(limit: number): Semaphore {
  const counts = createKeyedPool(
    () => ({ count: 0 }),
    ({ count }) => count === 0,
  );
  const all = { count: 0 };
  return {
    get held() {
      return all.count;
    },
    tryAcquire(key) {
      const own = counts.get(key);
      return own.count < limit ? new CountedPermit(own, all) : undefined;
    },
  };
}

/** Several permits as one. */
export function combined(permits: readonly Permit[]): Permit {
  return {
    release() {
      for (const permit of permits) permit.release();
    },
  };
}

interface Count {
  count: number;
}

/** A class, because every subscriber holds several. */
class CountedPermit implements Permit {
  #own: Count | undefined;
  readonly #all: Count;

  constructor(own: Count, all: Count) {
    own.count += 1;
    all.count += 1;
    this.#own = own;
    this.#all = all;
  }

  release(): void {
    if (this.#own === undefined) return;
    this.#own.count -= 1;
    this.#all.count -= 1;
    this.#own = undefined;
  }
}
