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
   * Runs the check of a login. It counts as failed from the start, so that many at once are all counted, until its
   * result is anything but UNAUTHENTICATED. Simultaneous checks of the same credentials are one.
   * @returns the result, or RATE_LIMITED when there were too many failures; the check was not run then
   */
  guard(login: UncheckedLogin, check: () => Promise<T | GatewayError>): Promise<T | GatewayError>;
}

/**
 * Creates a throttle.
 * @param maxFailures failures a minute, for one address and for one user
 */
export function createLoginThrottle<T>(maxFailures: number): LoginThrottle<T> {
  const failures = new RateLimiterMemory({ points: maxFailures, duration: WINDOW });
  const running = new Map<string, Promise<T | GatewayError>>();

  async function run(keys: readonly string[], check: () => Promise<T | GatewayError>): Promise<T | GatewayError> {
    const counts = await Promise.all(keys.map((key) => failures.penalty(key)));
    let hasFailed = false;
    try {
      const tooMany = counts.filter(({ consumedPoints }) => consumedPoints > maxFailures);
      if (tooMany.length > 0) {
        const retryAfter = Math.ceil(Math.max(...tooMany.map(({ msBeforeNext }) => msBeforeNext)) / 1000);
        const message = 'Too many failed logins: wait a minute before the next one.';
        return new GatewayError('RATE_LIMITED', message, { limit: 'LOGIN_FAILURES', retryAfter });
      }
      const result = await check();
      hasFailed = result instanceof GatewayError && result.code === 'UNAUTHENTICATED';
      return result;
    } finally {
      if (!hasFailed) await Promise.all(keys.map((key) => failures.reward(key)));
    }
  }

  return {
    guard({ key, address, user }, check) {
      const same = running.get(key);
      if (same !== undefined) return same;
      const keys = user === null ? [`address ${address}`] : [`address ${address}`, `user ${user}`];
      const started = run(keys, check).finally(() => running.delete(key));
      running.set(key, started);
      return started;
    },
  };
}
