import type { IncomingMessage } from 'node:http';

/**
 * Address of the client of a request.
 * @param trusted how many proxies stand before the gateway. The entry of X-Forwarded-For that the outermost of them has
 * written is the client; entries before it may have been written by anybody
 */
export function addressOf({ headers, socket }: IncomingMessage, trusted: number): string {
  const own = socket.remoteAddress ?? 'unknown';
  const forwarded = headers['x-forwarded-for'];
  if (trusted === 0 || forwarded === undefined) return own;
  const hops = String(forwarded)
    .split(',')
    .map((hop) => hop.trim());
  return hops.at(-trusted) || hops[0] || own;
}
