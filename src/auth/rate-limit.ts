import { GatewayError } from '../errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';

/** Limits how many operations a caller may start in a minute. */
export interface RateLimit {
  /** Counts one operation; the error where it is one too many. */
  count(key: string): GatewayError | undefined;
}

/** Milliseconds of a window. */
const WINDOW = 60_000;

/**
 * Creates a limit of operations a minute, counted from a caller's first one. Every request asks it, so it answers at
 * once. The library that throttles logins answers by a promise and costs more (bench/queries.ts, row 3x2).
 */
export function createRateLimit(
  perMinute: number,
  limit: 'RATE_LIMIT' | 'ANONYMOUS_RATE_LIMIT',
  clock: Clock = SYSTEM_CLOCK,
): RateLimit {
  const windows = new Map<string, { count: number; readonly until: number }>();
  let sweptAt = 0;

  /** Removes windows that are over, so that callers who come once use no memory for long. */
  function sweep(now: number): void {
    sweptAt = now;
    for (const [key, { until }] of windows) if (until <= now) windows.delete(key);
  }

  return {
    count(key) {
      const now = clock.now();
      if (now - sweptAt > WINDOW) sweep(now);
      const window = windows.get(key);
      if (window === undefined || window.until <= now) {
        windows.set(key, { count: 1, until: now + WINDOW });
        return undefined;
      }
      window.count += 1;
      if (window.count <= perMinute) return undefined;
      return new GatewayError('RATE_LIMITED', `More than ${perMinute} operations a minute: wait a little.`, {
        limit,
        retryAfter: Math.ceil((window.until - now) / 1000),
      });
    },
  };
}
