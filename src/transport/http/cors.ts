import type { HttpExchange } from './exchange.ts';
import type { Origins } from './origins.ts';

/** Methods of the GraphQL endpoint. */
export const METHODS = 'GET, HEAD, POST';
const REQUEST_HEADERS = 'Authorization, Content-Type, Last-Event-ID, X-Request-Id';
const SHOWN_HEADERS = 'X-Request-Id, Retry-After';
/** Seconds a browser may keep the answer to a preflight. */
const MAX_AGE = '600';

/**
 * Lets pages of listed origins read what is answered; every other origin gets no header at all.
 * @returns whether the request was a preflight, which is answered with that
 */
export function applyCors(exchange: HttpExchange, origins: Origins): boolean {
  const { req } = exchange;
  const { origin } = req.headers;
  if (origin === undefined || !origins.isListed(origin)) return false;
  exchange.setHeader('access-control-allow-origin', origin);
  exchange.setHeader('access-control-expose-headers', SHOWN_HEADERS);
  if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return false;
  exchange.sendEmpty(204, [
    ...['access-control-allow-methods', METHODS],
    ...['access-control-allow-headers', REQUEST_HEADERS],
    ...['access-control-max-age', MAX_AGE],
  ]);
  return true;
}
