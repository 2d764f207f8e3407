import { describe, expect, it } from 'vitest';
import { basic, FAST, type Stack, startStack } from '../support/stack.ts';

const STATUS = '{ clusterStatus { nodeName } }';

/** Adds super users to a sandbox and returns their logins. */
function logins(stack: Stack, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const username = `user-${index}`;
    stack.sandbox.logins.add({ username, password: 'secret', role: 'super_user', superUser: true, active: true });
    return basic(username, 'secret');
  });
}

describe('a read that hangs', () => {
  it.each([
    ['user_info', '{ viewer { username } }'],
    ['cluster_get_routes', '{ routes { url } }'],
    ['cluster_status', STATUS],
  ])('and whose reader goes away does not keep later readers waiting for good: %s', async (operation, query) => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { READ_TIMEOUT: '200' } });
    const node = stack.sandbox.node('node-1');
    node.faults.add(operation, { kind: 'hang' });
    const leaver = new AbortController();
    const gone = stack.ask(query, { signal: leaver.signal });
    await expect.poll(() => node.received.get(operation)).toBe(1);
    leaver.abort();
    await expect(gone).rejects.toThrow(/abort/i);
    const statuses = [await stack.ask(query), await stack.ask(query)].map(({ status }) => status);
    expect(statuses.at(-1)).toBe(200);
  });
});

describe('cluster_status calls to a slow 4.7 node', () => {
  it('never overlap, however many logins ask and however short their deadlines', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1, timing: { ...FAST, worker: 100 } },
      settings: { READ_TIMEOUT: '250' },
    });
    const asked = logins(stack, 24).flatMap((as, index) => [
      new Promise((resolve) => setTimeout(resolve, index * 15)).then(() => stack.ask(STATUS, { as })),
    ]);
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(stack.sandbox.node('node-1').mostStatusCalls).toBe(1);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(new Set(statuses)).toEqual(new Set([200, 504]));
  });

  it('never overlap because an answer was no status', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1, timing: { ...FAST, worker: 30 } } });
    const node = stack.sandbox.node('node-1');
    node.faults.add('cluster_status', { kind: 'answer', body: { connections: 'none' } });
    expect((await stack.ask(STATUS)).status).toBe(502);
    await Promise.all(logins(stack, 6).map((as) => stack.ask(STATUS, { as })));
    expect(node.mostStatusCalls).toBe(1);
  });
});

describe('a slow 5.2 node', () => {
  it('is still asked by several at once after a burst that timed out', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1, dialect: '5.2' },
      settings: { READ_TIMEOUT: '300', STATUS_CONCURRENCY: '4' },
    });
    const node = stack.sandbox.node('node-1');
    await stack.ask(STATUS);
    node.faults.add('cluster_status', { kind: 'delay', ms: 120 }, 18);
    const users = logins(stack, 14);
    await Promise.all(users.map((as) => stack.ask(STATUS, { as })));
    node.faults.clear();
    const holds = [1, 2, 3, 4].map(() => node.faults.hold('cluster_status'));
    const four = users.slice(0, 4).map((as) => stack.ask(STATUS, { as }));
    await Promise.all(holds.map(({ arrived }) => arrived));
    for (const hold of holds) hold.release();
    for (const { status } of await Promise.all(four)) expect(status).toBe(200);
  });
});

describe('a frozen node', () => {
  it('fails 200 queries of 20 logins within 1.2 deadlines of their own arrival', async () => {
    const deadline = 2000;
    // Logins that are being looked at count until they are good.
    const settings = { READ_TIMEOUT: String(deadline), LOGIN_FAILURES: '100' };
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings });
    const users = logins(stack, 20);
    stack.sandbox.node('node-1').freeze();
    const replies = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const from = performance.now();
        const { errors } = await stack.ask(STATUS, { as: users[index % 20] ?? null });
        return [errors[0]?.extensions.code, performance.now() - from] as const;
      }),
    );
    expect(new Set(replies.map(([code]) => code))).toEqual(new Set(['UPSTREAM_TIMEOUT']));
    expect(Math.max(...replies.map(([, elapsed]) => elapsed))).toBeLessThan(deadline * 1.2);
  });
});

describe('a connection that breaks', () => {
  it('on its first request does not have the read sent again', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, fresh: true });
    const node = stack.sandbox.node('node-1');
    // What comes first is the look at the login; the request that follows has a connection of its own.
    node.faults.add('user_info', { kind: 'reset', after: true });
    expect((await stack.ask(STATUS)).errors).toEqual([]);
    expect(node.received.get('user_info')).toBe(1);
  });
});
