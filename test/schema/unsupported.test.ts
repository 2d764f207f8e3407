import { describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../support/stack.ts';

const LOGIN = { basic: { username: 'admin', password: 'sandbox' } };
const ADD =
  'mutation($input: AddNodeInput!) { addNode(input: $input) { message partial warnings peer { name url shard startTime } } }';

async function names(stack: Stack): Promise<string[]> {
  const { data } = await stack.ask('{ clusterStatus { connections { name } } }');
  return data.clusterStatus.connections.map(({ name }: { name: string }) => name);
}

describe('Harper 5.2', () => {
  it.each([
    ['updateNode', 'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message } }', 'update_node'],
    ['configureCluster', 'mutation { configureCluster(input: { connections: [] }) { message } }', 'configure_cluster'],
    ['setRoutes', 'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }', 'cluster_set_routes'],
    [
      'deleteRoutes',
      'mutation { deleteRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }',
      'cluster_delete_routes',
    ],
    ['routes', '{ routes { url } }', 'cluster_get_routes'],
  ])('has no operation for %s: OPERATION_UNSUPPORTED, and gateway.backend tells so', async (_, query, operation) => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' } });
    const { errors, status } = await stack.ask(query);
    expect([status, errors[0]?.extensions.code, errors[0]?.extensions.operation]).toEqual([
      200,
      'OPERATION_UNSUPPORTED',
      operation,
    ]);
    const { data } = await stack.ask('{ gateway { backend { operations { name native } } } }');
    expect(data.gateway.backend.operations).toContainEqual({ name: operation, native: false });
  });

  it('adds and removes nodes, and says is_enabled only with peers', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2', nodes: 1, spares: 1 } });
    expect((await stack.ask('{ clusterStatus { isEnabled state } }')).data.clusterStatus).toEqual({
      isEnabled: false,
      state: 'STANDALONE',
    });
    await stack.ask(ADD, { variables: { input: { hostname: 'node-2', authorization: LOGIN } } });
    expect((await stack.ask('{ clusterStatus { isEnabled } }')).data.clusterStatus).toEqual({ isEnabled: true });
    await stack.ask('mutation { removeNode(input: { hostname: "node-2" }) { message } }');
    expect(await names(stack)).toEqual([]);
  });
});
