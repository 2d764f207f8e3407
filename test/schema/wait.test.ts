import { describe, expect, it } from 'vitest';
import { LOGIN } from '../support/cluster.ts';
import { overWebSocket } from '../support/live.ts';
import { DIALECTS, startStack } from '../support/stack.ts';

describe.each(DIALECTS)('waitForConnected on Harper %s', (dialect) => {
  const ADD_AND_WAIT = `mutation($input: AddNodeInput!) {
    addNode(input: $input) { partial warnings peer { state databaseSockets { connected } } }
  }`;

  it('does not wait where it is to wait for 0 ms', async () => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const input = { hostname: 'node-4', authorization: LOGIN, waitForConnected: 0 };
    expect((await stack.ask(ADD_AND_WAIT, { variables: { input } })).data.addNode.warnings).toEqual([]);
  });

  it('answers when every socket is connected', async () => {
    await using stack = await startStack({
      sandbox: { dialect, spares: 1 },
      settings: { POLL_INTERVAL: '100' },
    });
    const input = { hostname: 'node-4', authorization: LOGIN, waitForConnected: 10_000 };
    const { data } = await stack.ask(ADD_AND_WAIT, { variables: { input } });
    expect(data.addNode).toEqual({
      partial: false,
      warnings: [],
      peer: { state: 'HEALTHY', databaseSockets: [{ connected: true }, { connected: true }] },
    });
  });

  it('answers with a warning when the time is over', async () => {
    await using stack = await startStack({ sandbox: { dialect }, settings: { POLL_INTERVAL: '100' } });
    await stack.sandbox.node('node-3').kill();
    const { data, errors } = await stack.ask(`mutation {
      updateNode(input: { hostname: "node-3", shard: 1, waitForConnected: 300 }) { warnings peer { shard } }
    }`);
    expect(errors).toEqual([]);
    expect(data.updateNode.peer).toEqual({ shard: 1 });
    expect(data.updateNode.warnings).toContain(
      'node-3 was not connected within 300 ms: not connected for dev, system.',
    );
  });

  it('waits for no socket where tables ask for none', async () => {
    await using stack = await startStack({ sandbox: { dialect }, settings: { POLL_INTERVAL: '100' } });
    await stack.ask('mutation { removeNode(input: { hostname: "node-2" }) { message } }');
    const input = { hostname: 'node-2', authorization: LOGIN, subscriptions: [], waitForConnected: 10_000 };
    const { data } = await stack.ask(ADD_AND_WAIT, { variables: { input } });
    expect(data.addNode.warnings).toEqual([]);
  });

  it('takes the one poll of the live readers that its change has caused', async () => {
    await using stack = await startStack({ sandbox: { dialect }, settings: { POLL_INTERVAL: '60000' } });
    await using changes = overWebSocket(stack, undefined, { snapshot: true });
    await changes.next();
    const { received, faults } = stack.sandbox.node('node-1');
    expect(received.get('cluster_status')).toBe(1);
    const poll = faults.hold('cluster_status');
    const mutation = stack.ask(
      'mutation { addNode(input: { hostname: "node-2", waitForConnected: 10000 }) { warnings } }',
    );
    await poll.arrived;
    poll.release();
    const { data } = await mutation;
    expect(data.addNode.warnings).toEqual([]);
    expect(received.get('cluster_status')).toBe(2);
  });

  it('asks for no poll of its own while it waits', async () => {
    await using stack = await startStack({ sandbox: { dialect }, settings: { POLL_INTERVAL: '60000' } });
    const { received, faults } = stack.sandbox.node('node-1');
    await stack.ask('{ clusterStatus { nodeName } }');
    faults.add('cluster_status', { kind: 'alter', change: (body) => ({ ...(body as object), connections: [] }) });
    const { data } = await stack.ask(
      'mutation { addNode(input: { hostname: "node-2", waitForConnected: 400 }) { warnings } }',
    );
    expect(data.addNode.warnings).toEqual(['node-2 was not connected within 400 ms: it is not listed.']);
    expect(received.get('cluster_status')).toBe(2);
  });

  it.each([-1, 60_001])('refuses %s ms, and sends nothing', async (waitForConnected) => {
    await using stack = await startStack({ sandbox: { dialect, nodes: 1 } });
    const { errors } = await stack.ask(ADD_AND_WAIT, { variables: { input: { hostname: 'a', waitForConnected } } });
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['input', 'waitForConnected'] }],
    });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});
