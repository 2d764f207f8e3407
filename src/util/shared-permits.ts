import { combined, type Permit } from './semaphore.ts';

/** Permits that several holders of one key share: it is taken with the first of them and released with the last. */
export interface SharedPermits {
  /**
   * Takes the permit of a key, or shares it.
   * @param take takes it where nobody holds it; what it throws is thrown
   */
  acquire(key: string, take: () => Permit): Permit;
}

/** Creates an empty set of shared permits. */
export function createSharedPermits(): SharedPermits {
  const shared = new Map<string, SharedPermit>();
  return {
    acquire(key, take) {
      let permit = shared.get(key);
      if (permit === undefined) {
        permit = new SharedPermit(combined([take(), { release: () => shared.delete(key) }]));
        shared.set(key, permit);
      }
      return permit.share();
    },
  };
}

class SharedPermit {
  readonly #permit: Permit;
  #holders = 0;

  constructor(permit: Permit) {
    this.#permit = permit;
  }

  share(): Permit {
    let isHeld = true;
    this.#holders += 1;
    return {
      release: () => {
        if (isHeld) this.#releaseOne();
        isHeld = false;
      },
    };
  }

  #releaseOne(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#permit.release();
  }
}
