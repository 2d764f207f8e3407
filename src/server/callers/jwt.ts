import { readFileSync } from 'node:fs';
import { createRemoteJWKSet, errors, importSPKI, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { JwtConfig } from '../../config/callers.ts';
import { isRole, type TokenHolder } from './tokens.ts';

/** Signatures that are taken: none with a shared secret, which a public key could be mistaken for. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** How long fetched keys are used, in milliseconds: a key that is withdrawn ends its streams within half a minute. */
const KEYS_AGE = 10_000;

/** Seconds by which the clocks of issuer and gateway may differ. */
const CLOCK_TOLERANCE = 5;

/** Checks JWTs of callers. */
export interface JwtVerifier {
  /**
   * The caller that a JWT names, and when it ends in milliseconds since 1970; why it is refused otherwise.
   * @throws when the keys cannot be had
   */
  verify(token: string): Promise<(TokenHolder & { readonly endsAt: number }) | string>;
  /** Forgets the keys, so that they are read again. */
  reload(): void;
}

/** Creates a verifier; keys are fetched or read with the first JWT. */
export function createJwtVerifier({ keys, issuer, audience, roleClaim }: JwtConfig): JwtVerifier {
  const remote: JWTVerifyGetKey | undefined =
    'url' in keys ? createRemoteJWKSet(new URL(keys.url), { cacheMaxAge: KEYS_AGE, timeoutDuration: 5000 }) : undefined;
  const locals = new Map<string, Promise<CryptoKey>>();

  const keyFor: JWTVerifyGetKey = async (header, token) => {
    if (remote !== undefined) return remote(header, token);
    const { alg } = header;
    const key = locals.get(alg) ?? importSPKI(readFileSync('file' in keys ? keys.file : '', 'utf8'), alg);
    locals.set(alg, key);
    return key;
  };

  return {
    reload: () => locals.clear(),
    async verify(token) {
      let payload: JWTPayload;
      try {
        ({ payload } = await jwtVerify(token, keyFor, {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE,
          requiredClaims: ['exp', 'sub'],
        }));
      } catch (error) {
        return reasonOf(error);
      }
      const role = roleIn(payload, roleClaim);
      if (role === undefined) return `The token names no role of the gateway in its claim '${roleClaim}'.`;
      return { name: String(payload.sub), role, endsAt: (payload.exp ?? 0) * 1000 };
    },
  };
}

/** Why a JWT is refused, in words that hold nothing of it. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token's claim '${error.claim}' is not the one needed.`;
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw error;
  return 'The token is not signed by a key of its issuer, or is no JWT.';
}

/** The role in a claim; of a list the most that it allows. */
function roleIn(payload: JWTPayload, path: string): TokenHolder['role'] | undefined {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], payload);
  const roles = (Array.isArray(value) ? value : [value]).filter(isRole);
  return roles.includes('operator') ? 'operator' : roles[0];
}
