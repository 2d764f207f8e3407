import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PAGE_CSS, PAGE_SCRIPT, type PageOptions, renderPage, STORAGE_SCRIPT } from './page.ts';
import { samples } from './samples.ts';

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

interface Bundle {
  readonly page: Asset;
  readonly assets: ReadonlyMap<string, Asset>;
}

/** What the page needs to know; its tabs are made here. */
export interface GraphiQLOptions extends Omit<PageOptions, 'tabs'> {
  /** A node that the samples add and remove. */
  readonly spareNode: string;
}

/** Serves GraphiQL, all of it from bytes of the gateway's own: no request leaves for anywhere else. */
export interface GraphiQL {
  /** Answers a request for the page or one of its assets; false when it is for neither. */
  serve(req: IncomingMessage, res: ServerResponse, path: string): Promise<boolean>;
}

/**
 * Creates GraphiQL for an endpoint. Its code, some 9 MB, is loaded and compressed when it is first asked for.
 * @param options login to fill in, whether one is needed, and a node for the samples
 */
export function createGraphiQL(options: GraphiQLOptions): GraphiQL {
  const prefix = `${options.endpoint}/assets`;
  let bundle: Promise<Bundle> | undefined;
  return {
    async serve(req, res, pathname) {
      const wantsPage = pathname === options.endpoint && (req.headers.accept ?? '').includes('text/html');
      if (req.method !== 'GET' || (!wantsPage && !pathname.startsWith(`${prefix}/`))) return false;
      bundle ??= loadBundle(options, prefix);
      const { page, assets } = await bundle;
      const asset = wantsPage ? page : assets.get(pathname);
      if (asset === undefined) return false;
      send(req, res, asset, wantsPage ? 'no-store' : 'public, max-age=31536000, immutable');
      return true;
    },
  };
}

/**
 * Nothing but what the gateway serves, and no other site may show the page in a frame and have its buttons pressed. Monaco, GraphiQL's
 * editor, writes styles of its own and draws with data: images and fonts.
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

function send(req: IncomingMessage, res: ServerResponse, { type, plain, gzipped }: Asset, caching: string): void {
  const zipped = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
  res.writeHead(200, {
    'content-type': type,
    'content-length': zipped ? gzipped.length : plain.length,
    'cache-control': caching,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    vary: 'accept, accept-encoding',
    ...(zipped && { 'content-encoding': 'gzip' }),
  });
  res.end(zipped ? gzipped : plain);
}

async function loadBundle(options: GraphiQLOptions, prefix: string): Promise<Bundle> {
  const { css, editorWorkerService, graphqlWorker, js, jsonWorker } = await import(
    '@graphql-yoga/render-graphiql/graphiql'
  );
  const workers = { editorWorkerService, json: jsonWorker, graphql: graphqlWorker };
  const files: [name: string, type: string, text: string][] = [
    ['graphiql.css', 'text/css; charset=utf-8', css],
    ['page.css', 'text/css; charset=utf-8', PAGE_CSS],
    ['storage.js', 'text/javascript; charset=utf-8', STORAGE_SCRIPT],
    ['workers.js', 'text/javascript; charset=utf-8', workersScript(Object.keys(workers))],
    ['graphiql.js', 'text/javascript; charset=utf-8', js],
    ['page.js', 'text/javascript; charset=utf-8', PAGE_SCRIPT],
    ...Object.entries(workers).map(([name, text]): [string, string, string] => [
      `worker-${name}.js`,
      'text/javascript; charset=utf-8',
      text,
    ]),
  ];
  // The digest in the path lets browsers keep the assets for good and still get new ones after an upgrade.
  const digest = createHash('sha256');
  for (const [, , text] of files) digest.update(text);
  const path = `${prefix}/${digest.digest('hex').slice(0, 12)}`;
  const assets = await Promise.all(
    files.map(async ([name, type, text]): Promise<[string, Asset]> => [`${path}/${name}`, await toAsset(type, text)]),
  );
  const { spareNode, ...pageOptions } = options;
  const tabs = samples(spareNode).map(({ query, variables }) => ({
    query,
    variables: variables ? JSON.stringify(variables, null, 2) : '',
  }));
  const page = await toAsset('text/html; charset=utf-8', renderPage({ ...pageOptions, tabs }, path));
  return { page, assets: new Map(assets) };
}

async function toAsset(type: string, text: string): Promise<Asset> {
  const plain = Buffer.from(text);
  return { type, plain, gzipped: await promisify(gzip)(plain) };
}

/** Tells Monaco, GraphiQL's editor, where its workers are; they lie beside this script. */
function workersScript(names: readonly string[]): string {
  return `'use strict';
(() => {
  const base = document.currentScript.src.replace(/[^/]*$/, '');
  const names = new Set(${JSON.stringify(names)});
  self.MonacoEnvironment = {
    globalAPI: false,
    getWorkerUrl: (_, label) => base + 'worker-' + (names.has(label) ? label : 'editorWorkerService') + '.js',
  };
})();
`;
}
