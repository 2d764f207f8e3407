import { GatewayError } from '../errors.ts';

/** Bounds how many operations a caller may begin in a minute. */
export interface RateLimit {
  /** Counts one; the error where it is one too many. */
  count(key: string): GatewayError | undefined;
}

const WINDOW = 60_000;

/**
 * Creates a limit of operations a minute, counted from a caller's first. It is asked with every request and answers at once, which the
 * library that throttles logins does not (bench/queries.ts).
 */
export function createRateLimit(perMinute: number): RateLimit {
  const windows = new Map<string, { count: number; readonly until: number }>();
  let swept = 0;

  /** Forgets windows that are over, so that callers who come once leave nothing behind. */
  function sweep(now: number): void {
    swept = now;
    for (const [key, { until }] of windows) if (until <= now) windows.delete(key);
  }

  return {
    count(key) {
      const now = performance.now();
      if (now - swept > WINDOW) sweep(now);
      const window = windows.get(key);
      if (window === undefined || window.until <= now) {
        windows.set(key, { count: 1, until: now + WINDOW });
        return undefined;
      }
      window.count += 1;
      if (window.count <= perMinute) return undefined;
      return new GatewayError('RATE_LIMITED', `More than ${perMinute} operations a minute: wait a little.`, {
        limit: 'RATE_LIMIT',
      });
    },
  };
}
