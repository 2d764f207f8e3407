import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Asset, FOREVER, sendAsset } from '../http/asset.ts';
import type { HttpExchange } from '../http/exchange.ts';
import { HttpRefusal } from '../http/refusal.ts';
import type { ConsoleFiles } from './files.ts';
import { type ConsoleOptions, renderConsolePage } from './page.ts';

/** Path that the page of the console is served at. */
export const CONSOLE_PATH = '/console';

const ASSETS = `${CONSOLE_PATH}/assets/`;

/** Nothing but what the gateway serves, and no style or script inside the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the console from memory. */
export interface Console {
  /** Whether there is anything to serve. */
  readonly isBuilt: boolean;
  /** Whether a path is one of the console's. */
  owns(path: string): boolean;
  /**
   * Answers a GET or HEAD request for one of its paths.
   * @throws HttpRefusal 404 where there is no such file, or no console
   */
  serve(exchange: HttpExchange): void;
}

/**
 * Creates what serves the console.
 * @param files undefined where it is switched on and was never built: whoever asks is told so
 */
export function createConsole(options: ConsoleOptions, files: ConsoleFiles | undefined): Console {
  const owns = (path: string) => path === CONSOLE_PATH || path.startsWith(`${CONSOLE_PATH}/`);
  if (files === undefined) {
    const serve = () => {
      throw new HttpRefusal(404, 'This gateway was started without a built console; npm ci builds it.');
    };
    return { isBuilt: false, owns, serve };
  }
  const { digest, assets, reloads } = files;
  // The page refers to everything relative to its own address, so that a proxy may put a prefix before it.
  const place = `${ASSETS.slice(1)}${digest}`;
  const render = (tag: string) => renderConsolePage({ ...options, reloads, tag }, place);
  // The page holds its own tag, by which it finds out later that there is another version.
  const tag = createHash('sha256').update(render('')).digest('hex').slice(0, 16);
  const page = toPage(render(tag));
  const etag = `W/"${tag}"`;
  const common = { policy: CONTENT_SECURITY_POLICY, vary: 'accept-encoding' };

  function assetAt(path: string): Asset | undefined {
    const folder = `${ASSETS}${digest}/`;
    return path.startsWith(folder) ? assets.get(path.slice(folder.length)) : undefined;
  }

  return {
    isBuilt: true,
    owns,
    serve(exchange) {
      const { path } = exchange.target;
      if (path === `${CONSOLE_PATH}/`) return exchange.sendEmpty(302, ['location', `..${CONSOLE_PATH}`]);
      const isPage = path === CONSOLE_PATH;
      const asset = isPage ? page : assetAt(path);
      if (asset === undefined) throw new HttpRefusal(404, 'The console has no such file.');
      exchange.applyHeaders();
      sendAsset(exchange, asset, isPage ? { ...common, caching: 'no-cache', etag } : { ...common, caching: FOREVER });
    },
  };
}

function toPage(html: string): Asset {
  const plain = Buffer.from(html);
  const coded = new Map([['br', brotliCompressSync(plain)] as const, ['gzip', gzipSync(plain)] as const]);
  return { type: 'text/html; charset=utf-8', plain, coded };
}
