import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../../config/values.ts';
import type { Scrape } from '../../live/observe.ts';
import type { Refuse } from './refusal.ts';

/** Answers of /ready: whether requests should be sent here, and why not. */
export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: 'stopping' | 'harper'; readonly message: string };

export interface HealthOptions {
  /** Whether Harper can be reached and the gateway is not stopping. */
  readonly readiness: () => Promise<Readiness>;
  /** undefined: /metrics is switched off. */
  readonly scrape: Scrape | undefined;
  /** Opens /metrics to any address; without it only this machine may read them. */
  readonly metricsToken: string | undefined;
}

/** What orchestrators and monitors ask: /health, /ready and /metrics. */
export interface Health {
  owns(path: string): boolean;
  serve(req: IncomingMessage, res: ServerResponse, path: string, refuse: Refuse): Promise<void>;
}

/** Creates the endpoints. */
export function createHealth({ readiness, scrape, metricsToken }: HealthOptions): Health {
  const paths = new Set(scrape === undefined ? ['/health', '/ready'] : ['/health', '/ready', '/metrics']);
  return {
    owns: (path) => paths.has(path),
    async serve(req, res, path, refuse) {
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        res.setHeader('allow', 'GET, HEAD');
        return refuse(405, 'BAD_REQUEST', 'Only GET and HEAD are served here.');
      }
      if (path === '/health') return answer(res, 200, { status: 'ok' });
      if (path === '/ready') {
        const state = await readiness();
        return answer(
          res,
          state.ready ? 200 : 503,
          state.ready ? { status: 'ok' } : { status: 'unavailable', ...state },
        );
      }
      if (scrape === undefined || !mayReadMetrics(req, metricsToken))
        return refuse(403, 'FORBIDDEN', 'Metrics are for this machine, or for METRICS_TOKEN.');
      const text = await scrape.read();
      res.writeHead(200, { 'content-type': scrape.contentType, 'cache-control': 'no-store' });
      res.end(text);
      return undefined;
    },
  };
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}

/** With a token whoever has it; without one this machine only, and no proxy on it that speaks for others. */
function mayReadMetrics({ headers, socket }: IncomingMessage, token: string | undefined): boolean {
  if (token !== undefined) {
    const given = Buffer.from(headers.authorization ?? '');
    const expected = Buffer.from(`Bearer ${token}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  // A page may have pointed its own name at this machine.
  const isPage = headers.origin !== undefined || headers['sec-fetch-site'] === 'cross-site';
  return isLoopback(address) && isLoopback((headers.host ?? '').replace(/:\d+$/, '')) && !isForwarded && !isPage;
}
