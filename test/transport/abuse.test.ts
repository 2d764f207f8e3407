import { connect } from 'node:net';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { ADMIN, type Stack, startStack } from '../support/stack.ts';

/** Sends bytes as they are and returns everything that comes back. */
function raw(stack: Stack, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(stack.url).port), '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

const errorLines = (stack: Stack) => stack.logs.filter((line) => line.includes('"level":50'));

describe('a caller without a login', () => {
  it.each([
    ['2 500 levels', `{a${'{a'.repeat(2500)}${'}'.repeat(2501)}`],
    ['900 aliases', `{${Array.from({ length: 900 }, (_, index) => `a${index}:__typename`).join(' ')}}`],
    ['a list of 5 000', `{peer(name:[${'1 '.repeat(5000)}]){name}}`],
  ])('cannot send a document of %s', async (_, query) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { errors, status } = await stack.ask(query, {
      as: null,
      headers: { accept: 'application/graphql-response+json' },
    });
    expect([status, errors[0]?.extensions]).toMatchObject([
      400,
      { code: 'LIMIT_EXCEEDED', limit: 'MAX_DOCUMENT_TOKENS' },
    ]);
    expect(errorLines(stack)).toEqual([]);
  });

  it('gets at most 50 faults of a list with 100 000', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_LIST_LENGTH: '100000' } });
    const query = 'mutation($i: SetRoutesInput!) { setRoutes(input: $i) { message } }';
    const { errors, text } = await stack.ask(query, { variables: { i: { routes: Array(100_000).fill(1) } } });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.extensions.issues).toHaveLength(50);
    expect(text.length).toBeLessThan(20_000);
  });

  it('cannot fill the memory with documents', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 150; index += 1) {
      await stack.ask(`{${Array.from({ length: 600 }, (_, alias) => `a${index}x${alias}:__typename`).join(' ')}}`, {
        as: null,
      });
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * 1024 ** 2);
  });

  it.each([
    ['a Host that is none', 'GET /graphql?query={__typename} HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n', 400],
    ['a path that is none', 'GET // HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
    [
      'an expectation',
      'POST /graphql HTTP/1.1\r\nHost: a\r\nExpect: foo\r\nConnection: close\r\ncontent-length: 0\r\n\r\n',
      417,
    ],
  ])('gets a coded answer to %s', async (_, text, status) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const answer = await raw(stack, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/"code":"BAD_REQUEST".*"requestId":"/);
    expect(answer).not.toMatch(/node_modules|at .*\.ts/);
    expect(errorLines(stack)).toEqual([]);
  });

  it.each(['variables', 'extensions'])(
    'gets a coded answer to %s that are not JSON, and none of it is logged',
    async (name) => {
      await using stack = await startStack({ sandbox: { nodes: 1 } });
      const query = new URLSearchParams({ query: '{__typename}', [name]: '{"a":hunter2xx}' });
      const answer = await request(`${stack.url}?${query}`);
      expect(answer.statusCode).toBe(400);
      expect(await answer.body.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
      expect(stack.logs.join('')).not.toContain('hunter2xx');
    },
  );

  it('gets a coded answer where it accepts nothing that there is', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const answer = await request(`${stack.url}?query={__typename}`, { headers: { accept: 'image/png' } });
    expect([answer.statusCode, await answer.body.json()]).toMatchObject([
      406,
      { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });
});

describe('a client that goes away', () => {
  it('is no error of the gateway’s', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const node = stack.sandbox.node('node-1');
    const held = node.faults.hold('cluster_status');
    const leavers = Array.from({ length: 20 }, () => new AbortController());
    const gone = leavers.map(({ signal }) =>
      stack.ask('{ clusterStatus { nodeName } }', { signal }).catch(() => 'gone'),
    );
    await held.arrived;
    for (const leaver of leavers) leaver.abort();
    await Promise.all(gone);
    held.release();
    await raw(
      stack,
      'POST /graphql HTTP/1.1\r\nHost: a\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query"',
    );
    expect((await stack.ask('{ clusterStatus { nodeName } }')).status).toBe(200);
    expect(errorLines(stack)).toEqual([]);
  });
});

describe('Harper’s answers', () => {
  it.each([
    ['a login without a scheme', 'user:S3cret@host:1'],
    ['a login in a host', { hostname: 'wss://u:S3cret@h' }],
    ['a login after a space', ' wss://u:S3cret@h'],
    ['a login with a slash', 'wss://u:S3/cret@h'],
    ['a nested password', { host: 'h', tls: { password: 'S3cret' } }],
    ['an odd key', { host: 'h', pass: 'S3cret' }],
  ])('never show %s of a route', async (_, route) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    stack.sandbox.node('node-1').routes = [route];
    const { data, text } = await stack.ask('{ routes { url hostname port configured } }');
    expect(data.routes).toHaveLength(1);
    expect(text).not.toMatch(/S3|cret@/);
  });

  it('never show the login of a node that configure_cluster failed on', async () => {
    await using stack = await startStack({ sandbox: { nodes: 2 } });
    const failed = { hostname: 'x', authorization: { username: 'u', password: 'stored-S3cret' } };
    stack.sandbox
      .node('node-1')
      .faults.add('configure_cluster', { kind: 'answer', body: { message: 'ok', failed_nodes: [failed] } });
    const { data } = await stack.ask('mutation { configureCluster(input: { connections: [] }) { warnings partial } }');
    expect(data.configureCluster).toEqual({ warnings: ['Failed on x.'], partial: true });
  });

  it('are no success when they hold an error', async () => {
    await using stack = await startStack({ sandbox: { nodes: 2 } });
    stack.sandbox
      .node('node-1')
      .faults.add('configure_cluster', { kind: 'answer', body: { error: 'nothing was done' } });
    const { errors } = await stack.ask('mutation { configureCluster(input: { connections: [] }) { message } }');
    expect(errors[0]?.extensions).toMatchObject({ code: 'OPERATION_REFUSED', outcomeUnknown: true });
  });

  it.each([502, 503, 504])('are the proxy’s when a change is answered %i, JSON or not', async (status) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    stack.sandbox
      .node('node-1')
      .faults.add('add_node', { kind: 'answer', status, body: { error: 'upstream request timeout' } });
    const { errors } = await stack.ask('mutation { addNode(input: { hostname: "a" }) { message } }');
    expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcomeUnknown: true, status });
  });

  it('that are nested too deep to be read leave the outcome of a change unknown', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const deep = `{"message":"done","set":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    stack.sandbox
      .node('node-1')
      .faults.add('cluster_set_routes', { kind: 'answer', body: deep, contentType: 'application/json' });
    const { errors } = await stack.ask('mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }');
    expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE', outcomeUnknown: true });
  });

  it('are told although their error is nested 20 000 levels deep', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const deep = `{"error":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    stack.sandbox
      .node('node-1')
      .faults.add('cluster_set_routes', { kind: 'answer', status: 400, body: deep, contentType: 'application/json' });
    const { errors } = await stack.ask('mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }');
    expect(errors[0]?.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
  });

  it('may give a password in any spelling without its being shown', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const password = 'p@ss/w"rd';
    const pair = btoa(`u:${password}`);
    const words = `${password} ${encodeURIComponent(password)} ${pair} ${JSON.stringify(password)}`;
    for (const body of [{ error: words }, { error: { nested: password } }]) {
      stack.sandbox.node('node-1').faults.add('add_node', { kind: 'answer', status: 400, body });
      const input = { hostname: 'a', authorization: { basic: { username: 'u', password } } };
      const { text } = await stack.ask('mutation($input: AddNodeInput!) { addNode(input: $input) { message } }', {
        variables: { input },
      });
      expect(text).not.toMatch(/p@ss|p%40ss|w\\*"rd/);
      expect(text).not.toContain(pair);
    }
  });
});

