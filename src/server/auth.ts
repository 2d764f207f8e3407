import { GatewayError } from '../errors.ts';
import type { Credentials } from '../schema/context.ts';

/**
 * The credentials of a request, or the UNAUTHENTICATED error that says why there are none.
 *
 * Only what Harper certainly takes for a login counts. Harper treats an unknown scheme, or Basic with nothing in it, as no
 * login at all, and a request without login from this machine or over the domain socket as a super user's (harper.md,
 * "Transport"): passing such a header on would let anyone in.
 * @param header the Authorization header of the request
 * @param own the gateway's own Authorization, for callers that bring none (SERVICE mode)
 */
export function credentialsOf(header: string | undefined, own?: string): Credentials | GatewayError {
  if (header === undefined) {
    if (own !== undefined) return { authorization: own };
    return unauthenticated('Send your Harper login in an Authorization header (Basic or Bearer).');
  }
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
