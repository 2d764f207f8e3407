import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.ts';

const LOGIN = { basic: { username: 'admin', password: 'sandbox' } };
const CONFIGURE =
  'mutation($input: ConfigureClusterInput!) { configureCluster(input: $input) { message partial warnings clusterStatus { connections { name } } } }';

describe('configureCluster', () => {
  it('replaces all connections', async () => {
    await using stack = await startStack({ sandbox: { spares: 1 } });
    const connections = ['node-2', 'node-4'].map((hostname) => ({ hostname, authorization: LOGIN }));
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
    expect(data.configureCluster).toEqual({
      message: 'Cluster successfully configured.',
      partial: false,
      warnings: [],
      clusterStatus: { connections: [{ name: 'node-2' }, { name: 'node-4' }] },
    });
  });

  it('removes every peer when given none', async () => {
    await using stack = await startStack();
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections: [] } } });
    expect(data.configureCluster.clusterStatus.connections).toEqual([]);
  });

  it('is a partial success when Harper names failed nodes', async () => {
    await using stack = await startStack();
    const connections = [{ hostname: 'node-2', authorization: LOGIN }, { hostname: 'node-9' }];
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
    expect(data.configureCluster).toMatchObject({ partial: true, warnings: ['Failed on node-9.'] });
  });

  it('takes an answer without words', async () => {
    await using stack = await startStack();
    stack.sandbox.node('node-1').faults.add('configure_cluster', { kind: 'answer', body: {} });
    const { data } = await stack.ask(CONFIGURE, { variables: { input: { connections: [] } } });
    expect(data.configureCluster.message).toBe('Cluster successfully configured.');
  });

  it.each([
    ['a node named twice', [{ hostname: 'a' }, { url: 'ws://a:1' }], ['input', 'connections', 1]],
    ['a node without a name', [{ shard: 1 }], ['input', 'connections', 0, 'hostname']],
  ])('refuses %s, and sends nothing', async (_, connections, path) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { errors } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});
