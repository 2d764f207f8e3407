import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Asset } from '../http/asset.ts';
import { PAGE_CSS, type PageOptions, renderPage } from './page.ts';
import { PAGE_SCRIPT, STORAGE_SCRIPT, workersScript } from './page-scripts.ts';
import { samples } from './samples.ts';

/** The page, and everything that it loads by a path relative to their folder. */
export interface Bundle {
  readonly page: Asset;
  readonly assets: ReadonlyMap<string, Asset>;
}

const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/**
 * Loads and compresses the page and its assets.
 * @param spareNode a node that the samples add and remove
 * @param folder where the page finds its assets, relative to its own address, with a slash at its end
 */
export async function loadBundle(
  options: Omit<PageOptions, 'tabs'>,
  spareNode: string,
  folder: string,
): Promise<Bundle> {
  const { css, editorWorkerService, graphqlWorker, js, jsonWorker } = await import(
    '@graphql-yoga/render-graphiql/graphiql'
  );
  const workers = { editorWorkerService, json: jsonWorker, graphql: graphqlWorker };
  const files: [name: string, type: string, text: string][] = [
    ['graphiql.css', CSS, css],
    ['page.css', CSS, PAGE_CSS],
    ['storage.js', SCRIPT, STORAGE_SCRIPT],
    ['workers.js', SCRIPT, workersScript(Object.keys(workers))],
    ['graphiql.js', SCRIPT, js],
    ['page.js', SCRIPT, PAGE_SCRIPT],
    ...Object.entries(workers).map(([name, text]): [string, string, string] => [`worker-${name}.js`, SCRIPT, text]),
  ];
  // The digest in the path lets browsers keep the assets for good and still get new ones after an upgrade.
  const hash = createHash('sha256');
  for (const [, , text] of files) hash.update(text);
  const digest = hash.digest('hex').slice(0, 12);
  const assets = await Promise.all(
    files.map(async ([name, type, text]) => [`${digest}/${name}`, await toAsset(type, text)] as const),
  );
  const tabs = samples(spareNode).map(({ query, variables }) => ({
    query,
    variables: variables ? JSON.stringify(variables, null, 2) : '',
  }));
  const page = await toAsset('text/html; charset=utf-8', renderPage({ ...options, tabs }, `${folder}${digest}`));
  return { page, assets: new Map(assets) };
}

async function toAsset(type: string, text: string): Promise<Asset> {
  const plain = Buffer.from(text);
  // Brotli would keep the first visitor waiting: 9 MB are compressed here, not at build time.
  return { type, plain, coded: new Map([['gzip', await promisify(gzip)(plain)] as const]) };
}
