import { GatewayError } from '../errors.ts';
import type { Authenticator } from './authenticator.ts';
import { type Caller, NEVER_ENDED } from './caller.ts';
import { createCallerCache } from './caller-cache.ts';
import { type Credentials, credentialsOf, type ForwardedCredentials, userOf } from './credentials.ts';
import type { FailureCountOptions } from './failure-counts.ts';
import { createLoginThrottle } from './login-throttle.ts';

export interface ForwardOptions extends FailureCountOptions {
  /** Whether Harper has accepted credentials before, and has not refused them since. */
  readonly hasAccepted: (credentials: Credentials) => boolean;
  /** Asks Harper to check credentials. Rejects with its refusal, or with what kept it from answering. */
  readonly verify: (credentials: Credentials) => Promise<unknown>;
}

/** Creates an authenticator for callers who bring their own Harper login. */
export function createForwardAuthenticator(options: ForwardOptions): Authenticator {
  const { hasAccepted, verify } = options;
  const throttle = createLoginThrottle<undefined>({ ...options, countsUnchecked: true });
  const callers = createCallerCache(options.clock);

  /** Why credentials that Harper has not accepted yet are refused; undefined when they are not. */
  function check(credentials: ForwardedCredentials, address: string): Promise<GatewayError | undefined> {
    const { key, authorization } = credentials;
    // Anyone can claim any name in a token, so only the user of Basic is counted.
    const user = authorization.startsWith('Basic ') ? userOf(credentials) : null;
    return throttle.guard({ key, address, user }, () => refusalOf(verify(credentials)));
  }

  return {
    cached({ authorization }) {
      const caller = callers.get(authorization);
      return caller && hasAccepted(caller.credentials) ? caller : undefined;
    },
    isLogin: (header) => !(credentialsOf(header) instanceof GatewayError),
    async authenticate(attempt) {
      const credentials = credentialsOf(attempt.authorization);
      if (credentials instanceof GatewayError) return credentials;
      const refusal = hasAccepted(credentials) ? undefined : await check(credentials, attempt.address);
      // Whatever kept Harper from accepting a login: until then it may do nothing, and holds nothing.
      if (refusal !== undefined) return refusal;
      const caller: Caller = {
        name: userOf(credentials),
        role: null,
        credentials,
        // Logins that Harper has not accepted can be invented, so they share what their address may do.
        key: hasAccepted(credentials) ? `login ${credentials.key}` : `address ${attempt.address}`,
        // The polls of its streams use the credentials themselves, and end them when Harper refuses.
        onEnded: NEVER_ENDED,
      };
      callers.set(attempt.authorization, caller);
      return caller;
    },
    stop: () => undefined,
  };
}

/** Harper answers these after it has accepted the login. */
const ACCEPTING = new Set(['FORBIDDEN', 'OPERATION_UNSUPPORTED']);

async function refusalOf(verifying: Promise<unknown>): Promise<GatewayError | undefined> {
  try {
    await verifying;
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return ACCEPTING.has(error.code) ? undefined : error;
    throw error;
  }
}
