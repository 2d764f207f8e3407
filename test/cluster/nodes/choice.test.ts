import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { overWebSocket } from '../../support/live.ts';
import { FAST, startStack } from '../../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3'];
const WHO = '{ clusterStatus { nodeName } }';

describe('without a node named', () => {
  it('the preferred one is asked, and no other', async () => {
    await using stack = await startStack({ addresses: ALL });
    const { data } = await stack.ask(WHO);
    expect(data.clusterStatus.nodeName).toBe('node-1');
    expect(stack.sandbox.nodes.map(({ received }) => received.get('cluster_status') ?? 0)).toEqual([1, 0, 0]);
  });

  it('a query goes on to the next when the preferred one is killed, and back when it is there again', async () => {
    await using stack = await startStack({ addresses: ALL });
    const [first] = stack.sandbox.nodes;
    await first?.kill();
    const answers = await Promise.all(Array.from({ length: 20 }, () => stack.ask(WHO)));
    expect(answers.map(({ data, errors }) => data.clusterStatus?.nodeName ?? errors)).toEqual(
      Array.from({ length: 20 }, () => 'node-2'),
    );
    await first?.start();
    // A probe has to reach it first, and nobody else asks it.
    await eventually(async () => expect((await stack.ask(WHO)).data.clusterStatus.nodeName).toBe('node-1'));
  });

  it('a query is asked of the next as well when the preferred one is frozen, then of that one only', async () => {
    await using stack = await startStack({ addresses: ALL, settings: { READ_TIMEOUT: '3000' } });
    const [first] = stack.sandbox.nodes;
    first?.freeze();
    expect((await stack.ask(WHO)).data.clusterStatus.nodeName).toBe('node-2');
    const before = stack.sandbox.node('node-1').received.get('cluster_status');
    expect((await stack.ask(WHO)).data.clusterStatus.nodeName).toBe('node-2');
    expect(stack.sandbox.node('node-1').received.get('cluster_status')).toBe(before);
  });

  it('a query is answered by the third when the first two are frozen', async () => {
    await using stack = await startStack({ addresses: ALL, settings: { READ_TIMEOUT: '3000' } });
    stack.sandbox.node('node-1').freeze();
    stack.sandbox.node('node-2').freeze();
    expect((await stack.ask(WHO)).data.clusterStatus?.nodeName).toBe('node-3');
  });

  it.each([
    ['garbles its answer', { kind: 'garble' }],
    ['closes the connection', { kind: 'reset' }],
    ['breaks its answer off', { kind: 'truncate' }],
    ['is replaced by a proxy that is not ready', { kind: 'refuse', status: 503, body: 'no' }],
  ] as const)('a query goes on to the next when the preferred one %s', async (_, fault) => {
    await using stack = await startStack({ addresses: ALL });
    stack.sandbox.node('node-1').faults.add('cluster_status', fault, Number.POSITIVE_INFINITY);
    const { data, errors } = await stack.ask(WHO);
    expect([data.clusterStatus?.nodeName, errors]).toEqual(['node-2', []]);
  });

  it('a refusal is the answer, and no other node is asked', async () => {
    await using stack = await startStack({ addresses: ALL });
    const { errors } = await stack.ask(WHO, { as: `Basic ${Buffer.from('admin:wrong').toString('base64')}` });
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(stack.sandbox.node('node-2').received.size).toBe(0);
  });

  it('the failure of the preferred one is told when none answers', async () => {
    await using stack = await startStack({ addresses: ALL });
    for (const node of stack.sandbox.nodes) await node.kill();
    const { errors } = await stack.ask(WHO);
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('refused'),
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });

  it('a node of another cluster is never asked in place of the preferred one', async () => {
    await using stack = await startStack({ addresses: ['node-1', 'node-3'], sandbox: { nodes: 2, spares: 1 } });
    await stack.ask('{ cluster { state } }');
    await stack.sandbox.node('node-1').kill();
    const { data, errors } = await stack.ask(WHO);
    expect([data.clusterStatus, errors[0]?.extensions.code]).toEqual([null, 'UPSTREAM_UNAVAILABLE']);
  });
});

describe('a node that is named', () => {
  it.each([
    ['clusterStatus(node: $node) { nodeName }', { clusterStatus: { nodeName: 'node-3' } }],
    ['peer(name: "node-1", node: $node) { name }', { peer: { name: 'node-1' } }],
    ['clusterPlan(connections: [], node: $node) { nodeName }', { clusterPlan: { nodeName: 'node-3' } }],
    ['routes(node: $node) { url }', { routes: [] }],
  ])('is the one that is asked: %s', async (field, expected) => {
    await using stack = await startStack({ addresses: ALL });
    // Its name is learned with this very query.
    const { data, errors } = await stack.ask(`query($node: String!) { ${field} }`, { variables: { node: 'node-3' } });
    expect(errors).toEqual([]);
    expect(data).toEqual(expected);
  });

  it('is asked beside others in one query', async () => {
    await using stack = await startStack({ addresses: ALL });
    const { data } = await stack.ask(`{
      clusterStatus { nodeName }
      two: clusterStatus(node: "node-2") { nodeName }
      three: clusterStatus(node: "node-3") { nodeName }
      again: clusterStatus(node: "node-3") { observedAt }
    }`);
    expect([data.clusterStatus.nodeName, data.two.nodeName, data.three.nodeName]).toEqual(ALL);
  });

  it('is not replaced by another when it is down', async () => {
    await using stack = await startStack({ addresses: ALL });
    await stack.ask('{ cluster { state } }');
    await stack.sandbox.node('node-3').kill();
    const { errors } = await stack.ask('{ clusterStatus(node: "node-3") { nodeName } }');
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  it.each(['node-9', '__proto__', ''])('is refused with the names that are known when it is %j', async (node) => {
    await using stack = await startStack({ addresses: ALL });
    const { errors } = await stack.ask('query($node: String) { clusterStatus(node: $node) { nodeName } }', {
      variables: { node },
    });
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('node-1, node-2, node-3'),
      extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['node'] }] },
    });
  });
});

