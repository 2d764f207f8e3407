import { describe, expect, it } from 'vitest';
import { basic, startStack } from '../support/stack.ts';

const LOGIN = { username: 'admin', password: 'sandbox' };

const READS = new Set<unknown>(['cluster_status', 'cluster_get_routes']);

async function sentFor(query: string, variables: Record<string, unknown> = {}) {
  await using stack = await startStack({ sandbox: { nodes: 2 } });
  await stack.ask(query, { variables });
  // What is read before a change says nothing of the change.
  const writes = stack.sandbox.node('node-1').bodies.filter(({ operation }) => !READS.has(operation));
  expect(writes.length).toBeLessThanOrEqual(1);
  return writes[0] ?? stack.sandbox.node('node-1').bodies[0];
}

describe('what is sent to Harper', () => {
  it('by addNode: its fields under Harper’s names, a start time as ISO text, and nothing else', async () => {
    const input = {
      hostname: 'node-9',
      url: 'ws://node-9:9933',
      verifyTls: false,
      authorization: { basic: LOGIN },
      retainAuthorization: false,
      revokedCertificates: ['AB12'],
      shard: 2,
      startTime: '2026-01-31T08:30:00+02:00',
      subscriptions: [{ database: 'dev', table: 'dog', publish: true, subscribe: false }],
    };
    expect(await sentFor('mutation($input: AddNodeInput!) { addNode(input: $input) { message } }', { input })).toEqual({
      operation: 'add_node',
      hostname: 'node-9',
      url: 'ws://node-9:9933',
      verify_tls: false,
      authorization: LOGIN,
      retain_authorization: false,
      revoked_certificates: ['AB12'],
      shard: 2,
      start_time: '2026-01-31T06:30:00.000Z',
      subscriptions: [{ database: 'dev', table: 'dog', publish: true, subscribe: false }],
    });
  });

  it('by addNode with a header login: the header', async () => {
    const header = basic('admin', 'sandbox');
    const sent = await sentFor(
      `mutation($header: String!) {
        addNode(input: { url: "ws://node-9:9933", authorization: { header: $header } }) { message }
      }`,
      { header },
    );
    // With the name it gets, which Harper would take out of the URL.
    expect(sent).toEqual({
      operation: 'add_node',
      hostname: 'node-9',
      url: 'ws://node-9:9933',
      authorization: header,
    });
  });

  it('by updateNode: the changes, and the present address, which Harper would replace by the usual one', async () => {
    expect(
      await sentFor('mutation { updateNode(input: { hostname: "node-2", shard: 1, url: null }) { message } }'),
    ).toEqual({
      operation: 'update_node',
      hostname: 'node-2',
      url: 'ws://node-2:9933',
      shard: 1,
    });
  });

  it('by updateNode of a node with table subscriptions: these too, or Harper would replicate everything', async () => {
    await using stack = await startStack({ sandbox: { nodes: 2 } });
    const subscriptions = [{ database: 'dev', table: 'dog', publish: true, subscribe: false }];
    const update =
      'mutation($input: UpdateNodeInput!) { updateNode(input: $input) { peer { subscriptions { table } shard } } }';
    await stack.ask('mutation { removeNode(input: { hostname: "node-2" }) { message } }');
    const add = 'mutation($input: AddNodeInput!) { addNode(input: $input) { message } }';
    await stack.ask(add, {
      variables: { input: { hostname: 'node-2', authorization: { basic: LOGIN }, subscriptions } },
    });
    const { data } = await stack.ask(update, { variables: { input: { hostname: 'node-2', shard: 1 } } });
    expect(data.updateNode.peer).toEqual({ subscriptions: [{ table: 'dog' }], shard: 1 });
    expect(stack.sandbox.node('node-1').bodies.findLast(({ operation }) => operation === 'update_node')).toEqual({
      operation: 'update_node',
      hostname: 'node-2',
      url: 'ws://node-2:9933',
      shard: 1,
      subscriptions,
    });
  });

  it('by removeNode: the name under all three of the fields that versions read', async () => {
    expect(await sentFor('mutation { removeNode(input: { hostname: "node-2" }) { message } }')).toEqual({
      operation: 'remove_node',
      hostname: 'node-2',
      name: 'node-2',
      node_name: 'node-2',
    });
  });

  it('by configureCluster and setRoutes: the lists', async () => {
    expect(
      await sentFor('mutation { configureCluster(input: { connections: [{ hostname: "a" }] }) { message } }'),
    ).toEqual({
      operation: 'configure_cluster',
      connections: [{ hostname: 'a' }],
    });
    const routes = '[{ host: { hostname: "a" } }, { host: { hostname: "b", port: 1 } }, { url: "wss://c:2" }]';
    expect(await sentFor(`mutation { setRoutes(input: { routes: ${routes} }) { message } }`)).toEqual({
      operation: 'cluster_set_routes',
      routes: [{ hostname: 'a' }, { hostname: 'b', port: 1 }, 'wss://c:2'],
    });
  });

  it('by a query: the operation alone', async () => {
    expect(await sentFor('{ clusterStatus { nodeName } }')).toEqual({ operation: 'cluster_status' });
  });
});
