import { RateLimiterMemory } from 'rate-limiter-flexible';
import { GatewayError } from '../errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';

/** Seconds for which failures count. */
const WINDOW = 60;

/** A login that has not been accepted yet. */
export interface UncheckedLogin {
  /** Identifies its credentials; holds no secret. */
  readonly key: string;
  /** Address it came from. */
  readonly address: string;
  /** Name of its user; null where that is not known. */
  readonly user: string | null;
}

/**
 * Counts failed logins and refuses further ones unchecked once there were too many. They count by user and address
 * first, so that one who fails keeps nobody else out who shares either. For an address or a user alone the bound is
 * higher. A login without a user, such as a token, counts by itself instead.
 */
export interface LoginThrottle<T> {
  /**
   * Runs the check of a login. It counts as failed from the start, so that many at once are all counted, and until it
   * is accepted. One that could not be checked counts once, however often it is tried again within the minute.
   * Simultaneous checks of the same credentials are one.
   * @returns the result, or RATE_LIMITED when there were too many failures; the check was not run then
   */
  guard(login: UncheckedLogin, check: () => Promise<T | GatewayError>): Promise<T | GatewayError>;
}

/** How many failed logins there may be before further ones are refused unchecked. */
export interface FailureLimits {
  /** Failures a minute under one user from one address. */
  readonly maxFailures: number;
  /** Failures a minute from one address, and under one user. */
  readonly maxFailuresInAll: number;
}

export interface LoginThrottleOptions extends FailureLimits {
  /** Whether a check that ended with an error other than UNAUTHENTICATED leaves its login counted as failed. */
  readonly countsUnchecked: boolean;
  readonly clock?: Clock;
}

/** What the failures of a login are added to. */
interface Count {
  readonly limiter: RateLimiterMemory;
  readonly key: string;
  readonly limit: 'LOGIN_FAILURES' | 'LOGIN_FAILURES_IN_ALL';
}

/** Creates a throttle. */
export function createLoginThrottle<T>(options: LoginThrottleOptions): LoginThrottle<T> {
  const { maxFailures, maxFailuresInAll, countsUnchecked, clock = SYSTEM_CLOCK } = options;
  const together = new RateLimiterMemory({ points: maxFailures, duration: WINDOW });
  const inAll = new RateLimiterMemory({ points: maxFailuresInAll, duration: WINDOW });
  const running = new Map<string, Promise<T | GatewayError>>();
  /** The logins that could not be checked and are counted, by key, with the moment at which their count is over. */
  const unchecked = new Map<string, number>();

  /**
   * Why a login is not checked; undefined where it is counted and may be. Where an address has failed too often nothing
   * is kept of what it claims, so that inventing users and tokens takes no memory.
   */
  async function count(counts: readonly Count[]): Promise<GatewayError | undefined> {
    for (const [at, { limiter, key, limit }] of counts.entries()) {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
      if (consumedPoints <= limiter.points) continue;
      await discount(counts.slice(0, at + 1));
      const message = 'Too many failed logins: wait a minute before the next one.';
      return new GatewayError('RATE_LIMITED', message, { limit, retryAfter: Math.ceil(msBeforeNext / 1000) });
    }
    return undefined;
  }

  const discount = (counts: readonly Count[]) => Promise.all(counts.map(({ limiter, key }) => limiter.reward(key)));

  /** What a login counts by, the address first. */
  function countsOf({ key, address, user }: UncheckedLogin): Count[] {
    const ofAll = (name: string): Count => ({ limiter: inAll, key: name, limit: 'LOGIN_FAILURES_IN_ALL' });
    const ofBoth = (name: string): Count => ({ limiter: together, key: `${name} ${address}`, limit: 'LOGIN_FAILURES' });
    const ofAddress = ofAll(`address ${address}`);
    return user === null ? [ofAddress, ofBoth(key)] : [ofAddress, ofAll(`user ${user}`), ofBoth(user)];
  }

  async function run(
    login: string,
    counts: readonly Count[],
    check: () => Promise<T | GatewayError>,
  ): Promise<T | GatewayError> {
    const now = clock.now();
    for (const [key, until] of unchecked) {
      // In the order of their times.
      if (until > now) break;
      unchecked.delete(key);
    }
    const until = unchecked.get(login) ?? now + WINDOW * 1000;
    const refusal = unchecked.has(login) ? undefined : await count(counts);
    if (refusal !== undefined) return refusal;
    let result: 'accepted' | 'refused' | 'unchecked' = 'unchecked';
    try {
      const checked = await check();
      if (!(checked instanceof GatewayError)) result = 'accepted';
      else if (checked.code === 'UNAUTHENTICATED') result = 'refused';
      return checked;
    } finally {
      if (result === 'unchecked' && countsUnchecked) {
        if (!unchecked.has(login)) unchecked.set(login, until);
      } else {
        unchecked.delete(login);
        if (result !== 'refused' && clock.now() < until) await discount(counts);
      }
    }
  }

  return {
    guard(attempt, check) {
      const { key } = attempt;
      const same = running.get(key);
      if (same !== undefined) return same;
      const started = run(key, countsOf(attempt), check).finally(() => running.delete(key));
      running.set(key, started);
      return started;
    },
  };
}
