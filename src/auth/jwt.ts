import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { errors, JWTPayload, JWTVerifyGetKey } from 'jose';
import type { JwtConfig } from '../config/callers.ts';
import { isRole, type TokenHolder } from './tokens.ts';

/** Signatures that are taken: none with a shared secret, which a public key could be mistaken for. */
const ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

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
  let remote: JWTVerifyGetKey | undefined;
  let local: { readonly key: KeyObject; readonly algorithms: readonly string[] } | undefined;
  const readLocal = () => {
    if ('url' in keys) return undefined;
    const key = createPublicKey(readFileSync(keys.file));
    local ??= { key, algorithms: ALGORITHMS.filter((algorithm) => fits(algorithm, key)) };
    return local;
  };

  return {
    reload() {
      local = undefined;
    },
    async verify(token) {
      // Loaded with the first JWT: most gateways never see one.
      const jose = await import('jose');
      if ('url' in keys)
        remote ??= jose.createRemoteJWKSet(new URL(keys.url), { cacheMaxAge: KEYS_AGE, timeoutDuration: 5000 });
      let payload: JWTPayload;
      try {
        const own = local ?? readLocal();
        const rules = {
          issuer,
          audience,
          algorithms: [...(own?.algorithms ?? ALGORITHMS)],
          clockTolerance: CLOCK_TOLERANCE,
          requiredClaims: ['exp', 'sub'],
        };
        ({ payload } =
          own === undefined
            ? await jose.jwtVerify(token, remote as JWTVerifyGetKey, rules)
            : await jose.jwtVerify(token, own.key, rules));
      } catch (error) {
        return reasonOf(error, jose.errors);
      }
      const role = roleIn(payload, roleClaim);
      if (role === undefined) return `The token names no role of the gateway in its claim '${roleClaim}'.`;
      return { name: String(payload.sub), role, endsAt: (payload.exp ?? 0) * 1000 };
    },
  };
}

/** Whether a key can make signatures of an algorithm. */
function fits(algorithm: string, { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (/^[RP]S/.test(algorithm)) return type === 'rsa' || (algorithm.startsWith('PS') && type === 'rsa-pss');
  if (algorithm === 'EdDSA') return type === 'ed25519' || type === 'ed448';
  return type === 'ec' && CURVES[algorithm] === details?.namedCurve;
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

/** Why a JWT is refused, in words that hold nothing of it. */
function reasonOf(
  error: unknown,
  { JWTExpired, JWTClaimValidationFailed, JWKSTimeout, JOSEError }: typeof errors,
): string {
  if (error instanceof JWTExpired) return 'The token has expired.';
  if (error instanceof JWTClaimValidationFailed) return `The token's claim '${error.claim}' is not the one needed.`;
  if (error instanceof JWKSTimeout || !(error instanceof JOSEError)) throw error;
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
