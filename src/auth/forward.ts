import { GatewayError } from '../errors.ts';

/** A login as Harper takes it. */
export interface Credentials {
  readonly authorization: string;
}

/**
 * The credentials of a request, or the UNAUTHENTICATED error that says why there are none.
 *
 * Only what Harper certainly takes for a login counts. Harper treats an unknown scheme, or Basic with nothing in it, as no
 * login at all, and a request without login from this machine or over the domain socket as a super user's (harper.md,
 * "Transport"): passing such a header on would let anyone in.
 * @param header the Authorization header of the request
 */
export function credentialsOf(header: string | undefined): Credentials | GatewayError {
  if (header === undefined)
    return unauthenticated('Send your Harper login in an Authorization header (Basic or Bearer).');
  const [, scheme, parameter] = header.trim().match(/^(\S+) +(\S+)$/) ?? [];
  if (scheme === undefined || parameter === undefined)
    return unauthenticated('The Authorization header has no credentials.');
  // HTTP ignores the scheme's case, Harper does not.
  if (scheme.toLowerCase() === 'basic') return basic(parameter);
  if (scheme.toLowerCase() === 'bearer') return bearer(parameter);
  return unauthenticated('The Authorization header must be Basic or Bearer.');
}

function basic(parameter: string): Credentials | GatewayError {
  const bytes = Buffer.from(parameter, 'base64');
  // Decoders differ in what they make of anything but the one right spelling.
  if (bytes.toString('base64') !== parameter) return unauthenticated('The Basic credentials are not Base64.');
  const pair = bytes.toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1 || colon === pair.length - 1)
    return unauthenticated('The Basic credentials need a user name and a password.');
  return { authorization: `Basic ${parameter}` };
}

function bearer(parameter: string): Credentials | GatewayError {
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(parameter))
    return unauthenticated('The Bearer token has characters no token has.');
  return { authorization: `Bearer ${parameter}` };
}

function unauthenticated(message: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', message);
}

/** The name in an Authorization header: of Basic, or the claim of a token, which counts once Harper has taken it. */
export function userOf(authorization: string): string | null {
  const parameter = authorization.slice(authorization.indexOf(' ') + 1);
  if (authorization.startsWith('Basic ')) {
    return Buffer.from(parameter, 'base64').toString('utf8').split(':', 1)[0] ?? null;
  }
  try {
    const claims = JSON.parse(Buffer.from(parameter.split('.')[1] ?? '', 'base64url').toString('utf8')) as object;
    const [name] = ['username' in claims && claims.username].filter((value) => typeof value === 'string');
    return name ?? null;
  } catch {
    return null;
  }
}
