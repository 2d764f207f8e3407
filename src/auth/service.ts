import { LRUCache } from 'lru-cache';
import type { JwtConfig } from '../config/callers.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { watchFiles } from '../util/watch-files.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { createCallerCache } from './caller-cache.ts';
import { OWN_CREDENTIALS } from './credentials.ts';
import type { FailureCountOptions } from './failure-counts.ts';
import { createJwtVerifier, type JwtVerifier } from './jwt.ts';
import { createLoginThrottle } from './login-throttle.ts';
import { createSessions } from './sessions.ts';
import { digestOf, readTokens, type TokenHolder } from './tokens.ts';

export interface ServiceOptions extends FailureCountOptions {
  readonly tokensFile?: string;
  readonly jwt?: JwtConfig;
  readonly logger: Logger;
}

const BEARER = /^bearer +(\S+)$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** JWTs that are remembered as valid. */
const MAX_ACCEPTED = 10_000;

/**
 * Starts an authenticator for callers with tokens of the gateway or JWTs. The files with tokens and keys are read again
 * when they change; one that is wrong then is logged, and what was read before stays in use.
 * @throws Error that names the setting when a file is wrong at the start
 */
export function startServiceAuthenticator(options: ServiceOptions): Authenticator {
  const { tokensFile, jwt, logger, clock } = options;
  const throttle = createLoginThrottle<TokenHolder>({ ...options, countsUnchecked: false });
  const callers = createCallerCache(clock);
  const jwts = jwt && createJwtVerifier(jwt, clock);
  /** Digests of JWTs that were valid when last verified. Guesses from the same address do not keep these out. */
  const accepted = new LRUCache<string, true>({ max: MAX_ACCEPTED });
  let holders = new Map<string, TokenHolder>();
  let names = new Set<string>();

  function readFiles(): void {
    if (tokensFile !== undefined) holders = readTokens(tokensFile);
    names = new Set([...holders.values()].map(({ name }) => name));
    jwts?.readKey();
  }

  async function verify(token: string): Promise<TokenHolder | GatewayError> {
    const digest = digestOf(token);
    const holder = holders.get(digest);
    if (holder !== undefined) return holder;
    if (jwts === undefined || !JWT.test(token)) return new GatewayError('UNAUTHENTICATED', 'The token is not known.');
    const result = await verifyJwt(token, jwts);
    if (!(result instanceof GatewayError)) {
      accepted.set(digest, true);
    } else if (result.code === 'UNAUTHENTICATED') accepted.delete(digest);
    else logger.error({ err: result }, 'The keys of JWTs cannot be read');
    return result;
  }

  /** A name of the tokens file means one caller, in limits and in the audit log: no issuer can give it to another. */
  async function verifyJwt(token: string, verifier: JwtVerifier): Promise<TokenHolder | GatewayError> {
    const result = await verifier.verify(token);
    const isTaken = !(result instanceof GatewayError) && names.has(result.name);
    return isTaken ? new GatewayError('UNAUTHENTICATED', "The token's claim 'sub' is a name of TOKENS_FILE.") : result;
  }

  const sessions = createSessions(verify, logger, clock);
  const files = [tokensFile, jwt && 'file' in jwt.keys ? jwt.keys.file : undefined].filter(
    (file) => file !== undefined,
  );
  function readAgain(): void {
    try {
      readFiles();
    } catch (error) {
      logger.error({ err: error }, 'A file with tokens or keys is wrong; what was read before stays in use');
    }
    callers.clear();
    sessions.check();
  }

  const unwatch = watchFiles(files, readAgain, clock);
  try {
    readFiles();
  } catch (error) {
    unwatch();
    throw error;
  }

  return {
    cached: ({ authorization }) => callers.get(authorization),
    isLogin: (header) => BEARER.test(header.trim()),
    async authenticate(attempt) {
      const [, token] = attempt.authorization?.trim().match(BEARER) ?? [];
      if (token === undefined) {
        return new GatewayError('UNAUTHENTICATED', 'Send a token of this gateway as Authorization: Bearer.');
      }
      const key = digestOf(token);
      const isAccepted = holders.has(key) || accepted.get(key) === true;
      const login = { key, address: attempt.address, user: null };
      const holder = await (isAccepted ? verify(token) : throttle.guard(login, () => verify(token)));
      if (holder instanceof GatewayError) return holder;
      const { name, role, endsAt } = holder;
      const caller: Caller = {
        name,
        role,
        credentials: OWN_CREDENTIALS,
        key: `caller ${name}`,
        onEnded: (callback) => sessions.join(token, holder, callback),
      };
      callers.set(attempt.authorization, caller, endsAt);
      return caller;
    },
    stop() {
      unwatch();
      sessions.stop();
    },
  };
}
