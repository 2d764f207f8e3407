import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { overWebSocket, wsClient } from '../support/live.ts';
import { type Stack, startStack } from '../support/stack.ts';

const FAST_POLL = { POLL_INTERVAL: '100', READ_TIMEOUT: '500' };

/** Waits until a subscription is being served, so that what is done next is seen by it. */
async function served(stack: Stack, subscribers = 1): Promise<void> {
  await eventually(async () => {
    const { data } = await stack.ask('{ gateway { watch { subscribers state } } }');
    expect(data.gateway.watch).toEqual({ subscribers, state: 'LIVE' });
  });
}

describe('clusterStatus as a subscription', () => {
  const SETTINGS = FAST_POLL;
  const QUERY = 'subscription($ms: Int) { clusterStatus(minIntervalMs: $ms) { state connections { name state } } }';
  interface Status {
    readonly state: string;
    readonly connections: readonly { name: string; state: string }[];
  }

  it('comes at once, and again after every change', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using statuses = overWebSocket<Status>(stack, QUERY);
    expect((await statuses.next()).state).toBe('HEALTHY');
    await stack.sandbox.node('node-3').kill();
    const seen = await statuses.until(({ connections }) => connections[1]?.state === 'DISCONNECTED');
    expect(seen.at(-1)?.state).toBe('DEGRADED');
  });

  it('refuses an interval out of range', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using statuses = overWebSocket<Status>(stack, QUERY, { ms: -1 });
    expect(JSON.stringify(await statuses.ended)).toContain('BAD_USER_INPUT');
  });
});

describe('a token', () => {
  it('ends its streams when it expires', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: FAST_POLL });
    const user = stack.sandbox.logins.users.get('admin');
    if (user === undefined) throw new Error('no admin');
    const authorization = `Bearer ${stack.sandbox.logins.issue(user, 2).operation_token}`;
    await using changes = overWebSocket(stack, undefined, {}, wsClient(stack, { authorization }));
    await served(stack);
    const ended = JSON.stringify(await changes.ended);
    expect(ended).toContain('UNAUTHENTICATED');
    expect(ended).toMatch(/expired/);
  });
});

describe('the poll', () => {
  it('is one for all readers, and ends a while after the last', async () => {
    await using stack = await startStack({ settings: { ...FAST_POLL, WATCH_LINGER: '200' } });
    const node = stack.sandbox.node('node-1');
    const readers = Array.from({ length: 30 }, () => overWebSocket(stack));
    await served(stack, 30);
    const before = node.received.get('cluster_status') ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const polls = (node.received.get('cluster_status') ?? 0) - before;
    expect(polls).toBeGreaterThanOrEqual(7);
    expect(polls).toBeLessThanOrEqual(13);
    expect(node.mostStatusCalls).toBe(1);
    for (const reader of readers) await reader[Symbol.asyncDispose]();
    await eventually(async () => {
      const { data } = await stack.ask('{ gateway { watch { subscribers state } } }');
      expect(data.gateway.watch).toEqual({ subscribers: 0, state: 'IDLE' });
    });
    const after = node.received.get('cluster_status');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(node.received.get('cluster_status')).toBe(after);
  });
});
