import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.ts';

const LOGIN = { basic: { username: 'admin', password: 'sandbox' } };
const UPDATE = 'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { emulated } }';
const OPERATIONS = '{ gateway { backend { operations { name native } } } }';

describe('what a backend has', () => {
  it.each([
    ['updateNode', UPDATE, 'update_node'],
    ['configureCluster', 'mutation { configureCluster(input: { connections: [] }) { emulated } }', 'configure_cluster'],
    [
      'setRoutes',
      'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { emulated } }',
      'cluster_set_routes',
    ],
    ['routes', '{ routes { url } }', 'cluster_get_routes'],
  ])('is learned by asking for it once: %s on Harper 5.2', async (_, query, operation) => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' } });
    for (let round = 0; round < 3; round += 1) {
      const { errors } = await stack.ask(query);
      expect(errors).toEqual([]);
    }
    expect(stack.sandbox.node('node-1').received.get(operation)).toBe(1);
    const { data } = await stack.ask(OPERATIONS);
    expect(data.gateway.backend.operations).toContainEqual({ name: operation, native: false });
  });

  it('is asked again after every connection was lost: the server may be another version', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' } });
    const node = stack.sandbox.node('node-1');
    expect((await stack.ask(UPDATE)).data).toEqual({ updateNode: { emulated: true } });
    await node.kill();
    node.dialect = '4.7';
    await node.start();
    expect((await stack.ask(UPDATE)).data).toEqual({ updateNode: { emulated: false } });
    expect((await stack.ask(OPERATIONS)).data.gateway.backend.operations).toContainEqual({
      name: 'update_node',
      native: true,
    });
    await node.kill();
    node.dialect = '5.2';
    await node.start();
    expect((await stack.ask(UPDATE)).data).toEqual({ updateNode: { emulated: true } });
  });

  it('does not hide what every Harper has: a refusal of another operation stays a refusal', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' } });
    stack.sandbox.node('node-1').faults.add('add_node', {
      kind: 'answer',
      status: 400,
      body: { error: "Operation 'add_node' not found" },
    });
    const { errors } = await stack.ask(UPDATE);
    expect(errors[0]?.extensions).toMatchObject({ code: 'OPERATION_UNSUPPORTED', operation: 'add_node' });
  });

  it('lets nothing of the configuration through but routes', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' } });
    stack.sandbox.node('node-1').routes = [{ hostname: 'a', port: 1, password: 'hush-hush' }, 5, null];
    const { data, text } = await stack.ask('{ routes { url configured } }');
    expect(data.routes).toEqual([
      { url: 'ws://a:1', configured: '{"hostname":"a","port":1}' },
      { url: '', configured: '5' },
      { url: '', configured: 'null' },
    ]);
    expect(text).not.toMatch(/hush|rootPath|harper\b.*var/);
  });

  it('is refused where the list of routes is none: what is not understood is never overwritten', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' } });
    const node = stack.sandbox.node('node-1');
    node.routes = 'all' as never;
    const { errors } = await stack.ask('mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }');
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_INVALID_RESPONSE');
    expect([node.received.get('set_configuration'), node.routes]).toEqual([undefined, 'all']);
  });

  it('says is_enabled only with peers on 5.2', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2', nodes: 1, spares: 1 } });
    expect((await stack.ask('{ clusterStatus { isEnabled state } }')).data.clusterStatus).toEqual({
      isEnabled: false,
      state: 'STANDALONE',
    });
    await stack.ask('mutation($input: AddNodeInput!) { addNode(input: $input) { message } }', {
      variables: { input: { hostname: 'node-2', authorization: LOGIN } },
    });
    expect((await stack.ask('{ clusterStatus { isEnabled } }')).data.clusterStatus).toEqual({ isEnabled: true });
  });
});
