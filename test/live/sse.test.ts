import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { CHANGES } from '../support/live.ts';
import { ADMIN, type Stack, startStack } from '../support/stack.ts';

const FAST_POLL = { POLL_INTERVAL: '100', READ_TIMEOUT: '2000' };

/** An event stream in the raw, line by line. */
async function stream(
  stack: Pick<Stack, 'url'>,
  headers: Record<string, string> = {},
  variables: object = { snapshot: true },
  query = CHANGES,
) {
  const gone = new AbortController();
  const response = await request(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: ADMIN, ...headers },
    body: JSON.stringify({ query, variables }),
    signal: gone.signal,
  });
  let text = '';
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };
  response.body.on('data', (chunk) => {
    text += chunk;
    wake();
  });
  const ended = new Promise<void>((resolve) => {
    response.body.on('end', resolve);
    response.body.on('error', () => resolve());
  });
  return {
    response,
    ended,
    text: () => text,
    async until(pattern: RegExp): Promise<RegExpMatchArray> {
      for (;;) {
        const match = text.match(pattern);
        if (match) return match;
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    [Symbol.asyncDispose]: async () => gone.abort(),
  };
}

describe('an event stream', () => {
  it('has the headers that proxies need, tags changes with their cursor, and pings', async () => {
    await using stack = await startStack({ settings: { ...FAST_POLL, SOCKET_PING_INTERVAL: '100' } });
    await using events = await stream(stack);
    expect(events.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await events.until(/SNAPSHOT/);
    await stack.sandbox.node('node-3').kill();
    const [, id, data = ''] = await events.until(/event: next\nid: (\S+)\ndata: (.*STATE_CHANGED.*)\n\n/);
    expect(JSON.parse(data).data.connectionStatusChanged.cursor).toBe(id);
    await events.until(/(:\n\n[\s\S]*){5}/);
  });

  it('goes on from Last-Event-ID', async () => {
    await using stack = await startStack({ settings: FAST_POLL });
    await using first = await stream(stack, {}, {});
    await eventually(async () => {
      const { data } = await stack.ask('{ gateway { watch { state subscribers } } }');
      expect(data.gateway.watch).toEqual({ state: 'LIVE', subscribers: 1 });
    });
    await stack.sandbox.node('node-3').kill();
    await first.until(/to DISCONNECTED/);
    const idsOf = (text: string) => [...text.matchAll(/^id: (\S+)$/gm)].map(([, id = '']) => id);
    const [cursor = '', ...rest] = idsOf(first.text());
    await using second = await stream(stack, { 'last-event-id': cursor }, {});
    await second.until(/to DISCONNECTED/);
    expect(rest.length).toBeGreaterThan(0);
    expect(idsOf(second.text())).toEqual(rest);
  });

  it('answers a query with next and complete', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using events = await stream(stack, {}, {}, '{ viewer { username } }');
    await events.ended;
    expect(events.text()).toMatch(/^retry: \d+\n\n/);
    expect(events.text().replace(/^retry: \d+\n\n(:\n\n)*/, '')).toBe(
      'event: next\ndata: {"data":{"viewer":{"username":"admin"}}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it.each<[string, Record<string, string>, object, string, string]>([
    ['without a login', { authorization: 'Basic !' }, {}, CHANGES, 'UNAUTHENTICATED'],
    ['with a cursor that is none', {}, { after: 'x' }, CHANGES, 'CURSOR_EXPIRED'],
    ['of a document that is wrong', {}, {}, 'subscription { nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['of a document that is none', {}, {}, 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['without a document', {}, {}, '', 'BAD_REQUEST'],
    ['with a variable that is wrong', {}, { after: { x: 'hush' } }, CHANGES, 'BAD_USER_INPUT'],
    [
      'with an argument out of range',
      {},
      {},
      'subscription { clusterStatus(minIntervalMs: -1) { state } }',
      'BAD_USER_INPUT',
    ],
  ])(
    'is refused %s by a result and its end, which clients of the protocol show',
    async (_, headers, variables, query, code) => {
      await using stack = await startStack({ sandbox: { nodes: 1 } });
      await using events = await stream(stack, headers, variables, query);
      await events.ended;
      expect(events.response.statusCode).toBe(200);
      expect(events.response.headers['content-type']).toMatch(/^text\/event-stream/);
      const [, id, data = ''] =
        /event: next\n(id:[^\n]*\n)?data: (.*)\n\nevent: complete\ndata:\n\n$/.exec(events.text()) ?? [];
      expect(JSON.parse(data)).toEqual({
        errors: [expect.objectContaining({ extensions: expect.objectContaining({ code }) })],
      });
      // A browser would come back with the same dead cursor for ever.
      expect(id).toBe(code === 'CURSOR_EXPIRED' ? 'id:\n' : undefined);
      expect(events.text()).not.toContain('hush');
    },
  );

  it('is refused over a limit by a result, too', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_SUBSCRIPTIONS_PER_CALLER: '1' } });
    await using first = await stream(stack);
    await first.until(/:\n\n/);
    await using second = await stream(stack);
    await second.ended;
    expect([second.response.statusCode, second.text()]).toEqual([
      200,
      expect.stringMatching(/"code":"LIMIT_EXCEEDED".*"limit":"MAX_SUBSCRIPTIONS_PER_CALLER"/),
    ]);
  });

  it('is not served over a single connection, which is said at once', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const reserve = await request(stack.url, { method: 'PUT', headers: { authorization: ADMIN } });
    expect([reserve.statusCode, await reserve.body.text()]).toEqual([
      405,
      expect.stringContaining('distinct connections mode'),
    ]);
    await using events = await stream(stack, { 'x-graphql-event-stream-token': 'x' });
    await events.ended;
    expect([events.response.statusCode, events.text()]).toEqual([400, expect.stringContaining('BAD_REQUEST')]);
  });

  it('is broken off without complete when the gateway stops, so that its client comes back', async () => {
    const stack = await startStack({ settings: FAST_POLL });
    await using events = await stream(stack);
    await events.until(/SNAPSHOT/);
    await stack.stopGateway();
    await events.ended;
    expect(events.text()).not.toMatch(/event: complete|errors/);
    await stack[Symbol.asyncDispose]();
  });

  it('are the only streams over HTTP: a subscription that asks for none is refused, nothing stays open', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    for (const accept of ['*/*', 'application/json', 'multipart/mixed, application/json']) {
      const { errors } = await stack.ask('subscription { clusterStatus { nodeName } }', { headers: { accept } });
      expect(errors[0]).toMatchObject({
        message: expect.stringContaining('Accept: text/event-stream'),
        extensions: { code: 'BAD_REQUEST' },
      });
    }
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});
