import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { SettingName } from '../../src/config/settings.ts';
import { ForwardClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { overWebSocket, wsUrl } from '../support/live.ts';
import { ADMIN, startStack } from '../support/stack.ts';

/** A document of so many levels. */
const NESTED: Record<number, string> = {
  3: '{ clusterStatus { connections { name } } }',
  4: '{ clusterStatus { connections { databaseSockets { database } } } }',
};

const peerNamed = (literal: string) => `{ peer(name: ${literal}) { name } }`;
const namedIn = (literal: string) => `{ clusterStatus { connections(names: ${literal}) { name } } }`;

const DOCUMENTS: [limit: SettingName, value: string, taken: string, refused: string][] = [
  ['MAX_DEPTH', '3', NESTED[3] ?? '', NESTED[4] ?? ''],
  ['MAX_ALIASES', '2', '{ a: __typename b: __typename }', '{ a: __typename b: __typename c: __typename }'],
  [
    'MAX_COST',
    '50',
    '{ clusterStatus { connections { name } } }',
    '{ clusterStatus { connections { databaseSockets { database } } } }',
  ],
  ['MAX_DOCUMENT_TOKENS', '100', '{ __typename }', `{ ${'__typename '.repeat(120)}}`],
  ['MAX_DOCUMENT_LENGTH', '1000', '{ __typename }', `{ __typename } #${'x'.repeat(1000)}`],
  ['MAX_STRING_LENGTH', '100', peerNamed('"node-1"'), peerNamed(`"${'x'.repeat(101)}"`)],
  ['MAX_LIST_LENGTH', '3', namedIn('["a" "b" "c"]'), namedIn('["a" "b" "c" "d"]')],
  ['MAX_INPUT_DEPTH', '10', '{ __typename }', namedIn(`${'['.repeat(11)}${']'.repeat(11)}`)],
  ['INTROSPECTION', 'false', '{ __typename }', '{ __schema { queryType { name } } }'],
];

describe('a document', () => {
  it.each(DOCUMENTS)(
    'beyond %s (%s) is refused over every transport, with the limit’s name',
    async (limit, value, taken, refused) => {
      await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { [limit]: value } });
      const { errors: none } = await stack.ask(taken);
      expect(none).toEqual([]);
      const asked = stack.sandbox.node('node-1').received.size;
      for (let round = 0; round < 2; round += 1) {
        const { errors } = await stack.ask(refused);
        expect(errors[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit, retryable: false });
      }
      await using socket = overWebSocket(stack, refused);
      expect(JSON.stringify(await socket.ended)).toContain(`"limit":"${limit}"`);
      const events = await fetch(stack.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: ADMIN },
        body: JSON.stringify({ query: refused }),
      });
      expect([events.status, await events.text()]).toEqual([200, expect.stringContaining(`"limit":"${limit}"`)]);
      expect(stack.sandbox.node('node-1').received.size).toBe(asked);
    },
  );

  it('with fragments that go round in circles, or unknown fields, is refused for that', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    for (const query of ['{ ...A } fragment A on Query { ...A }', '{ nope { nope } }', '{ ...Gone }']) {
      expect((await stack.ask(query)).errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });

  it('whose variables hold a list beyond MAX_LIST_LENGTH is refused, however deep', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_LIST_LENGTH: '3' } });
    const query = 'query($names: [String!]) { clusterStatus { connections(names: $names) { name } } }';
    expect((await stack.ask(query, { variables: { names: ['a', 'b', 'c'] } })).errors).toEqual([]);
    for (const variables of [{ names: ['a', 'b', 'c', 'd'] }, { other: { deep: [[1, 2, 3, 4]] } }]) {
      const { errors } = await stack.ask(query, { variables });
      expect(errors[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'MAX_LIST_LENGTH' });
      await using socket = overWebSocket(stack, query, variables);
      expect(JSON.stringify(await socket.ended)).toContain('MAX_LIST_LENGTH');
    }
  });
});

