import type { GatewayError } from '../errors.ts';
import type { Caller } from './caller.ts';

/** What a transport knows about the sender of a request. */
export interface LoginAttempt {
  /** The Authorization header, or what replaces it on this transport; undefined where there is none. */
  readonly authorization: string | undefined;
  /** Address of the client. */
  readonly address: string;
}

/** Tells who sends a request. */
export interface Authenticator {
  /**
   * The caller, or why the sender has to stay anonymous: UNAUTHENTICATED, RATE_LIMITED, UPSTREAM_TIMEOUT or
   * UPSTREAM_UNAVAILABLE.
   */
  authenticate(attempt: LoginAttempt): Promise<Caller | GatewayError>;
  /** The caller, where an equal attempt was authenticated moments ago; undefined otherwise. */
  cached(attempt: LoginAttempt): Caller | undefined;
  /** Whether an Authorization header has the form of a login. One that has not is never accepted. */
  isLogin(authorization: string): boolean;
  /** Ends what watches files and sessions. */
  stop(): void;
}
