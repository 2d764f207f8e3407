import { describe, expect, it } from 'vitest';
import { DIALECTS, startStack } from '../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3'];
const REMOVE =
  'mutation($input: RemoveNodeInput!) ' +
  '{ removeNode(input: $input) { node message partial warnings steps { at node result } } }';
const CONFIGURE =
  'mutation($input: ConfigureClusterInput!) { configureCluster(input: $input) { node steps { node kind result } } }';
const peers = (...names: string[]) =>
  names.map((name) => ({
    ...{ hostname: name, url: `ws://${name}:9933` },
    authorization: { basic: { username: 'admin', password: 'sandbox' } },
  }));

describe.each(DIALECTS)('a change where the preferred node is down, Harper %s', (dialect) => {
  it('is not made at another node where it would mean something else', async () => {
    await using stack = await startStack({ sandbox: { dialect }, addresses: ALL });
    await stack.ask('{ cluster { state } }');
    const connections = peers('node-2', 'node-3');
    const PLAN = 'query($of: [NodeInput!]!) { clusterPlan(connections: $of) { nodeName isNoop revision } }';
    const { data } = await stack.ask(PLAN, { variables: { of: connections } });
    expect(data.clusterPlan).toMatchObject({ nodeName: 'node-1', isNoop: true });
    await stack.sandbox.node('node-1').kill();
    // At node-2 the same list would remove node-1.
    for (const expected of [null, data.clusterPlan.revision]) {
      const input = { connections, ...(expected !== null && { expectedRevision: expected }) };
      const { data: changed, errors } = await stack.ask(CONFIGURE, { variables: { input } });
      expect(changed.configureCluster).toBeNull();
      expect(errors[0]?.extensions.code).toBe(expected === null ? 'UPSTREAM_UNAVAILABLE' : 'CONFLICT');
    }
    const { data: seen } = await stack.ask('{ clusterStatus(node: "node-2") { connections { name } } }');
    expect(seen.clusterStatus.connections.map(({ name }: { name: string }) => name)).toEqual(['node-1', 'node-3']);
  });

  it.each([
    ['its name is known', false],
    ['no node has told its name', true],
  ])('is not made at the node that it is about, where %s', async (_, fresh) => {
    await using stack = await startStack({ sandbox: { dialect }, addresses: ALL, fresh });
    if (!fresh) await stack.ask('{ cluster { state } }');
    await stack.sandbox.node('node-1').kill();
    const { data, errors } = await stack.ask(REMOVE, { variables: { input: { hostname: 'node-2' } } });
    expect(errors).toEqual([]);
    expect(data.removeNode).toMatchObject({ node: 'node-3', partial: false });
    expect(stack.sandbox.node('node-2').received.get('remove_node')).toBeUndefined();
  });
});

describe('a change that was made', () => {
  it('is told of also where its node does not tell its name any more', async () => {
    await using stack = await startStack({ sandbox: { nodes: 2 }, fresh: true });
    const node = stack.sandbox.node('node-1');
    node.faults.add('cluster_status', { kind: 'refuse', status: 503, body: {} }, Number.POSITIVE_INFINITY);
    const { data, errors } = await stack.ask(REMOVE, { variables: { input: { hostname: 'node-2' } } });
    expect(errors).toEqual([]);
    expect(data.removeNode.node).toBe(node.url.replace(/\/$/, ''));
    expect(node.received.get('remove_node')).toBe(1);
  });

  it('is sent once to each node, whoever is named how often', async () => {
    await using stack = await startStack({ sandbox: { dialect: '4.7' }, addresses: ALL });
    await stack.ask('{ cluster { state } }');
    const input = { hostname: 'node-3', alsoAt: ['node-1', 'node-2', 'node-2'] };
    const { data, errors } = await stack.ask(REMOVE, { variables: { input } });
    expect(errors).toEqual([]);
    // Gossip may have removed it there before.
    expect(data.removeNode).toMatchObject({ node: 'node-1', partial: false, warnings: [] });
    expect(data.removeNode.steps).toEqual([{ at: 'node-2', node: 'node-3', result: 'DONE' }]);
    expect(['node-1', 'node-2'].map((name) => stack.sandbox.node(name).received.get('remove_node'))).toEqual([1, 1]);
  });
});