describe('a change', () => {
  const ADD = `mutation($input: AddNodeInput!) { addNode(input: $input) { node message } }`;
  const input = { hostname: 'node-4', authorization: { basic: { username: 'admin', password: 'sandbox' } } };

  it('goes to the preferred node', async () => {
    await using stack = await startStack({ addresses: ALL, sandbox: { spares: 1 } });
    const { data } = await stack.ask(ADD, { variables: { input } });
    expect(data.addNode).toEqual({ node: 'node-1', message: "Successfully added 'ws://node-4:9933' to cluster" });
    expect(stack.sandbox.node('node-2').received.get('add_node')).toBeUndefined();
  });

  it('goes to the node that is named', async () => {
    await using stack = await startStack({ addresses: ALL, sandbox: { spares: 1 } });
    const { data } = await stack.ask(ADD, { variables: { input: { ...input, node: 'node-2' } } });
    expect(data.addNode.node).toBe('node-2');
    expect(stack.sandbox.nodes.map(({ received }) => received.get('add_node') ?? 0)).toEqual([0, 1, 0, 0]);
  });

  it('goes to the next when the preferred one is down and was certainly not sent anything', async () => {
    await using stack = await startStack({ addresses: ALL, sandbox: { spares: 1 } });
    await stack.sandbox.node('node-1').kill();
    const { data } = await stack.ask(ADD, { variables: { input } });
    expect(data.addNode.node).toBe('node-2');
  });

  it('tells the failure of the preferred one when none can be reached', async () => {
    await using stack = await startStack({ addresses: ALL });
    stack.sandbox.node('node-1').faults.add('*', { kind: 'refuse', status: 503, body: 'no' }, Number.POSITIVE_INFINITY);
    for (const name of ['node-2', 'node-3']) await stack.sandbox.node(name).kill();
    const { errors } = await stack.ask('{ clusterPlan(connections: []) { isNoop } }');
    expect(errors[0]?.message).toContain('HTTP 503');
  });

  it('is sent to no other node when it may have been carried out', async () => {
    await using stack = await startStack({ addresses: ALL, sandbox: { spares: 1 } });
    stack.sandbox.node('node-1').faults.add('add_node', { kind: 'reset', after: true });
    const { errors } = await stack.ask(ADD, { variables: { input } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcomeUnknown: true });
    expect(stack.sandbox.nodes.map(({ received }) => received.get('add_node') ?? 0)).toEqual([1, 0, 0, 0]);
  });

  it('is sent to no other node when that was named', async () => {
    await using stack = await startStack({ addresses: ALL, sandbox: { spares: 1 } });
    await stack.ask('{ cluster { state } }');
    await stack.sandbox.node('node-1').kill();
    const { errors } = await stack.ask(ADD, { variables: { input: { ...input, node: 'node-1' } } });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(stack.sandbox.node('node-2').received.get('add_node')).toBeUndefined();
  });

  it('planned for one node is a CONFLICT at another, which says so', async () => {
    await using stack = await startStack({ addresses: ALL });
    const { data } = await stack.ask('{ clusterPlan(connections: [], node: "node-2") { revision } }');
    const { errors } = await stack.ask(
      'mutation($input: ConfigureClusterInput!) { configureCluster(input: $input) { message } }',
      { variables: { input: { connections: [], expectedRevision: data.clusterPlan.revision, node: 'node-3' } } },
    );
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('the view of node-2'),
      extensions: { code: 'CONFLICT' },
    });
  });
});

describe('on a Harper with worker threads', () => {
  it('no node gets two cluster_status at once, whoever asks, or watches, what of which', async () => {
    await using stack = await startStack({
      addresses: ALL,
      sandbox: { timing: { ...FAST, worker: 3 } },
      settings: { POLL_INTERVAL: '100' },
    });
    const queries = [
      WHO,
      '{ cluster { state } }',
      '{ clusterStatus(node: "node-2") { nodeName } }',
      '{ clusterPlan(connections: [], node: "node-3") { revision warnings } }',
    ];
    const subscriptions = [
      'subscription { clusterStatus { state } }',
      'subscription { cluster { state } }',
      'subscription { clusterChanged(snapshot: true) { kind } }',
      'subscription { connectionStatusChanged(snapshot: true) { kind } }',
    ];
    const readers = Array.from({ length: 20 }, (_, at) => overWebSocket(stack, subscriptions[at % 4]));
    await Promise.all(Array.from({ length: 60 }, (_, at) => stack.ask(queries[at % queries.length] ?? WHO)));
    for (const reader of readers) await reader.next();
    for (const reader of readers) await reader[Symbol.asyncDispose]();
    expect(stack.sandbox.nodes.map(({ mostStatusCalls }) => mostStatusCalls)).toEqual([1, 1, 1]);
  });
});
