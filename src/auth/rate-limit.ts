import { GatewayError } from '../errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';

/** Limits how many operations a caller may start in a minute. */
export interface RateLimit {
  /** Counts one operation; the error where it is one too many. */
  count(key: string): GatewayError | undefined;
}

/** The operations of one caller in a minute. */
export interface RateWindow {
  readonly limit: 'RATE_LIMIT' | 'ANONYMOUS_RATE_LIMIT';
  /** The caller. */
  readonly key: string;
  /** Operations at this gateway. */
  count: number;
  /** Operations at other gateways, as far as is known. */
  others: number;
  /** When it is over, by the clock. */
  until: number;
  /** Whether the other gateways are about to be told of it. */
  isQueued: boolean;
}

export interface RateLimitOptions {
  /** Operations a minute. */
  readonly perMinute: number;
  readonly limit: RateWindow['limit'];
  readonly clock?: Clock;
  /**
   * Told of a window that has changed, by which `others` is kept up; left out where gateways count alone. It is told
   * once until `isQueued` is reset, and from the hundredth part of the limit on.
   */
  readonly onChange?: ((window: RateWindow) => void) | undefined;
}

/** Milliseconds of a window. */
const WINDOW = 60_000;

/** Share of a limit from which on others are told of a caller: those who come from many addresses once cost nothing. */
const NOTABLE = 0.01;

/**
 * Creates a limit of operations a minute, counted from a caller's first one. Every request asks it, so it answers at
 * once. The library that throttles logins answers by a promise and costs more (bench/queries.ts, row 3x2).
 */
export function createRateLimit({ perMinute, limit, clock = SYSTEM_CLOCK, onChange }: RateLimitOptions): RateLimit {
  const windows = new Map<string, RateWindow>();
  const notable = perMinute * NOTABLE;
  let sweptAt = 0;

  /** Removes windows that are over, so that callers who come once use no memory for long. */
  function sweep(now: number): void {
    sweptAt = now;
    for (const [key, { until }] of windows) if (until <= now) windows.delete(key);
  }

  function changed(window: RateWindow): void {
    if (onChange === undefined || window.isQueued || window.count < notable) return;
    window.isQueued = true;
    onChange(window);
  }

  return {
    count(key) {
      const now = clock.now();
      if (now - sweptAt > WINDOW) sweep(now);
      const window = windows.get(key);
      if (window === undefined || window.until <= now) {
        const opened = { limit, key, count: 1, others: 0, until: now + WINDOW, isQueued: false };
        windows.set(key, opened);
        changed(opened);
        return undefined;
      }
      window.count += 1;
      changed(window);
      if (window.count + window.others <= perMinute) return undefined;
      return new GatewayError('RATE_LIMITED', `More than ${perMinute} operations a minute: wait a little.`, {
        limit,
        retryAfter: Math.ceil((window.until - now) / 1000),
      });
    },
  };
}
