import { serverAudits } from 'graphql-http';
import { request } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { ADMIN, startStack } from '../support/stack.ts';

const STATUS = '{"query":"{ clusterStatus { nodeName } }"}';

async function send(url: string, options: Parameters<typeof request>[1] & { headers?: Record<string, string> } = {}) {
  const response = await request(url, options);
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text };
}

const JSON_TYPE = { 'content-type': 'application/json', authorization: ADMIN };

describe('GraphQL over HTTP', async () => {
  const stack = await startStack({ sandbox: { nodes: 1 } });
  afterAll(() => stack[Symbol.asyncDispose]());
  const audits = serverAudits({ url: stack.url, fetchFn: fetch });

  it('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    'passes audit %s: %s',
    async (_, __, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    },
  );

  it('takes a query by GET, and no mutation', async () => {
    const query = `${stack.url}?query=${encodeURIComponent('{ clusterStatus { nodeName } }')}`;
    expect((await send(query, { headers: { authorization: ADMIN } })).status).toBe(200);
    const mutation = 'mutation { removeNode(input: { hostname: "a" }) { message } }';
    const refused = await send(`${stack.url}?query=${encodeURIComponent(mutation)}`, {
      headers: { authorization: ADMIN },
    });
    expect([refused.status, refused.headers.allow]).toEqual([405, 'POST']);
    expect(refused.text).toContain('BAD_REQUEST');
  });
});

describe('an HTTP request', () => {
  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'query={clusterStatus{nodeName}}'],
    ['plain text', 'text/plain', STATUS],
    ['a multipart form', 'multipart/form-data; boundary=x', '--x--'],
    ['a GraphQL document', 'application/graphql', '{ clusterStatus { nodeName } }'],
  ])('with %s is refused with 415: any page may make a browser send it', async (_, type, body) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const answer = await send(stack.url, {
      method: 'POST',
      headers: { 'content-type': type, authorization: ADMIN },
      body,
    });
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.text).errors[0].extensions).toMatchObject({
      code: 'BAD_REQUEST',
      requestId: expect.any(String),
    });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });

  it('with a body over the limit is refused with 413, sent whole or in chunks', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_BODY_BYTES: '2000' } });
    const body = JSON.stringify({ query: '{ __typename }', variables: { x: 'y'.repeat(3000) } });
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
    for (const payload of [body, chunked as never]) {
      const answer = await send(stack.url, { method: 'POST', headers: JSON_TYPE, body: payload });
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.text).errors[0].extensions).toMatchObject({
        code: 'LIMIT_EXCEEDED',
        limit: 'MAX_BODY_BYTES',
      });
    }
  });

  it.each([
    ['that is empty', '', 'BAD_REQUEST'],
    ['that is not JSON', '{"password": hush}', 'BAD_REQUEST'],
    ['without a query', '{}', 'BAD_REQUEST'],
    ['that is a list', '[]', 'BAD_REQUEST'],
    ['whose query is no GraphQL', '{"query":"{ a(b: \\"hush\\" "}', 'GRAPHQL_PARSE_FAILED'],
    ['whose query does not fit', '{"query":"{ nope }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['with a literal of the wrong type', '{"query":"{ peer(name: 5) { name } }"}', 'BAD_USER_INPUT'],
    ['with an unknown operation', '{"query":"query A { __typename }","operationName":"B"}', 'BAD_REQUEST'],
    ['with a missing variable', '{"query":"query($n: String!) { peer(name: $n) { name } }"}', 'BAD_USER_INPUT'],
  ])('with a body %s is coded, and a 400 for who asks for GraphQL answers', async (_, body, code) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const headers = { ...JSON_TYPE, accept: 'application/graphql-response+json' };
    const answer = await send(stack.url, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).errors[0].extensions).toMatchObject({
      code,
      retryable: false,
      requestId: expect.any(String),
    });
    expect(answer.text).not.toContain('hush');
  });

  it('carries its own request id, or is given one', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const own = await stack.ask('{ nope }', { headers: { 'x-request-id': 'mine-1' } });
    expect([own.headers.get('x-request-id'), own.errors[0]?.extensions.requestId]).toEqual(['mine-1', 'mine-1']);
    const odd = await stack.ask('{ __typename }', { headers: { 'x-request-id': 'a b' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('to any other path is a coded 404, and / leads to GraphQL', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const lost = await send(new URL('/nope', stack.url).href);
    expect([lost.status, JSON.parse(lost.text).errors[0].extensions.code]).toEqual([404, 'BAD_REQUEST']);
    const root = await send(new URL('/', stack.url).href);
    expect([root.status, root.headers.location]).toEqual([302, 'console']);
  });

  it('to /health is answered without a login', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const health = await send(new URL('/health', stack.url).href);
    expect([health.status, health.text]).toEqual([200, '{"status":"ok"}']);
    expect((await send(new URL('/health', stack.url).href, { method: 'POST' })).status).toBe(405);
  });
});

describe('CORS', () => {
  const preflight = (url: string, origin: string) =>
    send(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('is off unless an origin is listed', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { headers } = await preflight(stack.url, 'https://evil.example');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is for the listed origins only', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { CORS_ORIGINS: 'https://a.example,https://b.example' },
    });
    const allowed = await preflight(stack.url, 'https://b.example');
    expect([allowed.status, allowed.headers['access-control-allow-origin'], allowed.headers.vary]).toEqual([
      204,
      'https://b.example',
      'origin',
    ]);
    // `null` is the origin of a sandboxed frame on any site.
    for (const origin of ['https://evil.example', 'null', 'https://b.example.evil.example']) {
      expect((await preflight(stack.url, origin)).headers).not.toHaveProperty('access-control-allow-origin');
      const answer = await send(stack.url, { method: 'POST', headers: { ...JSON_TYPE, origin }, body: STATUS });
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

describe('a fault of the gateway itself', () => {
  it('is masked, logged once with its request id, and a 500', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const broken = new Error('internal detail with Basic aHVzaC1odXNo');
    const { schema } = await import('../../src/schema/schema.ts');
    const field = schema.getQueryType()?.getFields().routes;
    if (field === undefined) throw new Error('no field');
    const { resolve } = field;
    field.resolve = () => {
      throw broken;
    };
    try {
      const { status, text, errors } = await stack.ask('{ routes { url } }', {
        headers: { 'x-request-id': 'find-me' },
      });
      expect([status, errors[0]?.message, errors[0]?.extensions.code]).toEqual([
        500,
        'Unexpected error.',
        'INTERNAL_SERVER_ERROR',
      ]);
      expect(text).not.toMatch(/internal detail/);
      const logged = stack.logs.filter((line) => line.includes('find-me'));
      expect(logged).toHaveLength(1);
      expect(logged[0]).toContain('internal detail');
      expect(logged[0]).not.toContain('aHVzaC1odXNo');
    } finally {
      if (resolve) field.resolve = resolve;
    }
  });

  it('is no error of the catalogue, whose cause stays inside', () => {
    const error = new GatewayError('UPSTREAM_UNAVAILABLE', 'away', { cause: new Error('secret cause') });
    expect(JSON.stringify(error)).not.toContain('secret cause');
  });
});
