import { GatewayError } from '../errors.ts';
import { SYSTEM_CLOCK } from '../util/clock.ts';
import {
  type AddedFailure,
  createLocalFailures,
  FAILURE_WINDOW,
  type FailureCount,
  type FailureCountOptions,
} from './failure-counts.ts';
import { createSharedFailures } from './shared-failures.ts';

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

export interface LoginThrottleOptions extends FailureCountOptions {
  /** Whether a check that ended with an error other than UNAUTHENTICATED leaves its login counted as failed. */
  readonly countsUnchecked: boolean;
}

/** Creates a throttle. */
export function createLoginThrottle<T>(options: LoginThrottleOptions): LoginThrottle<T> {
  const { countsUnchecked, shared, clock = SYSTEM_CLOCK } = options;
  const failures = shared === undefined ? createLocalFailures(options) : createSharedFailures({ ...options, shared });
  const running = new Map<string, Promise<T | GatewayError>>();
  /** The logins that could not be checked and are counted, by key, with the moment at which their count is over. */
  const unchecked = new Map<string, { readonly until: number; readonly failure: AddedFailure }>();

  /**
   * What a login counts by, the address first. Where an address has failed too often nothing is kept of what it claims,
   * so that inventing users and tokens takes no memory.
   */
  function countsOf({ key, address, user }: UncheckedLogin): FailureCount[] {
    const ofAll = (name: string): FailureCount => ({ limit: 'LOGIN_FAILURES_IN_ALL', name });
    const ofBoth = (name: string): FailureCount => ({ limit: 'LOGIN_FAILURES', name: `${name} ${address}` });
    const ofAddress = ofAll(`address ${address}`);
    return user === null ? [ofAddress, ofBoth(key)] : [ofAddress, ofAll(`user ${user}`), ofBoth(user)];
  }

  async function run(
    login: string,
    counts: readonly FailureCount[],
    check: () => Promise<T | GatewayError>,
  ): Promise<T | GatewayError> {
    const now = clock.now();
    for (const [key, { until }] of unchecked) {
      // In the order of their times.
      if (until > now) break;
      unchecked.delete(key);
    }
    const before = unchecked.get(login);
    const until = before?.until ?? now + FAILURE_WINDOW * 1000;
    const failure = before?.failure ?? (await failures.add(counts));
    if (failure instanceof GatewayError) return failure;
    let result: 'accepted' | 'refused' | 'unchecked' = 'unchecked';
    try {
      const checked = await check();
      if (!(checked instanceof GatewayError)) result = 'accepted';
      else if (checked.code === 'UNAUTHENTICATED') result = 'refused';
      return checked;
    } finally {
      if (result === 'unchecked' && countsUnchecked) {
        if (!unchecked.has(login)) unchecked.set(login, { until, failure });
      } else {
        unchecked.delete(login);
        if (result !== 'refused' && clock.now() < until) await failure.remove();
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
