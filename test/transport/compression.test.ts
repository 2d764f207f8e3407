import { createServer } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { getIntrospectionQuery } from 'graphql';
import { Pool } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/observability/logger.ts';
import { createCompression } from '../../src/transport/http/compression.ts';
import { HttpExchange } from '../../src/transport/http/exchange.ts';
import { listen } from '../support/listen.ts';
import { ADMIN, startStack } from '../support/stack.ts';

const stack = await startStack({ sandbox: { nodes: 2 } });
const client = new Pool(new URL(stack.url).origin, { connections: 4 });
afterAll(async () => {
  await client.close();
  await stack[Symbol.asyncDispose]();
});

const LONG = getIntrospectionQuery();
const SHORT = '{ viewer { username } }';
/** An answer that readers who ask at the same time share. */
const FIELDS = '{ nodeName url connections { id name url state shard startTime revokedCertificates } }';
const STATUS = `{ ${Array.from({ length: 25 }, (_, at) => `a${at}: clusterStatus ${FIELDS}`).join(' ')} }`;

interface Sent {
  readonly method?: 'POST' | 'GET' | 'HEAD';
  readonly accept?: string;
  readonly path?: string;
}

async function send(query: string, encoding: string | undefined, { method = 'POST', accept, path }: Sent = {}) {
  const answer = await client.request({
    method,
    path: path ?? (method === 'POST' ? '/graphql' : `/graphql?query=${encodeURIComponent(query)}`),
    headers: {
      authorization: ADMIN,
      'content-type': 'application/json',
      ...(accept !== undefined && { accept }),
      ...(encoding !== undefined && { 'accept-encoding': encoding }),
    },
    ...(method === 'POST' && { body: JSON.stringify({ query }) }),
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, bytes };
}

const decoders = new Map([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
]);

function textOf({ headers, bytes }: Awaited<ReturnType<typeof send>>): string {
  const decode = decoders.get(String(headers['content-encoding']));
  return String(decode === undefined ? bytes : decode(bytes));
}

/** What a client sends, and what comes: by RFC 9110, 12.5.3. */
const NEGOTIATED: [string | undefined, string | undefined][] = [
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  ['deflate, zstd', undefined],
  ['gzip', 'gzip'],
  ['br', 'br'],
  ['GZIP', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, br;q=0.9', 'gzip'],
  ['br, gzip', 'br'],
  ['gzip;q=0.5, br', 'br'],
  ['gzip;q=0, br;q=0', undefined],
  ['gzip;q=0, *', 'br'],
  ['identity;q=0, gzip', 'gzip'],
  ['identity, gzip;q=0.5', undefined],
  ['constructor, __proto__', undefined],
  [';;;', undefined],
];

describe('a long answer', () => {
  it.each(NEGOTIATED)('is compressed for whom Accept-Encoding %j allows it: %s', async (encoding, expected) => {
    const plain = await send(LONG, undefined);
    const answer = await send(LONG, encoding);
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, expected]);
    expect(textOf(answer)).toBe(String(plain.bytes));
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    expect(answer.headers.vary).toBe('accept-encoding');
    if (expected !== undefined) expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 5);
  });

  it.each(['br', 'gzip'])('is the same by %s for many who share it as for each alone', async (encoding) => {
    const plain = String((await send(STATUS, undefined)).bytes);
    expect(plain).toMatch(/^{"data"/);
    expect(plain.length).toBeGreaterThan(4096);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => send(STATUS, at % 3 ? encoding : undefined)),
    );
    for (const answer of answers) expect(textOf(answer)).toBe(plain);
    const asked = answers.filter((_, at) => at % 3 > 0).map(({ headers }) => headers['content-encoding']);
    // They may be of several statuses. Where more than two are being compressed, another goes out as it is.
    expect(new Set(asked)).toContain(encoding);
    expect(new Set([...asked, encoding, undefined])).toEqual(new Set([encoding, undefined]));
    for (const [at, { headers }] of answers.entries())
      if (at % 3 === 0) expect(headers).not.toHaveProperty('content-encoding');
  });

  it('has the same headers for HEAD as for GET', async () => {
    const [get, head] = await Promise.all([
      send(LONG, 'gzip', { method: 'GET' }),
      send(LONG, 'gzip', { method: 'HEAD' }),
    ]);
    expect([get.headers['content-encoding'], head.bytes.length]).toEqual(['gzip', 0]);
    for (const name of ['content-type', 'content-length', 'content-encoding', 'vary']) {
      expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
    }
  });

  it('is compressed from /metrics, too', async () => {
    const { headers, bytes } = await send('', 'gzip', { method: 'GET', path: '/metrics' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(String(gunzipSync(bytes))).toContain('harper_gateway_');
  });

  it('is compressed only where COMPRESSION_MIN_BYTES says so', async () => {
    await using other = await startStack({ sandbox: { nodes: 1 }, settings: { COMPRESSION_MIN_BYTES: '0' } });
    const answer = await fetch(`${other.url}?query=${encodeURIComponent(LONG)}`, {
      headers: { authorization: ADMIN, 'accept-encoding': 'gzip', 'content-type': 'application/json' },
    });
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, null]);
    await answer.text();
  });
});