describe('the gateway as it stops', () => {
  it('does not wait for a request that never becomes whole', async () => {
    // Waiting for it would take longer than the test may.
    const stack = await startStack({ sandbox: { nodes: 1 }, settings: { SHUTDOWN_TIMEOUT: '600000' } });
    const half = connect(Number(new URL(stack.url).port), '127.0.0.1');
    half.on('error', () => undefined);
    await new Promise<void>((resolve) => half.write('POST /graphql HTTP/1.1\r\nHost: a\r\n', () => resolve()));
    await stack.ask('{ __typename }');
    await stack[Symbol.asyncDispose]();
    half.destroy();
  });

  it('waits for a change whose caller has gone', async () => {
    const stack = await startStack();
    const held = stack.sandbox.node('node-1').faults.hold('remove_node');
    const leaver = new AbortController();
    const gone = stack.ask('mutation { removeNode(input: { hostname: "node-3" }) { message } }', {
      as: ADMIN,
      signal: leaver.signal,
    });
    await held.arrived;
    leaver.abort();
    await expect(gone).rejects.toThrow(/abort/i);
    const { records } = stack.sandbox.node('node-1').replication;
    const stopping = stack.stopGateway();
    held.release();
    await stopping;
    expect(records.get('node-3')).toBeUndefined();
    await stack[Symbol.asyncDispose]();
  });
});
