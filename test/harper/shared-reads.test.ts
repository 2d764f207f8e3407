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
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { READ_TIMEOUT: '1500' } });
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
  it('never overlap because an answer was no status', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1, timing: { ...FAST, worker: 30 } } });
    const node = stack.sandbox.node('node-1');
    node.faults.add('cluster_status', { kind: 'answer', body: { connections: 'none' } });
    expect((await stack.ask(STATUS)).status).toBe(502);
    await Promise.all(logins(stack, 6).map((as) => stack.ask(STATUS, { as })));
    expect(node.mostStatusCalls).toBe(1);
  });
});

describe('a frozen node', () => {
  it('fails 200 queries of 20 logins', async () => {
    // Logins that are being checked count as failures until they are accepted.
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { READ_TIMEOUT: '500', LOGIN_FAILURES: '100' },
    });
    const users = logins(stack, 20);
    stack.sandbox.node('node-1').freeze();
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) => stack.ask(STATUS, { as: users[index % 20] ?? null })),
    );
    expect(replies.map(({ errors }) => errors[0]?.extensions.code)).toEqual(Array(200).fill('UPSTREAM_TIMEOUT'));
  });
});

describe('a connection that breaks', () => {
  it('on its first request does not have the read sent again', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, fresh: true });
    const node = stack.sandbox.node('node-1');
    // What comes first is the look at the login.
    node.faults.add('user_info', { kind: 'reset', after: true });
    expect((await stack.ask(STATUS)).errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(node.received.get('user_info')).toBe(1);
    expect((await stack.ask(STATUS)).errors).toEqual([]);
  });
});
