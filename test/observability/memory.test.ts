import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createMemoryGuard, measureMemory } from '../../src/observability/memory.ts';
import { TestClock } from '../support/clock.ts';
import { CHANGES, overSse, overWebSocket, wsUrl } from '../support/live.ts';
import { probe, subscribe } from '../support/probe.ts';
import { ADMIN, startStack } from '../support/stack.ts';

/** A guard whose memory is set by hand. */
function start() {
  const use = { heap: 0, resident: 0 };
  const clock = new TestClock();
  const changes: [string, number][] = [];
  const guard = createMemoryGuard({
    limit: 1000,
    use: { heap: () => use.heap, resident: () => use.resident },
    clock,
    onChange: (...change) => changes.push(change),
  });
  return { use, clock, changes, guard };
}

const refused = (check: () => void) => {
  try {
    check();
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 'MEMORY_LIMIT', retryAfter: 10 } });
    return true;
  }
};

describe('the guard of memory', () => {
  it.each([
    { heap: 0.79, resident: 799, state: 'ok', anonymous: false, stream: false },
    { heap: 0.8, resident: 0, state: 'high', anonymous: true, stream: false },
    { heap: 0, resident: 800, state: 'high', anonymous: true, stream: false },
    { heap: 0.9, resident: 0, state: 'short', anonymous: true, stream: true },
    { heap: 0.2, resident: 900, state: 'short', anonymous: true, stream: true },
  ])('with $heap of the heap and $resident of 1000 bytes is $state', ({ heap, resident, ...expected }) => {
    const { use, guard } = start();
    Object.assign(use, { heap, resident });
    const anonymous = refused(guard.checkAnonymous);
    expect({ state: guard.state, anonymous, stream: refused(guard.checkStream) }).toEqual(expected);
  });

  it('measures again after 50 ms, and tells of each change once', async () => {
    const { use, clock, changes, guard } = start();
    expect(guard.state).toBe('ok');
    use.resident = 950;
    expect(guard.state).toBe('ok');
    await clock.advance(50);
    expect([guard.state, guard.share]).toEqual(['short', 0.95]);
    await clock.advance(50);
    expect(guard.state).toBe('short');
    use.resident = 100;
    await clock.advance(50);
    expect(guard.state).toBe('ok');
    expect(changes).toEqual([
      ['short', 0.95],
      ['ok', 0.1],
    ]);
  });

  it('takes free pages of the heap for memory that is there', () => {
    using use = measureMemory(() => 10 ** 12);
    expect(use.heap()).toBeGreaterThan(0);
    expect(use.heap()).toBeLessThan(1);
    expect(use.resident()).toBeLessThanOrEqual(10 ** 12);
    expect(use.resident()).toBeGreaterThan(10 ** 12 - 2 ** 32);
  });
});

describe('a gateway that takes', () => {
  async function startWith(resident: number) {
    // The heap of the tests is free to be of any size: what is measured here is far beyond it.
    const memory = { limit: 10 ** 15, resident: () => resident };
    return startStack({ sandbox: { nodes: 2 }, settings: { POLL_INTERVAL: '100' }, memory });
  }
  const readyOf = async ({ url }: { url: string }) => {
    const answer = await fetch(new URL('/ready', url));
    return [answer.status, await answer.json()];
  };
  const MEMORY = { code: 'LIMIT_EXCEEDED', limit: 'MEMORY_LIMIT', retryAfter: 10, retryable: true };

  it('over 80 % of its memory serves callers with a login only, on every transport', async () => {
    await using stack = await startWith(0.85 * 10 ** 15);
    const anonymous = await stack.ask('{ __typename }', { as: null });
    expect([anonymous.status, anonymous.headers.get('retry-after')]).toEqual([503, '10']);
    expect(anonymous.errors[0]?.extensions).toMatchObject(MEMORY);
    await using socket = await probe(stack);
    socket.send({ type: 'connection_init' });
    await socket.message(({ type }) => type === 'connection_ack');
    socket.send(subscribe('1', '{ __typename }'));
    const { payload } = await socket.message(({ type }) => type === 'error');
    expect(payload[0].extensions).toMatchObject(MEMORY);
    await using anonymousEvents = overSse(stack, '{ __typename }', {}, {});
    expect(JSON.stringify(await anonymousEvents.ended)).toContain('MEMORY_LIMIT');
    expect((await stack.ask('{ clusterStatus { nodeName } }')).status).toBe(200);
    await using events = overSse(stack, CHANGES, { snapshot: true });
    await events.next();
    expect(await readyOf(stack)).toEqual([200, { status: 'ok', memory: 'high' }]);
  });

  it('over 90 % of its memory opens no stream, goes on with those there are, and says so at /ready', async () => {
    let resident = 0;
    const memory = { limit: 10 ** 15, resident: () => resident };
    await using stack = await startStack({ sandbox: { nodes: 2 }, settings: { POLL_INTERVAL: '100' }, memory });
    await using reader = overWebSocket<{ connections: object[] }>(
      stack,
      'subscription { clusterStatus { connections { state } } }',
    );
    await reader.next();
    await using open = await probe(stack);
    open.send({ type: 'connection_init', payload: { authorization: ADMIN } });
    await open.message(({ type }) => type === 'connection_ack');
    resident = 0.95 * 10 ** 15;
    // Until it is measured again.
    await expect.poll(() => readyOf(stack)).toMatchObject([503, { status: 'unavailable', reason: 'memory' }]);
    open.send(subscribe('1'));
    const { payload } = await open.message(({ type }) => type === 'error');
    expect(payload[0].extensions).toMatchObject(MEMORY);
    await using events = overSse(stack, CHANGES);
    expect(JSON.stringify(await events.ended)).toContain('MEMORY_LIMIT');
    const socket = new WebSocket(wsUrl(stack), 'graphql-transport-ws');
    const answer = await new Promise<IncomingMessage>((resolve) =>
      socket.once('unexpected-response', (_, response) => resolve(response)),
    );
    expect([answer.statusCode, answer.headers]).toMatchObject([503, { 'retry-after': '10' }]);
    // Readers and changes go on.
    const change = 'mutation { removeNode(input: { hostname: "node-2" }) { message } }';
    expect((await stack.ask(change)).errors).toEqual([]);
    await reader.until(({ connections }) => connections.length === 0);
    resident = 0;
    await expect.poll(() => readyOf(stack)).toEqual([200, { status: 'ok' }]);
    await using another = overWebSocket(stack, 'subscription { clusterStatus { nodeName } }');
    await another.next();
  });
});
