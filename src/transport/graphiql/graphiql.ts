import type { IncomingMessage, ServerResponse } from 'node:http';
import { FOREVER, sendAsset } from '../http/asset.ts';
import { type Bundle, loadBundle } from './bundle.ts';
import type { PageOptions } from './page.ts';

/** What the page needs to know; its tabs are made here. */
export interface GraphiQLOptions extends Omit<PageOptions, 'tabs'> {
  /**
   * Path of the GraphQL endpoint, at which the page is served too, such as `/graphql`. The page refers to everything
   * relative to its own address, so that a proxy may put a prefix before it.
   */
  readonly basePath: string;
  /** A node that the samples add and remove. */
  readonly spareNode: string;
}

/** Serves GraphiQL, all of it from bytes of the gateway's own: no request leaves for anywhere else. */
export interface GraphiQL {
  /** Answers a GET or HEAD request with the page. */
  servePage(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Whether a path lies where the assets of the page are. */
  owns(path: string): boolean;
  /**
   * Answers a GET or HEAD request for an asset of the page.
   * @returns false where there is no such asset; nothing was answered then
   */
  serveAsset(req: IncomingMessage, res: ServerResponse, path: string): Promise<boolean>;
}

/** Creates GraphiQL for an endpoint. Its code, some 9 MB, is loaded and compressed when it is first asked for. */
export function createGraphiQL({ basePath, spareNode, ...pageOptions }: GraphiQLOptions): GraphiQL {
  const prefix = `${basePath}/assets/`;
  const folder = prefix.slice(basePath.lastIndexOf('/') + 1);
  let loading: Promise<Bundle> | undefined;
  const bundle = () => {
    loading ??= loadBundle(pageOptions, spareNode, folder);
    return loading;
  };
  return {
    owns: (path) => path.startsWith(prefix),
    async servePage(req, res) {
      sendAsset({ req, res }, (await bundle()).page, { ...COMMON, caching: 'no-store' });
    },
    async serveAsset(req, res, path) {
      const asset = path.startsWith(prefix) ? (await bundle()).assets.get(path.slice(prefix.length)) : undefined;
      if (asset === undefined) return false;
      sendAsset({ req, res }, asset, { ...COMMON, caching: FOREVER });
      return true;
    },
  };
}

/**
 * Nothing but what the gateway serves, and no other site may show the page in a frame and have its buttons pressed.
 * Monaco, GraphiQL's editor, writes styles of its own and draws with data: images and fonts.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const COMMON = { policy: CONTENT_SECURITY_POLICY, vary: 'accept, accept-encoding' };
