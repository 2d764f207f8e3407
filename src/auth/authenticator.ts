import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CallersConfig } from '../config/callers.ts';
import { GatewayError } from '../errors.ts';
import { OWN_LOGIN } from '../harper/login.ts';
import type { Logger } from '../observability/logger.ts';
import { watchFiles } from '../util/watch-files.ts';
import type { Caller } from './caller.ts';
import { credentialsOf, userOf } from './forward.ts';
import { createJwtVerifier } from './jwt.ts';
import { createKnownCallers, type KnownCallers } from './known-callers.ts';
import { createLoginThrottle } from './login-throttle.ts';
import { createSessions } from './sessions.ts';
import { digestOf, parseTokens, type TokenHolder } from './tokens.ts';

/** What a transport knows of whoever sends a request. */
export interface Origin {
  /** The Authorization header, or what stands in for it on this transport. */
  readonly authorization: string | undefined;
  /** Address of the client. */
  readonly address: string;
}

/** Tells who a request is from. */
export interface Authenticator {
  /** The caller; or the error, UNAUTHENTICATED or RATE_LIMITED, that tells why it is nobody. */
  authenticate(origin: Origin): Promise<Caller | GatewayError>;
  /** The caller where that can be told at once, because it was told moments ago; undefined otherwise. */
  known(origin: Origin): Caller | undefined;
  /** Whether an Authorization header has the form of a login at all; one that has not will never be good. */
  isLogin(authorization: string): boolean;
  /** Ends what watches files and sessions. */
  stop(): void;
}

export interface AuthenticatorOptions {
  readonly callers: CallersConfig;
  /** Failed logins a minute, from an address or for a user, after which more are refused unseen. */
  readonly loginFailures: number;
  /** Whether Harper has taken credentials before, and has not refused them since. */
  readonly hasAccepted: (authorization: string) => boolean;
  /** Asks Harper whether it takes credentials. Rejects with its refusal, or with what kept it from answering. */
  readonly prove: (authorization: string) => Promise<unknown>;
  readonly logger: Logger;
}

/** A caller's name and role, and when that ends; or why it is nobody. */
type Verdict = (TokenHolder & { readonly endsAt?: number }) | string;

const BEARER = /^bearer +(\S+)$/i;

/** How long a checked token is taken as checked, in milliseconds. */
const VERDICT_AGE = 5000;
const MOST_VERDICTS = 10_000;

/**
 * Starts the authenticator of a mode.
 * @throws Error when the tokens file is wrong
 */
export function startAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { callers } = options;
  if (callers.kind === 'forward') return createForwarding(options);
  if (callers.kind === 'anyone') {
    const anyone: Caller = { ...NOBODYS, name: null, role: 'operator', authorization: OWN_LOGIN, key: 'anyone' };
    return { authenticate: async () => anyone, known: () => anyone, isLogin: () => true, stop: () => undefined };
  }
  return startService(options, callers);
}

const NOBODYS: Pick<Caller, 'onEnded'> = { onEnded: () => () => undefined };

function createForwarding({ loginFailures, hasAccepted, prove }: AuthenticatorOptions): Authenticator {
  const throttle = createLoginThrottle(loginFailures);
  const known = createKnownCallers();
  const proofs = new Map<string, Promise<GatewayError | undefined>>();

  /**
   * Has a login that Harper was not seen to take looked at before anything else is done with it: it counts as a failure until it is
   * good, whether or not its sender waits for the answer. Where Harper cannot be asked the request itself will say so.
   */
  async function proof(authorization: string, address: string): Promise<GatewayError | undefined> {
    // A token's own claim of a name is anybody's to make.
    const user = authorization.startsWith('Basic ') ? userOf(authorization) : null;
    const takeBack = await throttle.attempt(address, user);
    if (takeBack === undefined) return tooManyFailures();
    try {
      await prove(authorization);
      takeBack();
      return undefined;
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') return error;
      takeBack();
      // A request that waited its whole time for this has none left for itself; nothing was sent for it.
      return error instanceof GatewayError && error.code === 'UPSTREAM_TIMEOUT' ? error : undefined;
    }
  }

  function proven(authorization: string, address: string): Promise<GatewayError | undefined> {
    const running = proofs.get(authorization);
    if (running !== undefined) return running;
    const started = proof(authorization, address).finally(() => proofs.delete(authorization));
    proofs.set(authorization, started);
    return started;
  }

  return {
    known(origin) {
      const caller = lookUp(known, origin);
      return caller && hasAccepted(caller.authorization) ? caller : undefined;
    },
    isLogin: (header) => !(credentialsOf(header) instanceof GatewayError),
    async authenticate({ authorization: header, address }) {
      const credentials = credentialsOf(header);
      if (credentials instanceof GatewayError) return credentials;
      const { authorization } = credentials;
      const refused = hasAccepted(authorization) ? undefined : await proven(authorization, address);
      if (refused !== undefined) return refused;
      // Whether the login goes on being good is seen by the polls, which use it themselves.
      const caller: Caller = {
        name: userOf(authorization),
        role: null,
        authorization,
        key: hasAccepted(authorization) ? `login ${shortDigest(authorization)}` : `address ${address}`,
        onEnded: () => () => undefined,
      };
      if (hasAccepted(authorization) && header !== undefined)
        known.put(header, address, caller, Number.POSITIVE_INFINITY);
      return caller;
    },
    stop: () => undefined,
  };
}

