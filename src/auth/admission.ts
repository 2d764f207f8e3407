import { GatewayError } from '../errors.ts';
import type { Authenticator, LoginAttempt } from './authenticator.ts';
import type { Caller } from './caller.ts';
import type { RateLimits } from './start-rate-limits.ts';

/** Decides who sends a request and whether it may go on, before its content is looked at. */
export interface Admission {
  /**
   * The caller; or UNAUTHENTICATED for an anonymous one, who may still read the schema.
   * @throws GatewayError RATE_LIMITED, or UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT where the login cannot be checked
   */
  admit(attempt: LoginAttempt): Promise<Caller | GatewayError>;
  /**
   * Like `admit`, for a caller who was authenticated moments ago; undefined for every other.
   * @throws GatewayError RATE_LIMITED
   */
  admitCached(attempt: LoginAttempt): Caller | undefined;
  /** Whether an Authorization header has the form of a login. */
  isLogin(authorization: string): boolean;
}

/** Creates the admission, from who a caller is and how much one may send. */
export function createAdmission(
  authenticator: Authenticator,
  rates: Pick<RateLimits, 'callers' | 'anonymous'>,
): Admission {
  return {
    isLogin: authenticator.isLogin,
    admitCached(attempt) {
      const caller = authenticator.cached(attempt);
      const tooMany = caller && rates.callers.count(caller.key);
      if (tooMany !== undefined) throw tooMany;
      return caller;
    },
    async admit(attempt) {
      const caller = authenticator.cached(attempt) ?? (await authenticator.authenticate(attempt));
      if (caller instanceof GatewayError && caller.code !== 'UNAUTHENTICATED') throw caller;
      const isAnonymous = caller instanceof GatewayError;
      const tooMany = isAnonymous ? rates.anonymous.count(attempt.address) : rates.callers.count(caller.key);
      if (tooMany !== undefined) throw tooMany;
      return caller;
    },
  };
}
