import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import { RedisUnavailable } from './unavailable.ts';

/** Keeps callers from waiting for a Redis that has just failed. */
export interface Circuit {
  /** Whether Redis has failed and has not answered since. */
  readonly isOpen: boolean;
  /** Whether Redis may be asked: false for a second after it has failed. */
  readonly isWorthAsking: boolean;
  /**
   * The answer of Redis; undefined where it does not answer, or is not asked because it has just failed. While one
   * question tries it again the others do not wait.
   */
  ask<T>(work: () => Promise<T>): Promise<T | undefined>;
  /** Like `ask`, and Redis is asked in any case. */
  insist<T>(work: () => Promise<T>): Promise<T | undefined>;
}

export interface CircuitOptions {
  readonly clock?: Clock;
  /** Told of the first failure after a success. */
  readonly onLost?: (reason: RedisUnavailable) => void;
  /** Told of the first success after a failure. */
  readonly onFound?: () => void;
}

/** Milliseconds after a failure in which Redis is not asked; one question a pause tries it then. */
const PAUSE = 1000;

/** Creates one that is closed. What rejects with anything but RedisUnavailable is a fault, and passed on. */
export function createCircuit({ clock = SYSTEM_CLOCK, onLost, onFound }: CircuitOptions = {}): Circuit {
  /** When Redis may be asked again; undefined while it answers. */
  let openUntil: number | undefined;
  const isWorthAsking = () => openUntil === undefined || clock.now() >= openUntil;

  async function insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await work();
      const wasOpen = openUntil !== undefined;
      openUntil = undefined;
      if (wasOpen) onFound?.();
      return answer;
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      const wasOpen = openUntil !== undefined;
      openUntil = clock.now() + PAUSE;
      if (!wasOpen) onLost?.(error);
      return undefined;
    }
  }

  return {
    get isOpen() {
      return openUntil !== undefined;
    },
    get isWorthAsking() {
      return isWorthAsking();
    },
    async ask(work) {
      if (!isWorthAsking()) return undefined;
      // Whoever comes while this one waits is not kept waiting as well.
      if (openUntil !== undefined) openUntil = clock.now() + PAUSE;
      return insist(work);
    },
    insist,
  };
}
