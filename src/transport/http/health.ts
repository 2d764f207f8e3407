import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../config/values.ts';
import type { Scrape } from '../../live/observe.ts';
import { type HttpExchange, JSON_TYPE } from './exchange.ts';
import type { Readiness } from './readiness.ts';
import { HttpRefusal } from './refusal.ts';
import { hostnameOf } from './target.ts';

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
  serve(exchange: HttpExchange): Promise<void>;
}

/** Creates the endpoints. */
export function createHealth({ readiness, scrape, metricsToken }: HealthOptions): Health {
  const paths = new Set(scrape === undefined ? ['/health', '/ready'] : ['/health', '/ready', '/metrics']);
  return {
    owns: (path) => paths.has(path),
    async serve(exchange) {
      const { req, target } = exchange;
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        throw new HttpRefusal(405, 'Only GET and HEAD are served here.', { headers: { allow: 'GET, HEAD' } });
      }
      if (target.path === '/health') return exchange.send(200, JSON_TYPE, '{"status":"ok"}');
      if (target.path === '/ready') {
        const state = await readiness();
        const { ready, ...more } = state;
        const body = ready ? { status: 'ok', ...more } : { status: 'unavailable', ...state };
        return exchange.send(ready ? 200 : 503, JSON_TYPE, JSON.stringify(body));
      }
      if (scrape === undefined || !mayReadMetrics(req, metricsToken)) {
        throw new HttpRefusal(403, 'Metrics are for this machine, or for METRICS_TOKEN.', { code: 'FORBIDDEN' });
      }
      return exchange.send(200, scrape.contentType, await scrape.read());
    },
  };
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
  return isLoopback(address) && isLoopback(hostnameOf(headers.host)) && !isForwarded && !isPage;
}
