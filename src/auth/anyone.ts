import type { Authenticator } from './authenticator.ts';
import { type Caller, NEVER_ENDED } from './caller.ts';
import { OWN_CREDENTIALS } from './credentials.ts';

/** Creates an authenticator for which everyone is an operator (INSECURE_NO_AUTH). */
export function createAnyoneAuthenticator(): Authenticator {
  const anyone: Caller = {
    name: null,
    role: 'operator',
    credentials: OWN_CREDENTIALS,
    key: 'anyone',
    onEnded: NEVER_ENDED,
  };
  return { authenticate: async () => anyone, cached: () => anyone, isLogin: () => true, stop: () => undefined };
}
