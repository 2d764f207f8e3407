import type { IncomingMessage, ServerResponse } from 'node:http';

/** Lets pages of listed origins call the gateway from a browser; every other origin gets no header at all. */
export interface Cors {
  /** Whether a page of this origin may call. */
  allows(origin: string | undefined): boolean;
  /** Adds the headers to an answer. True when the request was a preflight, which is answered with that. */
  apply(req: IncomingMessage, res: ServerResponse): boolean;
}

const METHODS = 'GET, POST';
const REQUEST_HEADERS = 'Authorization, Content-Type, Last-Event-ID, X-Request-Id';
const SHOWN_HEADERS = 'X-Request-Id';
/** Seconds a browser may keep the answer to a preflight. */
const MAX_AGE = '600';

/** Creates the rules for a list of origins; an empty list allows none. */
export function createCors(origins: readonly string[]): Cors {
  const listed = new Set(origins);
  const allows = (origin: string | undefined) => origin !== undefined && listed.has(origin);
  return {
    allows,
    apply(req, res) {
      const { origin } = req.headers;
      if (listed.size > 0) res.setHeader('vary', 'origin');
      if (origin === undefined || !allows(origin)) return false;
      res.setHeader('access-control-allow-origin', origin);
      res.setHeader('access-control-expose-headers', SHOWN_HEADERS);
      if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return false;
      res.writeHead(204, {
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': REQUEST_HEADERS,
        'access-control-max-age': MAX_AGE,
      });
      res.end();
      return true;
    },
  };
}
