import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { CHANGES, overSse, overWebSocket, wsClient } from '../support/live.ts';
import { startStack } from '../support/stack.ts';

describe('a caller', () => {
  it('may have so many subscriptions on a socket, by itself and with all others', async () => {
    await using stack = await startStack({
      settings: { MAX_SUBSCRIPTIONS_PER_SOCKET: '2', MAX_SUBSCRIPTIONS_PER_CALLER: '3', POLL_INTERVAL: '100' },
    });
    const query = 'subscription { clusterStatus { nodeName } }';
    const one = wsClient(stack);
    await using first = overWebSocket(stack, query, {}, one);
    await using second = overWebSocket(stack, query, {}, one);
    await Promise.all([first.next(), second.next()]);
    await using third = overWebSocket(stack, query, {}, one);
    expect(JSON.stringify(await third.ended)).toContain('MAX_SUBSCRIPTIONS_PER_SOCKET');
    await using other = overWebSocket(stack, query);
    await other.next();
    await using last = overSse(stack, query);
    expect(await last.ended).toBeTruthy();
    await using refused = overWebSocket(stack, query);
    expect(JSON.stringify(await refused.ended)).toContain('MAX_SUBSCRIPTIONS_PER_CALLER');
    await other[Symbol.asyncDispose]();
    // A permit that is released can be acquired again.
    await eventually(async () => {
      await using again = overWebSocket(stack, query);
      await again.next();
    });
  });

  it('may have so many different subscriptions, and equal ones beside them', async () => {
    await using stack = await startStack({
      settings: { MAX_DISTINCT_SUBSCRIPTIONS_PER_CALLER: '2', POLL_INTERVAL: '100' },
    });
    const of = (...nodes: string[]) => ({ nodes, snapshot: true });
    await using first = overWebSocket(stack, CHANGES, of('node-2'));
    await using second = overSse(stack, CHANGES, of('node-3'));
    await using equal = overWebSocket(stack, CHANGES, of('node-2'));
    await Promise.all([first.next(), second.next(), equal.next()]);
    for (const open of [overWebSocket, overSse]) {
      await using other = open(stack, CHANGES, of('node-2', 'node-3'));
      expect(JSON.stringify(await other.ended)).toContain('"limit":"MAX_DISTINCT_SUBSCRIPTIONS_PER_CALLER"');
    }
    // One of two equal ones is left; when it goes, another may come.
    await first[Symbol.asyncDispose]();
    await equal[Symbol.asyncDispose]();
    await eventually(async () => {
      await using other = overWebSocket(stack, CHANGES, of('node-2', 'node-3'));
      await other.next();
    });
  });

  it('has what its subscriptions keep counted, and given back', async () => {
    await using stack = await startStack({
      settings: { MAX_HELD_BYTES_PER_CALLER: '100000', POLL_INTERVAL: '100' },
    });
    const large = { nodes: ['node-2', ...Array.from({ length: 900 }, (_, at) => `${'n'.repeat(30)}${at}`)] };
    const long = `${CHANGES}#${'x'.repeat(2000)}`;
    for (const open of [overWebSocket, overSse]) {
      await using refused = open(stack, long, large);
      expect(JSON.stringify(await refused.ended)).toContain('"limit":"MAX_HELD_BYTES_PER_CALLER"');
      await using small = open(stack, CHANGES, { nodes: ['node-2'], snapshot: true });
      await small.next();
    }
    const metrics = new URL('/metrics', stack.url);
    await eventually(async () => {
      expect(await (await fetch(metrics)).text()).toMatch(/^harper_gateway_held\{limit="MAX_HELD_BYTES"\} 0$/m);
    });
  });
});
