import type { Clock } from '../util/clock.ts';

/** Whether Redis is worth asking, as whoever can do without it sees it. */
export interface Availability {
  /** False for a short time after it has failed, so that a Redis that is silent does not delay everything. */
  readonly isWorthAsking: boolean;
  failed(error: unknown): void;
  succeeded(): void;
}

export interface AvailabilityOptions {
  readonly clock: Clock;
  /** Told of the first failure after a success. */
  readonly onLost?: (error: unknown) => void;
  /** Told of the first success after a failure. */
  readonly onFound?: () => void;
}

/** Milliseconds after a failure in which Redis is not asked. */
const QUIET_TIME = 1000;

/** Creates it for a Redis that answers. */
export function createAvailability({ clock, onLost, onFound }: AvailabilityOptions): Availability {
  let failedAt: number | undefined;
  return {
    get isWorthAsking() {
      return failedAt === undefined || clock.now() - failedAt >= QUIET_TIME;
    },
    failed(error) {
      const isFirst = failedAt === undefined;
      failedAt = clock.now();
      if (isFirst) onLost?.(error);
    },
    succeeded() {
      const isFirst = failedAt !== undefined;
      failedAt = undefined;
      if (isFirst) onFound?.();
    },
  };
}
