import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { eventually } from '../support/eventually.ts';
import { CHANGES, wsUrl } from '../support/live.ts';
import { INIT, probe, subscribe } from '../support/probe.ts';
import { ADMIN, startStack } from '../support/stack.ts';

const FAST_POLL = { POLL_INTERVAL: '100', READ_TIMEOUT: '2000' };

describe('graphql-transport-ws', () => {
  it.each<[string, unknown[], number]>([
    ['a subscribe before the connection is acknowledged', [subscribe('1')], 4401],
    ['a second connection_init', [INIT, INIT], 4429],
    ['a message that is none', ['nonsense'], 4400],
    ['a message of an unknown type', [{ type: 'hello' }], 4400],
  ])('closes on %s', async (_, messages, code) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using client = await probe(stack);
    for (const message of messages) client.send(message);
    expect((await client.closed)[0]).toBe(code);
  });

  it.each(['Basic nonsense!', 'Digest x', 'Bearer'])(
    'closes with 4403 on an Authorization that is no login: %s',
    async (authorization) => {
      await using stack = await startStack({ sandbox: { nodes: 1 } });
      await using client = await probe(stack);
      client.send({ type: 'connection_init', payload: { authorization } });
      expect((await client.closed)[0]).toBe(4403);
    },
  );

  it('cuts a client that asks and asks and reads no answer', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { SOCKET_BUFFER_BYTES: '100000', MAX_SUBSCRIPTIONS_PER_SOCKET: '1000' },
    });
    await using client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    client.socket.pause();
    const query = '{ __schema { types { name description fields { name description } } } }';
    for (let index = 0; index < 400; index += 1) client.send(subscribe(String(index), query));
    // Not before the gateway has cut it: a client that reads meanwhile would be served.
    await eventually(async () => {
      const metrics = await (await fetch(new URL('/metrics', stack.url))).text();
      expect(metrics).toContain('harper_gateway_held{limit="MAX_SOCKETS_PER_ADDRESS"} 0');
    });
    client.socket.resume();
    await client.closed;
    expect(client.messages.filter(({ type }) => type === 'next').length).toBeLessThan(400);
  });

  it('closes with 4408 without connection_init', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { SOCKET_INIT_TIMEOUT: '50' } });
    await using client = await probe(stack);
    expect((await client.closed)[0]).toBe(4408);
  });

  it('closes with 4409 on an id that is in use', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('1'));
    client.send(subscribe('1'));
    expect((await client.closed)[0]).toBe(4409);
  });

  it('closes with 4406 on another protocol', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const socket = new WebSocket(wsUrl(stack), 'graphql-ws');
    const closed = await new Promise((resolve) => {
      socket.on('close', resolve);
      socket.on('error', () => resolve('refused'));
    });
    expect([4406, 'refused']).toContain(closed);
  });

  it('answers ping with pong, before and after connection_init', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using client = await probe(stack);
    client.send({ type: 'ping', payload: { a: 1 } });
    expect(await client.message(({ type }) => type === 'pong')).toEqual({ type: 'pong', payload: { a: 1 } });
  });

  it('answers a query with next and complete, and a faulty one with error and nothing after it', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('good', '{ viewer { username } }'));
    client.send(subscribe('bad', '{ nope }'));
    client.send(subscribe('worse', '{ a'));
    await client.message(({ id, type }) => id === 'good' && type === 'complete');
    const bad = await client.message(({ id }) => id === 'bad');
    const worse = await client.message(({ id }) => id === 'worse');
    expect(bad).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: expect.any(String) } }],
    });
    expect(worse).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] });
    client.send({ type: 'ping' });
    await client.message(({ type }) => type === 'pong');
    expect(client.messages.filter(({ id }) => id === 'good').map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(client.messages.filter(({ id }) => id === 'bad' || id === 'worse')).toHaveLength(2);
  });

  it('sends error, and no complete, for a subscription that may not begin', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using client = await probe(stack);
    client.send({ type: 'connection_init' });
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('1'));
    const failed = await client.message(({ id }) => id === '1');
    client.send({ type: 'ping' });
    await client.message(({ type }) => type === 'pong');
    expect(failed).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(client.messages.filter(({ id }) => id === '1')).toHaveLength(1);
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });

  it.each([
    ['a field that is none', 'subscription { nope }'],
    ['no document at all', 'subscription {'],
    [
      'null in place of a default',
      'subscription ($v: String = "node-2") { connectionStatusChanged(nodes: ["hidden-1", $v]) { kind } }',
    ],
  ])('says of %s what server-sent events say, and nothing that is for HTTP', async (_, query) => {
    await using stack = await startStack();
    const payload = { query, variables: { v: null } };
    await using client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    client.send({ id: 'a', type: 'subscribe', payload });
    const { payload: overSocket } = await client.message(({ type }) => type === 'error');
    const response = await fetch(stack.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: ADMIN },
      body: JSON.stringify(payload),
    });
    const [, data = ''] = /^data: (.*)$/m.exec(await response.text()) ?? [];
    const { errors: overHttp } = JSON.parse(data) as { errors: object[] };
    const withoutId = (errors: unknown) => JSON.stringify(errors).replace(/"requestId":"[^"]+"/g, '');
    expect(withoutId(overSocket)).toBe(withoutId(overHttp));
    expect(withoutId(overSocket)).toMatch(/"code":"(BAD_USER_INPUT|GRAPHQL_\w+)"/);
    expect(withoutId(overSocket)).not.toMatch(/"http"|hidden-1/);
  });

  it('neither completes nor fails a stream because Harper is away', async () => {
    await using stack = await startStack({ settings: FAST_POLL });
    await using client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('1', CHANGES, { snapshot: true }));
    await client.message(({ type }) => type === 'next');
    await stack.sandbox.node('node-1').kill();
    await client.message(({ payload }) => payload?.data?.connectionStatusChanged?.kind === 'UPSTREAM_LOST');
    await stack.sandbox.node('node-1').start();
    await client.message(({ payload }) => payload?.data?.connectionStatusChanged?.kind === 'UPSTREAM_RESTORED');
    expect(new Set(client.messages.map(({ type }) => type))).toEqual(new Set(['connection_ack', 'next']));
  });

  it('stops a stream when it is told to, and the poll with the last', async () => {
    await using stack = await startStack({ settings: { ...FAST_POLL, WATCH_LINGER: '50' } });
    await using client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('1', CHANGES, { snapshot: true }));
    await client.message(({ type }) => type === 'next');
    client.send({ id: '1', type: 'complete' });
    await eventually(async () => {
      const { data } = await stack.ask('{ gateway { watch { subscribers state lastPollAt } } }');
      expect(data.gateway.watch).toEqual({ subscribers: 0, state: 'IDLE', lastPollAt: null });
    });
    expect(client.messages.some(({ type }) => type === 'complete')).toBe(false);
  });

  it('sends nothing of an operation that its client has completed, even where its id is reused at once', async () => {
    await using stack = await startStack({ settings: { ...FAST_POLL, WATCH_LINGER: '50' } });
    const held = stack.sandbox.node('node-1').faults.hold('user_info');
    const client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('1', '{ viewer { username } }'));
    await held.arrived;
    client.send({ id: '1', type: 'complete' });
    client.send(subscribe('1', CHANGES, { snapshot: true }));
    await client.message(({ payload }) => payload?.data?.connectionStatusChanged?.kind === 'SNAPSHOT');
    held.release();
    // The first has an answer by now, and the socket still serves the second.
    await stack.sandbox.node('node-3').kill();
    await client.message(({ payload }) => payload?.data?.connectionStatusChanged?.kind === 'DISCONNECTED');
    expect(client.messages.filter(({ payload }) => payload?.data?.viewer !== undefined)).toEqual([]);
    client.socket.close();
    await eventually(async () => {
      const { data } = await stack.ask('{ gateway { watch { subscribers state } } }');
      expect(data.gateway.watch).toEqual({ subscribers: 0, state: 'IDLE' });
    });
  });

  it('closes every socket with 1001 when the gateway stops', async () => {
    const stack = await startStack({ settings: { ...FAST_POLL, SHUTDOWN_TIMEOUT: '600000' } });
    const clients = await Promise.all(Array.from({ length: 10 }, () => probe(stack)));
    for (const client of clients) {
      client.send(INIT);
      await client.message(({ type }) => type === 'connection_ack');
      client.send(subscribe('1', CHANGES, { snapshot: true }));
      await client.message(({ type }) => type === 'next');
    }
    await stack.stopGateway();
    for (const client of clients) expect((await client.closed)[0]).toBe(1001);
    await stack[Symbol.asyncDispose]();
  });

  it('refuses a message over the limit with 1009', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_BODY_BYTES: '2000' } });
    await using client = await probe(stack);
    client.send({ type: 'ping', payload: { x: 'y'.repeat(3000) } });
    expect((await client.closed)[0]).toBe(1009);
  });
});
