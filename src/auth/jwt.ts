import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { errors, JWTPayload, JWTVerifyGetKey } from 'jose';
import type { JwtConfig } from '../config/callers.ts';
import { GatewayError } from '../errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import { isRole, type Role } from './caller.ts';
import { createJwks } from './jwks.ts';
import type { TokenHolder } from './tokens.ts';

/** Accepted signatures. None has a shared secret, for which a public key could be taken by mistake. */
const PKCS1 = ['RS256', 'RS384', 'RS512'];
const PSS = ['PS256', 'PS384', 'PS512'];
const BY_CURVE = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);
const ALGORITHMS = [...PKCS1, ...PSS, ...BY_CURVE.values(), 'EdDSA'];

/** Bits of the shortest RSA key that is accepted (RFC 7518, section 3.3). */
const MIN_RSA_BITS = 2048;

/** Seconds by which the clocks of issuer and gateway may differ. */
const CLOCK_TOLERANCE = 5;

/** Characters of the longest name of a caller. */
const MAX_NAME = 256;

/** Verifies JWTs of callers. */
export interface JwtVerifier {
  /**
   * The caller that a JWT names; UNAUTHENTICATED with the reason; or UPSTREAM_UNAVAILABLE when the issuer's keys cannot
   * be fetched.
   */
  verify(token: string): Promise<TokenHolder | GatewayError>;
  /**
   * Reads JWT_KEY_FILE, where it is set; needed before the first JWT.
   * @throws Error that names the setting when the file holds no usable key; the key read before stays in use
   */
  readKey(): void;
}

interface Keys {
  readonly getKey: JWTVerifyGetKey;
  readonly algorithms: string[];
}

/** Creates a verifier; keys of a JWKS are fetched with the first JWT. */
export function createJwtVerifier(config: JwtConfig, clock: Clock = SYSTEM_CLOCK): JwtVerifier {
  const { keys, issuer, audience, roleClaim } = config;
  const rules = { issuer, audience, clockTolerance: CLOCK_TOLERANCE, requiredClaims: ['exp', 'sub'] };
  let source: Keys | undefined;
  return {
    readKey() {
      if ('file' in keys) source = readKeyFile(keys.file);
    },
    async verify(token) {
      // Loaded with the first JWT, since most gateways never see one.
      const jose = await import('jose');
      if ('url' in keys) source ??= { getKey: createJwks(keys.url, jose, clock), algorithms: ALGORITHMS };
      if (source === undefined) throw new Error('the key file was not read');
      const { getKey, algorithms } = source;
      try {
        const { payload } = await jose.jwtVerify(token, getKey, {
          ...{ ...rules, algorithms },
          currentDate: new Date(clock.date()),
        });
        const name = nameIn(payload);
        if (name === undefined) return refusal(`The token's claim 'sub' is no text of 1 to ${MAX_NAME} characters.`);
        const role = roleIn(payload, roleClaim.split('.'));
        if (role !== undefined) return { name, role, endsAt: (payload.exp ?? 0) * 1000 };
        return refusal(`The token names no role of the gateway in its claim '${roleClaim}'.`);
      } catch (error) {
        return failureOf(error, jose.errors);
      }
    },
  };
}

function readKeyFile(path: string): Keys {
  try {
    const key = createPublicKey(readFileSync(path));
    const algorithms = algorithmsOf(key);
    if (algorithms.length > 0) return { getKey: async () => key, algorithms };
    throw new Error(`the key is neither RSA of ${MIN_RSA_BITS} bits or more, nor Ed25519, nor on a supported curve`);
  } catch (error) {
    throw new Error(`JWT_KEY_FILE: ${(error as Error).message}`, { cause: error });
  }
}

/** The signatures that a key can verify; none for one that is not accepted. */
function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): string[] {
  if (type === 'ed25519') return ['EdDSA'];
  if (type === 'ec') return [BY_CURVE.get(details.namedCurve ?? '')].filter((name) => name !== undefined);
  if ((details.modulusLength ?? 0) < MIN_RSA_BITS) return [];
  return type === 'rsa' ? [...PKCS1, ...PSS] : type === 'rsa-pss' ? PSS : [];
}

/** Why a JWT is not accepted, in words that hold nothing of it. Anything else is a fault of the gateway, and thrown. */
function failureOf(error: unknown, { JWTExpired, JWTClaimValidationFailed, JOSEError }: typeof errors): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof JWTExpired) return refusal('The token has expired.');
  if (error instanceof JWTClaimValidationFailed)
    return refusal(`The token's claim '${error.claim}' is not the one needed.`);
  if (error instanceof JOSEError) return refusal('The token is not signed by a key of its issuer, or is no JWT.');
  throw error;
}

function refusal(message: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', message);
}

/** Who a token is for. Claims come from the wire: `sub` may be of any type. */
function nameIn({ sub }: { readonly sub?: unknown }): string | undefined {
  return typeof sub === 'string' && sub.length > 0 && sub.length <= MAX_NAME ? sub : undefined;
}

/** The role in a claim; of a list the most powerful. */
function roleIn(payload: JWTPayload, path: readonly string[]): Role | undefined {
  let value: unknown = payload;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  const roles = (Array.isArray(value) ? value : [value]).filter(isRole);
  return roles.includes('operator') ? 'operator' : roles[0];
}
