import type { JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../errors.ts';
import type { Clock } from '../util/clock.ts';

/** Milliseconds for which fetched keys are used: a withdrawn key ends its streams within half a minute. */
const KEYS_AGE = 10_000;

/** Milliseconds that the issuer has for an answer, and that a caller waits for newer keys where some are known. */
const TIMEOUT = 5000;
const REFRESH_TIMEOUT = 1000;

/** Milliseconds after a failure for which known keys are used without asking for newer ones first. */
const PAUSE = 5000;

/** Milliseconds between two requests for a key that is not in the set, so that invented tokens cause few. */
const COOLDOWN = 1000;

const CANNOT_READ = 'The keys that JWTs are checked with cannot be read.';

/**
 * Creates the keys of an issuer's JWKS, which are fetched when they are first needed. An issuer
 * that cannot be asked, or answers with no set of keys, says nothing of a token. The keys that are known go on then.
 * @returns finds the key of a token. It rejects with an error of jose where the set has none for it. Where that cannot
 * be known, because the keys cannot be read, it rejects with UPSTREAM_UNAVAILABLE
 */
export function createJwks(url: string, jose: typeof import('jose'), clock: Clock): JWTVerifyGetKey {
  const remote = jose.createRemoteJWKSet(new URL(url), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: 0,
    timeoutDuration: TIMEOUT,
  });
  const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = jose.errors;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  /** The latest keys, and the latest of which one was used. */
  let known: JWTVerifyGetKey | undefined;
  let lastUsed: JWTVerifyGetKey | undefined;

  /** Fetches the keys. Many at once are one request. */
  async function fetchKeys(): Promise<JWTVerifyGetKey> {
    try {
      await remote.reload();
    } catch (error) {
      failedAt = clock.now();
      throw new GatewayError('UPSTREAM_UNAVAILABLE', CANNOT_READ, { cause: error });
    }
    fetchedAt = clock.now();
    failedAt = Number.NEGATIVE_INFINITY;
    known = jose.createLocalJWKSet(remote.jwks() ?? { keys: [] });
    return known;
  }

  /** Brings known keys up to date where the issuer answers soon. */
  async function refresh(): Promise<void> {
    const isFresh = clock.now() - fetchedAt < KEYS_AGE;
    if (isFresh || clock.now() - failedAt < PAUSE) return;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(() => {
        failedAt = clock.now();
        resolve();
      }, REFRESH_TIMEOUT);
      fetchKeys()
        .catch(() => undefined)
        .finally(() => {
          clock.clearTimeout(timer);
          resolve();
        });
    });
  }

  /**
   * A token is refused where the set has no key for it. Any other failure is the set's own, whose key may be broken:
   * the one that was of use before goes on.
   */
  async function find(keys: JWTVerifyGetKey, ...[header, token]: Parameters<JWTVerifyGetKey>) {
    try {
      const key = await keys(header, token);
      lastUsed = keys;
      return key;
    } catch (error) {
      const aboutToken = [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported];
      if (aboutToken.some((type) => error instanceof type)) throw error;
      if (lastUsed !== undefined && lastUsed !== keys) return lastUsed(header, token);
      throw new GatewayError('UPSTREAM_UNAVAILABLE', CANNOT_READ, { cause: error });
    }
  }

  return async (header, token) => {
    if (known !== undefined) await refresh();
    try {
      return await find(known ?? (await fetchKeys()), header, token);
    } catch (error) {
      // The issuer may have begun to sign with a new key a moment ago.
      if (!(error instanceof JWKSNoMatchingKey) || clock.now() - fetchedAt < COOLDOWN) throw error;
      if (clock.now() - failedAt < COOLDOWN) throw new GatewayError('UPSTREAM_UNAVAILABLE', CANNOT_READ);
      return find(await fetchKeys(), header, token);
    }
  };
}
