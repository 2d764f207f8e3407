import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import { RedisUnavailable } from './unavailable.ts';

/** Keeps callers from waiting for a Redis that has just failed. */
export interface Circuit {
  /** Whether Redis has failed a moment ago and has not answered since. */
  readonly isOpen: boolean;
  /** The answer of Redis; undefined where it does not answer, or is not asked because it has just failed. */
  ask<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** Like `ask`, for what has to be sent in any case. */
  insist<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/** Milliseconds after a failure in which Redis is not asked; one question a pause tries it then. */
const PAUSE = 1000;

/** Creates one that is closed. What rejects with anything but RedisUnavailable is a fault, and passed on. */
export function createCircuit(clock: Clock = SYSTEM_CLOCK): Circuit {
  /** When Redis may be asked again; undefined while it answers. */
  let openUntil: number | undefined;

  async function insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await work();
      openUntil = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      openUntil = clock.now() + PAUSE;
      return undefined;
    }
  }

  return {
    get isOpen() {
      return openUntil !== undefined;
    },
    async ask(work) {
      const now = clock.now();
      if (openUntil !== undefined) {
        if (now < openUntil) return undefined;
        // Whoever comes while this one waits is not kept waiting as well.
        openUntil = now + PAUSE;
      }
      return insist(work);
    },
    insist,
  };
}
