import { describe, expect, it } from 'vitest';
import { DIALECTS, startStack } from '../support/stack.ts';

const LOGIN = { basic: { username: 'admin', password: 'sandbox' } };
const CONFIGURE = `mutation($input: ConfigureClusterInput!) {
  configureCluster(input: $input) {
    message partial emulated warnings
    steps { node kind ok result message }
    clusterStatus { connections { name } }
  }
}`;

describe.each(DIALECTS)('configureCluster on Harper %s', (dialect) => {
  it('replaces all connections', async () => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const connections = ['node-2', 'node-4'].map((hostname) => ({ hostname, authorization: LOGIN }));
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
    expect(data.configureCluster).toMatchObject({
      message: dialect === '4.7' ? 'Cluster successfully configured.' : '2 of 2 steps are done.',
      partial: false,
      emulated: dialect === '5.2',
      warnings: [],
      steps: [
        { node: 'node-4', kind: 'ADD', ok: true },
        { node: 'node-3', kind: 'REMOVE', ok: true },
      ],
      clusterStatus: { connections: [{ name: 'node-2' }, { name: 'node-4' }] },
    });
  });

  it('removes every peer when given none', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections: [] } } });
    expect(data.configureCluster.clusterStatus.connections).toEqual([]);
  });

  it('is a partial success when one node could not be told, and names it', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const connections = [{ hostname: 'node-2', authorization: LOGIN }, { hostname: 'node-9' }];
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
    expect(data.configureCluster).toMatchObject({
      partial: true,
      warnings: expect.arrayContaining([expect.stringContaining('node-9')]),
      steps: [
        { node: 'node-9', kind: 'ADD', ok: false },
        { node: 'node-3', kind: 'REMOVE', ok: dialect === '4.7' },
      ],
      // Harper 4 removes first and adds then; step by step nothing is removed for a node that is not there.
      clusterStatus: {
        connections: [{ name: 'node-2' }, ...(dialect === '5.2' ? [{ name: 'node-3' }] : []), { name: 'node-9' }],
      },
    });
  });

  it.each([
    ['a node named twice', [{ hostname: 'a' }, { url: 'ws://a:1' }], ['input', 'connections', 1]],
    ['a node without a name', [{ shard: 1 }], ['input', 'connections', 0, 'hostname']],
  ])('refuses %s, and sends nothing', async (_, connections, path) => {
    await using stack = await startStack({ sandbox: { dialect, nodes: 1 } });
    const { errors } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});

describe('configureCluster on Harper 4.7', () => {
  it('names a node that failed also where Harper names its address', async () => {
    await using stack = await startStack();
    const connections = [
      { hostname: 'node-2', authorization: LOGIN },
      { hostname: 'node-3', authorization: LOGIN },
      { url: 'ws://nope:9933' },
    ];
    stack.sandbox.node('node-1').faults.add('configure_cluster', {
      kind: 'alter',
      change: (body) => ({ ...(body as object), failed_nodes: ['ws://nope:9933'] }),
    });
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
    expect(data.configureCluster).toMatchObject({
      partial: true,
      warnings: ['Failed on nope.'],
      steps: [{ node: 'nope', kind: 'ADD', ok: false, result: 'FAILED' }],
    });
  });

  it('takes an answer without words', async () => {
    await using stack = await startStack({ sandbox: { dialect: '4.7' } });
    stack.sandbox.node('node-1').faults.add('configure_cluster', { kind: 'answer', body: {} });
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections: [] } } });
    expect(data.configureCluster.message).toBe('Cluster successfully configured.');
  });
});