describe('trusted documents', () => {
  const QUERY = '{ viewer { username } }';
  const CHANGE = 'mutation { removeNode(input: { hostname: "node-9" }) { message } }';
  const hash = createHash('sha256').update(QUERY).digest('hex');
  const manifest = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ [hash]: QUERY }));

  async function post(
    url: string,
    body: object,
  ): Promise<{ data?: unknown; errors?: { extensions: Record<string, unknown> }[] }> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: ADMIN },
      body: JSON.stringify(body),
    });
    return (await response.json()) as never;
  }

  it('are the only ones taken, by text or by hash, over every transport', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { TRUSTED_DOCUMENTS: manifest } });
    const answer = { data: { viewer: { username: 'admin' } } };
    expect(await post(stack.url, { query: QUERY })).toEqual(answer);
    expect(await post(stack.url, { documentId: `sha256:${hash}` })).toEqual(answer);
    expect(await post(stack.url, { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } })).toEqual(answer);
    for (const body of [{ query: '{ viewer { role } }' }, { documentId: 'nope' }, { query: CHANGE }]) {
      const { errors } = await post(stack.url, body);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'TRUSTED_DOCUMENTS' });
    }
    await using socket = overWebSocket(stack, '{ viewer { role } }');
    expect(JSON.stringify(await socket.ended)).toContain('TRUSTED_DOCUMENTS');
  });

  it('are named by a bare hash, too, and are the same with the __typename fields that a cache adds', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { TRUSTED_DOCUMENTS: manifest } });
    expect(await post(stack.url, { documentId: hash })).toMatchObject({ data: { viewer: { username: 'admin' } } });
    expect(await post(stack.url, { documentId: hash.toUpperCase() })).toMatchObject({ data: {} });
    const cached = QUERY.replace('username', 'username __typename');
    expect(await post(stack.url, { query: cached })).toEqual({
      data: { viewer: { username: 'admin', __typename: 'Viewer' } },
    });
    const more = QUERY.replace('username', 'username role');
    expect((await post(stack.url, { query: more })).errors?.[0]?.extensions.limit).toBe('TRUSTED_DOCUMENTS');
  });

  it('that are not there make a hash alone one that is not supported, on which clients send the text', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    for (const body of [{ documentId: hash }, { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }]) {
      expect(await post(stack.url, body)).toEqual({
        errors: [
          {
            message: 'PersistedQueryNotSupported',
            extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', retryable: false, requestId: expect.any(String) },
          },
        ],
      });
      expect(await post(stack.url, { ...body, query: QUERY })).toEqual({ data: { viewer: { username: 'admin' } } });
    }
  });

  it('may be asked for of mutations only', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { TRUSTED_DOCUMENTS: manifest, TRUSTED_DOCUMENTS_FOR: 'mutations' },
    });
    expect((await stack.ask('{ viewer { role } }')).errors).toEqual([]);
    expect((await stack.ask(CHANGE)).errors[0]?.extensions.limit).toBe('TRUSTED_DOCUMENTS');
    expect(stack.sandbox.node('node-1').received.get('remove_node')).toBeUndefined();
  });
});

describe('a caller', () => {
  it('may begin so many operations a minute, and others go on', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { RATE_LIMIT: '5' }, fresh: true });
    const asked = await Promise.all(Array.from({ length: 8 }, () => stack.ask('{ __typename }')));
    expect(asked.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    const refused = asked.find(({ status }) => status === 429);
    expect(refused?.errors[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      limit: 'RATE_LIMIT',
      retryable: true,
    });
    expect((await stack.ask('{ __typename }', { as: null })).status).toBe(200);
    await using socket = overWebSocket(stack, '{ viewer { username } }');
    expect(JSON.stringify(await socket.ended)).toContain('RATE_LIMIT');
  });

  it('may not run more operations at once than there are places', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_OPERATIONS: '2' } });
    const hold = stack.sandbox.node('node-1').faults.hold('cluster_status');
    const first = stack.ask('{ clusterStatus { nodeName } }');
    const second = stack.ask('{ clusterStatus { nodeName } }');
    await hold.arrived;
    const refused = await eventually(async () => {
      const reply = await stack.ask('{ __typename }');
      expect(reply.status).toBe(429);
      return reply;
    });
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', limit: 'MAX_OPERATIONS' });
    hold.release();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect((await stack.ask('{ __typename }')).status).toBe(200);
  });

  it('may have so many sockets open, from an address and by itself', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { MAX_SOCKETS_PER_ADDRESS: '3', MAX_SOCKETS_PER_CALLER: '1' },
    });
    const open = () => new WebSocket(wsUrl(stack), 'graphql-transport-ws');
    const sockets = [open(), open(), open()];
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))));
    const refused = open();
    const status = await new Promise((resolve) => {
      refused.once('unexpected-response', (_, response) => resolve(response.statusCode));
    });
    expect(status).toBe(429);
    const [first, second] = sockets;
    const init = JSON.stringify({ type: 'connection_init', payload: { authorization: ADMIN } });
    const acknowledged = new Promise((resolve) => first?.once('message', resolve));
    first?.send(init);
    await acknowledged;
    const closed = new Promise((resolve) => second?.once('close', (code, reason) => resolve([code, String(reason)])));
    second?.send(init);
    expect(await closed).toEqual([4429, 'LIMIT_EXCEEDED: MAX_SOCKETS_PER_CALLER']);
    for (const socket of sockets) socket.close();
    await eventually(async () => {
      const again = open();
      await new Promise((resolve, reject) => again.once('open', resolve).once('error', reject));
      again.close();
    });
  });

  it('is let go when its socket has been idle for too long', async () => {
    const clock = new ForwardClock();
    await using stack = await startStack({ settings: { POLL_INTERVAL: '100' }, clock });
    const socket = new WebSocket(wsUrl(stack), 'graphql-transport-ws');
    const acknowledged = once(socket, 'message');
    socket.once('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: ADMIN } })),
    );
    const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
    await using busy = overWebSocket(stack, 'subscription { clusterStatus { connections { name state } } }');
    await busy.next();
    await acknowledged;
    clock.advance(600_000);
    expect(await closed).toEqual([1001, 'Idle']);
    await stack.sandbox.node('node-2').kill();
    await busy.next();
  });

  it('that sends its headers or its body too slowly is cut', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { HEADERS_TIMEOUT: '200', REQUEST_TIMEOUT: '400' },
    });
    const { port } = new URL(stack.url);
    const answered = (text: string) =>
      new Promise<string>((resolve) => {
        let answer = '';
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', () => resolve(answer));
      });
    const head = 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';
    expect(await answered(head)).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"BAD_REQUEST"/);
    expect(await answered(`${head}\r\n{"query":`)).toMatch(/^HTTP\/1\.1 408 /);
  });
});
