import { GatewayError } from '../errors.ts';
import type { Authenticator, Origin } from './authenticator.ts';
import type { Caller } from './caller.ts';
import type { RateLimit } from './rate-limit.ts';

/** Decides whether somebody may ask for something at all, before what they ask for is looked at. */
export interface Admission {
  /**
   * Who asks: the caller, or UNAUTHENTICATED for somebody who may still ask for what is for everybody.
   * @throws GatewayError RATE_LIMITED, or UPSTREAM_UNAVAILABLE where it cannot be told
   */
  admit(origin: Origin): Promise<Caller | GatewayError>;
  /**
   * As `admit`, where it can be told at once; undefined otherwise.
   * @throws GatewayError RATE_LIMITED
   */
  admitKnown(origin: Origin): Caller | undefined;
  /** Whether an Authorization header has the form of a login at all. */
  isLogin(authorization: string): boolean;
}

/** Creates the admission: who is it, and have they asked too often? */
export function createAdmission(authenticator: Authenticator, rate: RateLimit): Admission {
  return {
    isLogin: authenticator.isLogin,
    admitKnown(origin) {
      const caller = authenticator.known(origin);
      const tooMany = caller && rate.count(caller.key);
      if (tooMany !== undefined) throw tooMany;
      return caller;
    },
    async admit(origin) {
      const caller = authenticator.known(origin) ?? (await authenticator.authenticate(origin));
      if (caller instanceof GatewayError && caller.code !== 'UNAUTHENTICATED') throw caller;
      const tooMany = rate.count(caller instanceof GatewayError ? `address ${origin.address}` : caller.key);
      if (tooMany !== undefined) throw tooMany;
      return caller;
    },
  };
}
