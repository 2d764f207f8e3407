import { RateLimiterMemory } from 'rate-limiter-flexible';
import { GatewayError } from '../errors.ts';
import type { SharedRedis } from '../redis/hashed-keys.ts';
import type { Clock } from '../util/clock.ts';

/** Seconds for which failures count. */
export const FAILURE_WINDOW = 60;

/** How many failed logins there may be before further ones are refused unchecked. */
export interface FailureLimits {
  /** Failures a minute under one user from one address. */
  readonly maxFailures: number;
  /** Failures a minute from one address, and under one user. */
  readonly maxFailuresInAll: number;
}

export interface FailureCountOptions extends FailureLimits {
  /** By what gateways count together; each counts by itself when left out. */
  readonly shared?: SharedRedis | undefined;
  readonly clock?: Clock;
}

/** What the failures of a login are added to. */
export interface FailureCount {
  readonly limit: 'LOGIN_FAILURES' | 'LOGIN_FAILURES_IN_ALL';
  /** Whose failures it counts. */
  readonly name: string;
}

/** Counts failed logins. */
export interface FailureCounts {
  /**
   * Adds a failure to each count, or to none where one is at its limit.
   * @param counts in the order in which they are looked at: nothing is kept of the ones after one at its limit
   * @returns RATE_LIMITED where one was at its limit
   */
  add(counts: readonly FailureCount[]): Promise<AddedFailure | GatewayError>;
}

/** A failure that has been added. */
export interface AddedFailure {
  /** Takes it back, once. */
  remove(): Promise<void>;
}

/** The error where a count is at its limit. */
export function tooManyFailures({ limit }: FailureCount, msBeforeNext: number): GatewayError {
  const message = 'Too many failed logins: wait a minute before the next one.';
  return new GatewayError('RATE_LIMITED', message, { limit, retryAfter: Math.ceil(msBeforeNext / 1000) });
}

/** Creates counts in the memory of this gateway. */
export function createLocalFailures({ maxFailures, maxFailuresInAll }: FailureLimits): FailureCounts {
  const limiters = {
    LOGIN_FAILURES: new RateLimiterMemory({ points: maxFailures, duration: FAILURE_WINDOW }),
    LOGIN_FAILURES_IN_ALL: new RateLimiterMemory({ points: maxFailuresInAll, duration: FAILURE_WINDOW }),
  };

  async function remove(counts: readonly FailureCount[]): Promise<void> {
    await Promise.all(counts.map(({ limit, name }) => limiters[limit].reward(name)));
  }

  return {
    async add(counts) {
      for (const [at, count] of counts.entries()) {
        const limiter = limiters[count.limit];
        const { consumedPoints, msBeforeNext } = await limiter.penalty(count.name);
        if (consumedPoints <= limiter.points) continue;
        await remove(counts.slice(0, at + 1));
        return tooManyFailures(count, msBeforeNext);
      }
      return { remove: () => remove(counts) };
    },
  };
}
