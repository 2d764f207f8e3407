import { hash } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import { parseJson } from '../util/json.ts';

/** What Harper is called with. */
export type Credentials = ForwardedCredentials | OwnCredentials;

/** A caller's own login at Harper. */
export interface ForwardedCredentials {
  readonly kind: 'forwarded';
  /** The Authorization header as Harper takes it. */
  readonly authorization: string;
  /** Identifies the credentials wherever something is kept for them; holds no secret. */
  readonly key: string;
}

/** The gateway's own login, whatever its form. */
export interface OwnCredentials {
  readonly kind: 'own';
  readonly key: 'own';
}

/** The gateway's own login. */
export const OWN_CREDENTIALS: OwnCredentials = { kind: 'own', key: 'own' };

/** The login in an Authorization header. The key is its SHA-256. */
export function forwarded(authorization: string): ForwardedCredentials {
  return { kind: 'forwarded', authorization, key: hash('sha256', authorization, 'base64url') };
}

/**
 * The credentials in an Authorization header, or the UNAUTHENTICATED error that says why there are none.
 *
 * Only what Harper certainly takes for a login is accepted. Harper takes an unknown scheme, or Basic with nothing in
 * it, for no login. A request without login can count as a super user's there (docs/harper.md, "Transport"), so passing
 * such a header on would let anyone in.
 */
export function credentialsOf(header: string | undefined): ForwardedCredentials | GatewayError {
  const [, scheme = '', parameter = ''] = header?.trim().match(/^(\S+) +(\S+)$/) ?? [];
  const fault =
    header === undefined
      ? 'Send your Harper login in an Authorization header (Basic or Bearer).'
      : faultOf(scheme.toLowerCase(), parameter);
  if (fault !== undefined) return new GatewayError('UNAUTHENTICATED', fault);
  // HTTP ignores the scheme's case, Harper does not.
  return forwarded(`${scheme.toLowerCase() === 'basic' ? 'Basic' : 'Bearer'} ${parameter}`);
}

/** Why a scheme and its parameter are no login; undefined for one. */
function faultOf(scheme: string, parameter: string): string | undefined {
  if (parameter === '') return 'The Authorization header has no credentials.';
  if (scheme === 'bearer')
    return /^[A-Za-z0-9\-._~+/]+=*$/.test(parameter) ? undefined : 'The Bearer token has characters no token has.';
  if (scheme !== 'basic') return 'The Authorization header must be Basic or Bearer.';
  const bytes = Buffer.from(parameter, 'base64');
  // Decoders differ in what they make of anything but the canonical spelling.
  if (bytes.toString('base64') !== parameter) return 'The Basic credentials are not Base64.';
  const pair = bytes.toString('utf8');
  const colon = pair.indexOf(':');
  const isWhole = colon > 0 && colon < pair.length - 1;
  return isWhole ? undefined : 'The Basic credentials need a user name and a password.';
}

/**
 * The user name in credentials: that of Basic, or the claim `username` of a token; null where there is none. It is a
 * claim until Harper has accepted the credentials.
 */
export function userOf({ authorization }: ForwardedCredentials): string | null {
  const parameter = authorization.slice(authorization.indexOf(' ') + 1);
  if (authorization.startsWith('Basic ')) {
    return Buffer.from(parameter, 'base64').toString('utf8').split(':', 1)[0] ?? null;
  }
  const { username } = claimsOf(parameter);
  return typeof username === 'string' ? username : null;
}

/** When a JWT ends, in milliseconds since 1970; undefined where it does not say, or is none. */
export function expiryOf(token: string): number | undefined {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' ? exp * 1000 : undefined;
}

/** The claims of a JWT, which nobody has verified; none where the token is no JWT. */
function claimsOf(token: string): { readonly username?: unknown; readonly exp?: unknown } {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return typeof claims === 'object' && claims !== null ? claims : {};
}
