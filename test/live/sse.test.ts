import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { CHANGES } from '../support/live.ts';
import { ADMIN, type Stack, startStack } from '../support/stack.ts';

const FAST_POLL = { POLL_INTERVAL: '100', READ_TIMEOUT: '300' };

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
    expect(events.text().replace(/^(:\n\n)+/, '')).toBe(
      'event: next\ndata: {"data":{"viewer":{"username":"admin"}}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it.each<[string, Record<string, string>, object, string, number, string]>([
    ['without a login', { authorization: 'Basic !' }, {}, CHANGES, 401, 'UNAUTHENTICATED'],
    ['with a cursor that is none', {}, { after: 'x' }, CHANGES, 200, 'CURSOR_EXPIRED'],
    ['of a document that is wrong', {}, {}, 'subscription { nope }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['with a variable that is wrong', {}, { after: { x: 'hush' } }, CHANGES, 400, 'BAD_USER_INPUT'],
    [
      'with an argument out of range',
      {},
      {},
      'subscription { clusterStatus(minIntervalMs: -1) { state } }',
      400,
      'BAD_USER_INPUT',
    ],
  ])('is refused with a code %s', async (_, headers, variables, query, status, code) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using events = await stream(stack, headers, variables, query);
    await events.ended;
    expect([events.response.statusCode, events.text()]).toEqual([status, expect.stringContaining(`"code":"${code}"`)]);
    expect(events.text()).not.toContain('hush');
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

  it('are the only streams over HTTP: a subscription that asks for none is refused, and leaves nothing open', async () => {
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
