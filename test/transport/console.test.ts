import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeConsole } from '../../scripts/console/write.ts';
import { startPrefixProxy } from '../support/prefix-proxy.ts';
import { ADMIN, type Stack, type StackOptions, startStack, VIEWER } from '../support/stack.ts';

const SCRIPT = `console.log('${'long enough to be compressed '.repeat(50)}');\n`;
const STYLES = 'body { margin: 0 }\n';
const DOCUMENT = 'query Who { viewer { username } }';
const CHANGE = 'mutation Change { removeNode(input: { nodeName: "node-2" }) { message } }';

/** A console like the built one, of which each byte is known. */
let folder: string;
let digest: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'harper-gateway-console-'));
  digest = await writeConsole(folder, {
    files: new Map([
      ['console.js', SCRIPT],
      ['console.css', STYLES],
    ]),
    documents: [DOCUMENT],
    licenses: '',
  });
});
afterAll(() => rm(folder, { recursive: true }));

const start = (settings: StackOptions['settings'] = {}) =>
  startStack({ sandbox: { nodes: 1 }, settings, consoleFolder: pathToFileURL(`${folder}/`) });

interface Sent {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** Sends a path as it is: fetch would shorten it, and follow where it leads. */
async function send(
  { url }: Pick<Stack, 'url'>,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Sent> {
  const { hostname, port } = new URL(url);
  const asked = request({ hostname, port, path, method, headers });
  asked.end();
  const [answer] = await once(asked, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { 'content-encoding': coding } = answer.headers;
  const plain = coding === 'br' ? brotliDecompressSync : coding === 'gzip' ? gunzipSync : (same: Buffer) => same;
  const decoded = body.length === 0 ? '' : plain(body).toString();
  return { status: answer.statusCode, headers: answer.headers, body: decoded };
}

describe('the console', () => {
  it('is a page that anybody may read, of files beside it that are kept for good', async () => {
    await using stack = await start();
    const page = await send(stack, '/console');
    expect([page.status, page.headers['content-type'], page.headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    const references = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, reference]) => reference);
    expect(references).toEqual([
      'data:,',
      `console/assets/${digest}/console.css`,
      `console/assets/${digest}/console.js`,
    ]);
    for (const [name, content, type] of [
      ['console.css', STYLES, 'text/css; charset=utf-8'],
      ['console.js', SCRIPT, 'text/javascript; charset=utf-8'],
    ]) {
      const asset = await send(stack, `/console/assets/${digest}/${name}`);
      expect([asset.status, asset.body, asset.headers['content-type']]).toEqual([200, content, type]);
      expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  it('runs nothing but its own files, and is shown in no frame', async () => {
    await using stack = await start();
    for (const path of ['/console', `/console/assets/${digest}/console.js`]) {
      const { headers } = await send(stack, path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      });
    }
    const { body } = await send(stack, '/console');
    expect(body).not.toMatch(/<style|style=|<script(?! type="module" src=| type="application\/json")/);
  });

  it.each([
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, gzip;q=0.1', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *;q=0.5', 'gzip'],
    ['identity, br;q=0.5', undefined],
    ['gzip;q=0', undefined],
    ['zstd', undefined],
    ['', undefined],
    ['nonsense;;q=x', undefined],
  ])('is sent to a client that takes %j as %s, by GET and by HEAD', async (accepted, coding) => {
    await using stack = await start();
    for (const path of ['/console', `/console/assets/${digest}/console.js`]) {
      const headers = { 'accept-encoding': accepted };
      const get = await send(stack, path, { headers });
      const head = await send(stack, path, { method: 'HEAD', headers });
      expect([get.status, get.headers['content-encoding'], get.headers.vary]).toEqual([200, coding, 'accept-encoding']);
      expect(get.body).toBe((await send(stack, path)).body);
      expect([head.status, head.body]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length', 'content-encoding', 'cache-control', 'etag', 'vary']) {
        expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
      }
    }
  });

  it('is not sent again to who has this version of the page', async () => {
    await using stack = await start();
    const { etag } = (await send(stack, '/console')).headers;
    expect(etag).toMatch(/^W\/"\w+"$/);
    for (const known of [etag, String(etag).slice(2), `"other", ${etag}`, '*']) {
      const headers = { 'if-none-match': String(known), 'accept-encoding': 'br' };
      const same = await send(stack, '/console', { headers });
      expect([same.status, same.body, same.headers.etag]).toEqual([304, '', etag]);
      expect(same.headers).toMatchObject({ 'cache-control': 'no-cache', vary: 'accept-encoding' });
    }
    for (const unknown of ['"other"', 'W/"other"', '']) {
      expect((await send(stack, '/console', { headers: { 'if-none-match': unknown } })).status).toBe(200);
    }
    await using other = await start({ GRAPHIQL: 'false' });
    expect((await send(other, '/console', { headers: { 'if-none-match': String(etag) } })).status).toBe(200);
  });

  it.each([
    ['no-such-file.js'],
    ['console.js/'],
    ['console.js.gz'],
    ['console.js%00'],
    ['constructor'],
    ['__proto__'],
    [''],
    ['../manifest.json'],
    ['..%2fmanifest.json'],
    ['%2e%2e/documents.json'],
    ['..\\manifest.json'],
    ['....//package.json'],
    ['../../../package.json'],
    ['/etc/passwd'],
  ])('has no file %j', async (name) => {
    await using stack = await start();
    const answer = await send(stack, `/console/assets/${digest}/${name}`);
    expect([answer.status, JSON.parse(answer.body).errors[0]]).toMatchObject([
      404,
      { message: 'The console has no such file.', extensions: { code: 'BAD_REQUEST' } },
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['/consol', 404],
    ['/consoles', 404],
    ['/Console', 404],
    ['/console/nodes', 404],
    ['/console/assets/', 404],
    ['/console/assets/000000000000/console.js', 404],
    ['//console', 404],
    ['/console?view=nodes', 200],
  ])('answers %s with %i', async (path, status) => {
    await using stack = await start();
    expect((await send(stack, path)).status).toBe(status);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('takes no %s', async (method) => {
    await using stack = await start();
    for (const path of ['/console', '/console/', `/console/assets/${digest}/console.js`]) {
      expect((await send(stack, path, { method })).status).toBe((await send(stack, '/nope', { method })).status);
    }
  });

  it('is where / leads, and /console/, by addresses that a prefix of a proxy does not break', async () => {
    await using stack = await start();
    await using proxy = await startPrefixProxy('/ops/harper');
    proxy.leadTo(Number(new URL(stack.url).port));
    for (const path of ['/', '/console/', '/console']) {
      const page = await fetch(`${proxy.url}${path}`);
      expect([page.status, page.url]).toEqual([200, `${proxy.url}/console`]);
      const script = (await page.text()).match(/src="([^"]+)"/)?.[1] ?? '';
      expect(await (await fetch(new URL(script, page.url))).text()).toBe(SCRIPT);
    }
  });

  it('is under the path of PUBLIC_URL, which a proxy may take off or leave', async () => {
    await using stack = await start({ PUBLIC_URL: 'https://ops.example/harper' });
    for (const path of ['/', '/harper', '/harper/']) {
      expect((await send(stack, path)).headers.location).toBe('/harper/console');
    }
    for (const path of ['/console/', '/harper/console/']) {
      const { status, headers } = await send(stack, path);
      expect([status, new URL(String(headers.location), 'https://ops.example/harper/console/').pathname]).toEqual([
        302,
        '/harper/console',
      ]);
    }
    for (const path of ['/console', '/harper/console', `/harper/console/assets/${digest}/console.js`]) {
      expect((await send(stack, path)).status).toBe(200);
    }
  });

  it('is not there with CONSOLE=false, and / leads to GraphQL', async () => {
    await using stack = await start({ CONSOLE: 'false' });
    for (const path of ['/console', '/console/', `/console/assets/${digest}/console.js`]) {
      expect((await send(stack, path)).status).toBe(404);
    }
    expect((await send(stack, '/')).headers.location).toBe('/graphql');
  });

  it('that was never built is missed at the start and by who asks for it, and by nothing else', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      consoleFolder: pathToFileURL(join(folder, 'nowhere/')),
    });
    expect(stack.logs.filter((line) => line.includes('The console is not there'))).toHaveLength(1);
    const answer = await send(stack, '/console');
    expect([answer.status, JSON.parse(answer.body).errors[0].message]).toEqual([
      404,
      'This gateway was started without a built console; npm ci builds it.',
    ]);
    expect((await send(stack, '/')).headers.location).toBe('/graphql');
    expect((await stack.ask('{ viewer { username } }')).data).toEqual({ viewer: { username: 'admin' } });
  });

  it('is told which logins there are, and no login but the one that everybody knows', async () => {
    const optionsOf = async (stack: Stack) => {
      const { body, headers } = await send(stack, '/console');
      const { tag, ...options } = JSON.parse(body.match(/id="options">(.*?)<\/script>/)?.[1] ?? '');
      // The page knows its own version by it.
      expect(headers.etag).toBe(`W/"${tag}"`);
      return options;
    };
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    await using forward = await start({ GRAPHIQL: 'false' });
    expect(await optionsOf(forward)).toEqual({ auth: 'password', graphiql: false, version, reloads: false });
    await using anyone = await startStack({
      sandbox: { nodes: 1 },
      settings: { HARPER_USERNAME: 'admin', INSECURE_NO_AUTH: 'true' },
      environment: { HARPER_PASSWORD: 'sandbox' },
      consoleFolder: pathToFileURL(`${folder}/`),
    });
    expect(await optionsOf(anyone)).toEqual({ auth: 'none', graphiql: true, version, reloads: false });
    // A page of another name that points at this machine gets nothing, the console included.
    const foreign = await send(anyone, '/console', { headers: { host: 'evil.example' } });
    expect([foreign.status, foreign.body]).toEqual([403, expect.stringContaining('serves its own machine only')]);
  });
});

describe('the documents of the console', () => {
  const query = (stack: Stack, document: string, as = ADMIN) => stack.ask(document, { as });

  it('are trusted beside those of TRUSTED_DOCUMENTS, while it is served', async () => {
    const manifest = join(folder, 'trusted.json');
    await writeFile(manifest, JSON.stringify({ 'sha256:1': 'query Mine { viewer { role } }' }));
    await using stack = await start({ TRUSTED_DOCUMENTS: manifest });
    expect((await query(stack, 'query Mine { viewer { role } }')).errors).toEqual([]);
    expect((await query(stack, DOCUMENT, VIEWER)).data).toEqual({ viewer: { username: 'viewer' } });
    for (const other of ['query Other { viewer { username } }', CHANGE]) {
      expect((await query(stack, other)).errors[0]?.extensions).toMatchObject({ limit: 'TRUSTED_DOCUMENTS' });
    }
    await using without = await start({ TRUSTED_DOCUMENTS: manifest, CONSOLE: 'false' });
    expect((await query(without, DOCUMENT)).errors[0]?.extensions).toMatchObject({ limit: 'TRUSTED_DOCUMENTS' });
  });
});
