import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { overWebSocket, wsClient } from '../support/live.ts';
import { type Stack, startStack } from '../support/stack.ts';

const FAST_POLL = { POLL_INTERVAL: '100', READ_TIMEOUT: '2000' };

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
  interface Aged {
    readonly freshness: string;
  }

  it('comes at once, and again after every change', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    await using statuses = overWebSocket<Status>(stack, QUERY);
    await statuses.until(({ state }) => state === 'HEALTHY');
    await stack.sandbox.node('node-3').kill();
    const seen = await statuses.until(({ connections }) => connections[1]?.state === 'DISCONNECTED');
    expect(seen.at(-1)?.state).toBe('DEGRADED');
  });

  it('tells by its freshness that Harper cannot be read, also to who comes then, and that it can again', async () => {
    await using stack = await startStack({ settings: SETTINGS });
    const query = 'subscription { clusterStatus { freshness observedAt connections { name state } } }';
    await using statuses = overWebSocket<Aged>(stack, query);
    expect(await statuses.next()).toMatchObject({ freshness: 'LIVE' });
    await stack.sandbox.node('node-1').kill();
    const lost = await statuses.until(({ freshness }) => freshness === 'LOST');
    await using others = overWebSocket<Aged>(stack, query);
    expect(await others.next()).toEqual(lost.at(-1));
    await stack.sandbox.node('node-1').start();
    for (const reader of [statuses, others]) await reader.until(({ freshness }) => freshness === 'LIVE');
  });

  it('tells that the next poll is overdue before it is known whether it fails', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { POLL_INTERVAL: '100' } });
    await using statuses = overWebSocket<Aged>(stack, 'subscription { clusterStatus { freshness } }');
    await statuses.until(({ freshness }) => freshness === 'LIVE');
    const poll = stack.sandbox.node('node-1').faults.hold('cluster_status');
    await poll.arrived;
    await statuses.until(({ freshness }) => freshness === 'STALE');
    poll.release();
    await statuses.until(({ freshness }) => freshness === 'LIVE');
  });

  it('is LIVE as a query, and in the payload of a mutation', async () => {
    await using stack = await startStack();
    const query = await stack.ask('{ clusterStatus { freshness } }');
    expect(query.data).toEqual({ clusterStatus: { freshness: 'LIVE' } });
    const mutation = await stack.ask(
      'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { clusterStatus { freshness } } }',
    );
    expect(mutation.data).toEqual({ updateNode: { clusterStatus: { freshness: 'LIVE' } } });
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
  it('is one for all readers, and ends after the last has left', async () => {
    await using stack = await startStack({ settings: { POLL_INTERVAL: '60000', WATCH_LINGER: '50' } });
    const node = stack.sandbox.node('node-1');
    const polls = () => node.received.get('cluster_status');
    const readers = Array.from({ length: 30 }, () => overWebSocket(stack, undefined, { snapshot: true }));
    for (const reader of readers) await reader.next();
    const before = polls() ?? 0;
    await stack.ask('mutation { addNode(input: { hostname: "node-2", shard: 2 }) { message } }');
    for (const reader of readers) await reader.until(({ kind }) => kind === 'TOPOLOGY_CHANGED');
    expect(polls()).toBe(before + 1);
    expect(node.mostStatusCalls).toBe(1);
    for (const reader of readers) await reader[Symbol.asyncDispose]();
    await eventually(async () => {
      const { data } = await stack.ask('{ gateway { watch { subscribers state } } }');
      expect(data.gateway.watch).toEqual({ subscribers: 0, state: 'IDLE' });
    });
    await stack.ask('mutation { addNode(input: { hostname: "node-2", shard: 3 }) { message } }');
    expect(polls()).toBe(before + 1);
  });
});
