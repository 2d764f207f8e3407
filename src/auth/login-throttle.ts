import { RateLimiterMemory } from 'rate-limiter-flexible';
import { GatewayError } from '../errors.ts';

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

/** Counts failed logins by address and by user, and refuses further ones unchecked once there were too many. */
export interface LoginThrottle<T> {
  /**
   * Runs the check of a login. It counts as failed from the start, so that many at once are all counted, and until it
   * is accepted. One that could not be checked counts once, however often it is tried again within the minute.
   * Simultaneous checks of the same credentials are one.
   * @returns the result, or RATE_LIMITED when there were too many failures; the check was not run then
   */
  guard(login: UncheckedLogin, check: () => Promise<T | GatewayError>): Promise<T | GatewayError>;
}

export interface LoginThrottleOptions {
  /** Failures a minute, for one address and for one user. */
  readonly maxFailures: number;
  /** Whether a check that ended with an error other than UNAUTHENTICATED leaves its login counted as failed. */
  readonly countsUnchecked: boolean;
}

/** Creates a throttle. */
export function createLoginThrottle<T>({ maxFailures, countsUnchecked }: LoginThrottleOptions): LoginThrottle<T> {
  const failures = new RateLimiterMemory({ points: maxFailures, duration: WINDOW });
  const running = new Map<string, Promise<T | GatewayError>>();
  /** The logins that could not be checked and are counted, by key, with the moment at which their count is over. */
  const unchecked = new Map<string, number>();

  /** Why a login is not checked; undefined where it is counted and may be. */
  async function count(keys: readonly string[]): Promise<GatewayError | undefined> {
    const counts = await Promise.all(keys.map((key) => failures.penalty(key)));
    const tooMany = counts.filter(({ consumedPoints }) => consumedPoints > maxFailures);
    if (tooMany.length === 0) return undefined;
    await discount(keys);
    const retryAfter = Math.ceil(Math.max(...tooMany.map(({ msBeforeNext }) => msBeforeNext)) / 1000);
    const message = 'Too many failed logins: wait a minute before the next one.';
    return new GatewayError('RATE_LIMITED', message, { limit: 'LOGIN_FAILURES', retryAfter });
  }

  const discount = (keys: readonly string[]) => Promise.all(keys.map((key) => failures.reward(key)));

  async function run(
    login: string,
    keys: readonly string[],
    check: () => Promise<T | GatewayError>,
  ): Promise<T | GatewayError> {
    const now = performance.now();
    for (const [key, until] of unchecked) {
      // In the order of their times.
      if (until > now) break;
      unchecked.delete(key);
    }
    const until = unchecked.get(login) ?? now + WINDOW * 1000;
    const refusal = unchecked.has(login) ? undefined : await count(keys);
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
        if (result !== 'refused' && performance.now() < until) await discount(keys);
      }
    }
  }

  return {
    guard({ key, address, user }, check) {
      const same = running.get(key);
      if (same !== undefined) return same;
      const keys = user === null ? [`address ${address}`] : [`address ${address}`, `user ${user}`];
      const started = run(key, keys, check).finally(() => running.delete(key));
      running.set(key, started);
      return started;
    },
  };
}
