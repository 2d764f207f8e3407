import { connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { ADMIN, startStack } from '../support/stack.ts';

const QUERY = '{ viewer { username } }';
const BODY = JSON.stringify({ query: QUERY });
const ANSWER = { data: { viewer: { username: 'admin' } } };

const stack = await startStack({ sandbox: { nodes: 1 } });
afterAll(() => stack[Symbol.asyncDispose]());

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const answer = await request(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: ADMIN, ...headers },
    body,
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: JSON.parse(text) };
}

/** Sends bytes as they are; the connection stays open until the answer has come whole. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(new URL(stack.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
      if (body.length >= length) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

const head = (...lines: string[]) => `${[...lines, `Authorization: ${ADMIN}`, '', ''].join('\r\n')}`;

describe('the bytes of a body', () => {
  it.each([
    ['gzip', gzipSync(BODY)],
    ['x-gzip', gzipSync(BODY)],
    ['GZIP', gzipSync(BODY)],
    ['br', brotliCompressSync(BODY)],
    ['deflate', deflateSync(BODY)],
    ['identity', Buffer.from(BODY)],
  ])('are decoded from %s', async (encoding, body) => {
    expect((await post(body, { 'content-encoding': encoding })).json).toEqual(ANSWER);
  });

  it.each(['zstd', 'compress', 'gzip, gzip', 'constructor', '__proto__'])('are refused in %s', async (encoding) => {
    const { status, headers, json } = await post(gzipSync(BODY), { 'content-encoding': encoding });
    expect([status, headers['accept-encoding']]).toEqual([415, 'gzip, br, deflate']);
    expect(json.errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  it('are refused where they are not encoded as they say', async () => {
    const { status, json } = await post(BODY, { 'content-encoding': 'gzip' });
    expect([status, json.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });

  it('are bounded after they are decoded, too', async () => {
    const bomb = gzipSync(JSON.stringify({ query: QUERY, extensions: { pad: ' '.repeat(8_000_000) } }));
    const { status, json } = await post(bomb, { 'content-encoding': 'gzip' });
    expect([status, json.errors[0].extensions]).toMatchObject([
      413,
      { code: 'LIMIT_EXCEEDED', limit: 'MAX_BODY_BYTES' },
    ]);
  });

  it.each([
    ['a lone continuation byte', Buffer.concat([Buffer.from('{"query":"{ a'), Buffer.from([0x80]), Buffer.from('"}')])],
    ['Latin-1', Buffer.from(JSON.stringify({ query: '{ peer(name: "ü") { name } }' }), 'latin1')],
    ['UTF-16', Buffer.from(BODY, 'utf16le')],
    ['a sequence that is cut', Buffer.from([0x22, 0xe2, 0x82])],
  ])('are refused where they are no UTF-8: %s', async (_, body) => {
    const { status, json, text } = await post(body);
    expect([status, json.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
    expect(text).not.toContain('\ufffd');
  });

  it('may begin with a byte order mark', async () => {
    expect((await post(`\ufeff${BODY}`)).json).toEqual(ANSWER);
  });
});

describe('the parameters of a GET', () => {
  it.each(['operationName=', 'variables=', 'extensions=', 'operationName=&variables=&extensions='])(
    'count as left out where they are empty: %s',
    async (empty) => {
      const answer = await request(`${stack.url}?query=${encodeURIComponent(QUERY)}&${empty}`, {
        headers: { authorization: ADMIN },
      });
      expect(await answer.body.json()).toEqual(ANSWER);
    },
  );

  it('are answered without a body for HEAD, with the same headers', async () => {
    const url = `${stack.url}?query=${encodeURIComponent(QUERY)}`;
    const get = await request(url, { headers: { authorization: ADMIN } });
    const whole = await get.body.text();
    const answer = await request(url, { method: 'HEAD', headers: { authorization: ADMIN } });
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['content-length']]).toEqual([
      200,
      get.headers['content-type'],
      String(Buffer.byteLength(whole)),
    ]);
    expect(await answer.body.text()).toBe('');
  });
});

describe('a method', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'] as const)('%s is a coded 405', async (method) => {
    const answer = await request(stack.url, { method, headers: { authorization: ADMIN } });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    expect(await answer.body.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it.each(['/', '/health', '/ready', '/graphql'])('HEAD is answered where GET is: %s', async (path) => {
    const url = new URL(path, stack.url).href;
    const accept = 'text/html';
    const get = await request(url, { headers: { accept } });
    await get.body.dump();
    const answer = await request(url, { method: 'HEAD', headers: { accept } });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([get.statusCode, get.headers['content-type']]);
    expect(await answer.body.text()).toBe('');
  });
});

describe('an upgrade that is none to WebSocket', () => {
  const h2c = [
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
  ];

  it('is ignored, and the request answered, as Java’s HttpClient sends it', async () => {
    const answer = await raw(
      head(
        'POST /graphql HTTP/1.1',
        h2c[0] ?? '',
        `Content-Length: ${BODY.length}`,
        'Host: 127.0.0.1',
        h2c[2] ?? '',
        h2c[1] ?? '',
        'User-Agent: Java-http-client/21.0.2',
        'Content-Type: application/json',
      ) + BODY,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(answer).toContain(JSON.stringify(ANSWER));
  });

  it.each(['h2c', 'foo', 'h2c, websocket', 'constructor', 'TLS/1.0'])('%s is ignored for a GET', async (upgrade) => {
    const target = `/graphql?query=${encodeURIComponent(QUERY)}`;
    const lines = [`GET ${target} HTTP/1.1`, 'Host: a', 'Connection: close, Upgrade', `Upgrade: ${upgrade}`];
    expect(await raw(head(...lines))).toContain(JSON.stringify(ANSWER));
  });

  it('leaves the connection fit for the next request', async () => {
    const one =
      head(
        'POST /graphql HTTP/1.1',
        'Host: a',
        ...h2c,
        `Content-Length: ${BODY.length}`,
        'Content-Type: application/json',
      ) + BODY;
    const two = head('GET /health HTTP/1.1', 'Host: a', 'Connection: close');
    const socket = connect(Number(new URL(stack.url).port), '127.0.0.1', () => socket.write(one));
    let text = '';
    for await (const chunk of socket) {
      text += chunk;
      if (text.endsWith(JSON.stringify(ANSWER))) socket.write(two);
    }
    expect(text).toContain(JSON.stringify(ANSWER));
    expect(text).toContain('{"status":"ok"}');
  });

  it('takes a body that comes in pieces after the head', async () => {
    const socket = connect(Number(new URL(stack.url).port), '127.0.0.1');
    const lines = [
      'POST /graphql HTTP/1.1',
      'Host: a',
      ...h2c,
      `Content-Length: ${BODY.length}`,
      'Content-Type: application/json',
    ];
    await new Promise<void>((resolve) => socket.write(head(...lines), () => resolve()));
    await new Promise<void>((resolve) => socket.write(BODY.slice(0, 5), () => resolve()));
    await stack.ask('{ __typename }');
    socket.write(BODY.slice(5));
    const [chunk] = (await new Promise((resolve) => socket.once('data', (data) => resolve([data])))) as [Buffer];
    expect(String(chunk)).toContain(JSON.stringify(ANSWER));
    socket.destroy();
  });
});

describe('a target', () => {
  it.each(['http://gateway.example/graphql', 'HTTP://gateway.example:4000/graphql', 'https://gateway.example/graphql'])(
    'may be the whole address: %s',
    async (target) => {
      const lines = [`GET ${target}?query=${encodeURIComponent(QUERY)} HTTP/1.1`, 'Host: a', 'Connection: close'];
      expect(await raw(head(...lines))).toContain(JSON.stringify(ANSWER));
    },
  );
});

describe('a header', () => {
  const odd = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '{}', '\u00ff', ';;;', ','];
  const names = [
    'accept',
    'accept-encoding',
    'content-type',
    'content-encoding',
    'authorization',
    'origin',
    'x-request-id',
    'last-event-id',
    'x-forwarded-for',
    'access-control-request-method',
    'x-graphql-event-stream-token',
    'if-none-match',
    'range',
    'te',
  ];

  it.each(names)('%s of any value gets an answer with a code, or the answer', async (name) => {
    for (const value of odd) {
      for (const method of ['POST', 'GET'] as const) {
        const query = method === 'GET' ? `?query=${encodeURIComponent(QUERY)}` : '';
        const answer = await request(`${stack.url}${query}`, {
          method,
          headers: { 'content-type': 'application/json', authorization: ADMIN, [name]: value },
          ...(method === 'POST' && { body: BODY }),
        });
        const text = await answer.body.text();
        expect(answer.statusCode, `${name}: ${value}`).toBeLessThan(500);
        expect(text, `${name}: ${value}`).toMatch(/"data":\{"viewer"|"code":"[A-Z_]+"/);
      }
    }
    expect(stack.logs.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