function startService(
  { loginFailures, logger }: AuthenticatorOptions,
  { tokensFile, jwt }: CallersConfig & { kind: 'service' },
): Authenticator {
  const throttle = createLoginThrottle(loginFailures);
  const jwts = jwt && createJwtVerifier(jwt);
  const verdicts = new Map<string, { readonly verdict: Verdict; readonly until: number }>();
  let holders = new Map<string, TokenHolder>();

  async function judge(token: string): Promise<Verdict> {
    const holder = holders.get(digestOf(token));
    if (holder !== undefined) return holder;
    if (jwts === undefined || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return 'The token is not known.';
    const digest = digestOf(token);
    const known = verdicts.get(digest);
    if (known !== undefined && known.until > Date.now()) return known.verdict;
    const verdict = await jwts.verify(token);
    if (verdicts.size >= MOST_VERDICTS) verdicts.clear();
    const endsAt = typeof verdict === 'string' ? Number.POSITIVE_INFINITY : verdict.endsAt;
    verdicts.set(digest, { verdict, until: Math.min(Date.now() + VERDICT_AGE, endsAt) });
    return verdict;
  }

  const known = createKnownCallers();
  const sessions = createSessions(judge);
  const files = [tokensFile, jwt && 'file' in jwt.keys ? jwt.keys.file : undefined].filter(
    (path) => path !== undefined,
  );
  const unwatch = watchFiles(files, () => {
    try {
      if (tokensFile !== undefined) holders = readTokens(tokensFile);
    } catch (error) {
      // Those who were let in before go on being: a file that is half written must not lock everybody out.
      logger.error({ err: error }, 'TOKENS_FILE is wrong; the tokens read before go on counting');
    }
    jwts?.reload();
    verdicts.clear();
    known.clear();
    void sessions.check();
  });

  if (tokensFile !== undefined) {
    try {
      holders = readTokens(tokensFile);
    } catch (error) {
      unwatch();
      throw error;
    }
  }

  return {
    known: (origin) => lookUp(known, origin),
    isLogin: (header) => BEARER.test(header.trim()),
    async authenticate({ authorization: header, address }) {
      const [, token] = header?.trim().match(BEARER) ?? [];
      if (token === undefined) {
        return new GatewayError('UNAUTHENTICATED', 'Send a token of this gateway as Authorization: Bearer.');
      }
      const isKnown = holders.has(digestOf(token)) || typeof verdicts.get(digestOf(token))?.verdict === 'object';
      const takeBack = isKnown ? () => undefined : await throttle.attempt(address, null);
      if (takeBack === undefined) return tooManyFailures();
      let verdict: Verdict;
      try {
        verdict = await judge(token);
      } catch (error) {
        takeBack();
        logger.error({ err: error }, 'The keys of JWTs cannot be read');
        return new GatewayError('UPSTREAM_UNAVAILABLE', 'The keys that JWTs are checked with cannot be read.');
      }
      if (typeof verdict === 'string') return new GatewayError('UNAUTHENTICATED', verdict);
      takeBack();
      const { name, role, endsAt = Number.POSITIVE_INFINITY } = verdict;
      const caller: Caller = {
        name,
        role,
        authorization: OWN_LOGIN,
        key: `caller ${name}`,
        onEnded: (callback) => sessions.join(token, verdict, callback),
      };
      if (header !== undefined) known.put(header, address, caller, endsAt);
      return caller;
    },
    stop() {
      unwatch();
      sessions.stop();
    },
  };
}

function lookUp(known: KnownCallers, { authorization, address }: Origin): Caller | undefined {
  return authorization === undefined ? undefined : known.get(authorization, address);
}

function readTokens(path: string): Map<string, TokenHolder> {
  try {
    return parseTokens(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`TOKENS_FILE: ${(error as Error).message}`, { cause: error });
  }
}

function tooManyFailures(): GatewayError {
  const message = 'Too many failed logins: wait a minute before the next one.';
  return new GatewayError('RATE_LIMITED', message, { limit: 'LOGIN_FAILURES' });
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