describe('what is not compressed', () => {
  it('is a short answer', async () => {
    const { headers, bytes } = await send(SHORT, 'gzip, br');
    expect([headers['content-encoding'], headers.vary]).toEqual([undefined, undefined]);
    expect(JSON.parse(String(bytes))).toEqual({ data: { viewer: { username: 'admin' } } });
  });

  it('is an event stream', async () => {
    const { headers, bytes } = await send(LONG, 'gzip, br', { accept: 'text/event-stream' });
    expect([headers['content-type'], headers['content-encoding']]).toEqual([
      'text/event-stream; charset=utf-8',
      undefined,
    ]);
    expect(String(bytes)).toContain('event: complete');
  });

  it('is what comes while two others are being compressed, but for a body that is among them', async () => {
    const compression = createCompression(1000);
    const bodies = Array.from({ length: 4 }, (_, at) => Buffer.alloc(100_000, `${at}`));
    const [first, second] = bodies as [Buffer, Buffer];
    const all = await Promise.all([...bodies, first, second].map((body) => compression.compress(body, 'gzip')));
    expect(all.map((each) => each && String(gunzipSync(each).subarray(0, 1)))).toEqual([
      ...['0', '1', undefined, undefined, '0', '1'],
    ]);
    // Once for all who share it, at the same time and later.
    expect([all[4], await compression.compress(first, 'gzip')]).toEqual([all[0], all[0]]);
    expect(all[4]).toBe(all[0]);
    expect(await compression.compress('x'.repeat(6000), 'br')).toBeDefined();
  });

  it('is an answer that cannot be compressed, which is a fault of the gateway', async () => {
    const lines: string[] = [];
    const logger = createLogger('error', { write: (line) => lines.push(line) });
    let faults = 0;
    const options = {
      ...{ headers: [], pathPrefix: '', addressOf: () => 'a', logger, onFault: () => (faults += 1) },
      unreadAnswers: { written: () => undefined, watch: () => undefined },
      linger: () => undefined,
      negotiation: { coding: () => 'gzip' as const },
      compression: { takes: () => true, compress: () => Promise.reject(new Error('no')) },
    };
    const server = createServer((req, res) => new HttpExchange(req, res, options).send(200, 'text/plain', 'as it is'));
    const answer = await fetch(`http://127.0.0.1:${await listen(server)}/`);
    expect([answer.status, answer.headers.get('content-encoding'), await answer.text()]).toEqual([
      ...[200, null, 'as it is'],
    ]);
    expect([faults, lines.length]).toEqual([1, 1]);
    server.closeAllConnections();
    server.close();
  });
});
