import { describe, expect, it } from 'vitest';
import { CONFIGURE, heldBy, LOGIN, type Planned, plan, settled } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { DIALECTS, type Stack, startStack } from '../support/stack.ts';

const TABLES = [{ database: 'dev', table: 'dog', publish: true, subscribe: true }];
const OTHER_TABLES = [
  { database: 'dev', table: 'cat', publish: true, subscribe: false },
  { database: 'dev', table: 'dog', publish: true, subscribe: true },
];
const two = { hostname: 'node-2', authorization: LOGIN };
const three = { hostname: 'node-3', authorization: LOGIN };
const four = { hostname: 'node-4', authorization: LOGIN };

/** How a summary ends when the peer has to be removed and added again. */
const RECREATED = 'Harper cannot take that back, so it is removed and added again.';

/** Changes a cluster of node-1 to node-3, then wants it so; node-4 is spare. */
const CASES: readonly {
  name: string;
  before?: readonly object[];
  wanted: readonly object[];
  changes: Record<string, RegExp>;
}[] = [
  { name: 'nothing', wanted: [two, three], changes: { 'KEEP node-2': /stays/, 'KEEP node-3': /stays/ } },
  {
    name: 'a node to add',
    wanted: [four, two, three],
    changes: {
      'ADD node-4': /^node-4 is added at ws:\/\/node-4:9933, fully replicating\.$/,
      'KEEP node-2': /./,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'a node to remove',
    wanted: [three],
    changes: { 'REMOVE node-2': /^node-2 is removed\.$/, 'KEEP node-3': /./ },
  },
  { name: 'everything to remove', wanted: [], changes: { 'REMOVE node-2': /./, 'REMOVE node-3': /./ } },
  {
    name: 'a node in place of another',
    wanted: [two, four],
    changes: { 'ADD node-4': /./, 'REMOVE node-3': /./, 'KEEP node-2': /./ },
  },
  {
    name: 'a url that has moved',
    before: [{ ...two, url: 'ws://127.0.0.1:1' }],
    wanted: [two, three],
    changes: {
      'UPDATE node-2': /^node-2 is changed: its URL from ws:\/\/127\.0\.0\.1:1 to ws:\/\/node-2:9933/,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'table subscriptions in place of full replication',
    wanted: [{ ...two, subscriptions: TABLES }, three],
    changes: {
      'UPDATE node-2':
        /^node-2 is changed: it goes from fully replicating to replicating dev\.dog \(both ways\)\. RECREATED$/,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'other table subscriptions',
    before: [{ ...two, subscriptions: TABLES }],
    wanted: [{ ...two, subscriptions: OTHER_TABLES }, three],
    changes: { 'UPDATE node-2': /to replicating dev\.cat \(outwards\), dev\.dog \(both ways\)\.$/, 'KEEP node-3': /./ },
  },
  {
    name: 'full replication in place of table subscriptions',
    before: [{ ...two, subscriptions: TABLES }],
    wanted: [two, three],
    changes: {
      'UPDATE node-2': /from replicating dev\.dog \(both ways\) to fully replicating\. RECREATED$/,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'fewer table subscriptions, for which the node is removed and added again',
    before: [{ ...two, subscriptions: OTHER_TABLES }],
    wanted: [{ ...two, subscriptions: TABLES }, three],
    changes: {
      'UPDATE node-2': /to replicating dev\.dog \(both ways\)\. RECREATED/,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'a peer by another name for its address',
    wanted: [{ hostname: 'alias', url: 'ws://node-2:9933', authorization: LOGIN }, three],
    changes: { 'KEEP node-2': /./, 'KEEP node-3': /./ },
  },
  {
    name: 'the same table subscriptions in another order',
    before: [{ ...two, subscriptions: OTHER_TABLES }],
    wanted: [{ ...two, subscriptions: OTHER_TABLES.toReversed() }, three],
    changes: { 'KEEP node-2': /./, 'KEEP node-3': /./ },
  },
  {
    name: 'a shard, a start time and revoked certificates',
    wanted: [{ ...two, shard: 2, startTime: '2026-01-31T08:30:00Z', revokedCertificates: ['AB'] }, three],
    changes: {
      'UPDATE node-2':
        /its shard from none to 2; its start time from none to 2026-01-31T08:30:00\.000Z; its revoked .* to AB\.$/,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'a shard to take back, for which the node is removed and added again',
    before: [{ ...two, shard: 2 }],
    wanted: [two, three],
    changes: {
      'UPDATE node-2': /its shard from 2 to none\. RECREATED$/,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'revoked certificates to take back',
    before: [{ ...two, revokedCertificates: ['AB'] }],
    wanted: [two, three],
    changes: {
      'UPDATE node-2': /its revoked certificates from AB to none\. RECREATED/,
      'KEEP node-3': /./,
    },
  },
  {
    name: 'the called node itself',
    wanted: [{ hostname: 'node-1' }, two, three],
    changes: { 'KEEP node-1': /is the called node itself/, 'KEEP node-2': /./, 'KEEP node-3': /./ },
  },
];

async function remove(stack: Stack, input: object): Promise<void> {
  const { hostname } = input as { hostname: string };
  await stack.ask(`mutation { removeNode(input: { hostname: "${hostname}" }) { message } }`);
}

async function begin(stack: Stack, before: readonly object[] = []): Promise<void> {
  const variables = (input: object) => ({ variables: { input } });
  for (const input of before) {
    // Harper does not take full replication away.
    if ('subscriptions' in input) await remove(stack, input);
    await stack.ask('mutation($input: AddNodeInput!) { addNode(input: $input) { message } }', variables(input));
  }
  if (before.length === 0 || !JSON.stringify(before).includes('127.0.0.1')) await settled(stack);
}

/** Applies a plan as a person would: a mutation for each change, made of what the plan shows. */
async function applyByHand(stack: Stack, changes: readonly Planned[]): Promise<void> {
  for (const { kind, node, after, summary } of changes) {
    const { subscriptions, ...rest } = after ?? {};
    const input = { hostname: node, authorization: LOGIN, ...rest, ...(subscriptions ? { subscriptions } : {}) };
    const steps: [mutation: string, input: object][] = {
      ADD: [['addNode', input]] as [string, object][],
      UPDATE: (/removed and added again/.test(summary)
        ? [
            ['removeNode', { hostname: node }],
            ['addNode', input],
          ]
        : // Without tables, updateNode would keep those there are.
          [[subscriptions ? 'updateNode' : 'addNode', input]]) as [string, object][],
      REMOVE: [['removeNode', { hostname: node }]] as [string, object][],
      KEEP: [],
    }[kind];
    for (const [mutation, each] of steps) {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
      const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { warnings } }`;
      const { data, errors } = await stack.ask(query, { variables: { input: each } });
      expect([errors, data?.[mutation]?.warnings]).toEqual([[], []]);
    }
  }
}

describe.each(DIALECTS)('a plan on Harper %s', (dialect) => {
  const sandbox = { dialect, spares: 1 };

  it.each(CASES)('for $name says what would change, and changes nothing', async ({ before, wanted, changes }) => {
    await using stack = await startStack({ sandbox });
    await begin(stack, before);
    const held = heldBy(stack.sandbox);
    const writes = stack.sandbox.node('node-1').bodies.length;
    const found = await plan(stack, wanted);
    expect(found.changes.map(({ kind, node }) => `${kind} ${node}`)).toEqual(Object.keys(changes));
    for (const { kind, node, summary } of found.changes)
      expect(summary.replace(RECREATED, 'RECREATED')).toMatch(changes[`${kind} ${node}`] ?? /^$/);
    expect(found.isNoop).toBe(found.changes.every(({ kind }) => kind === 'KEEP'));
    expect(heldBy(stack.sandbox)).toEqual(held);
    const asked = stack.sandbox.node('node-1').bodies.slice(writes);
    const READS = ['cluster_status', 'cluster_get_routes', 'get_configuration'];
    expect(asked.filter(({ operation }) => !READS.includes(String(operation)))).toEqual([]);
  });

  it.each(CASES)('for $name gives the same cluster by hand and by configureCluster', async ({ before, wanted }) => {
    await using byHand = await startStack({ sandbox });
    await using atOnce = await startStack({ sandbox });
    await begin(byHand, before);
    await begin(atOnce, before);
    const found = await plan(byHand, wanted);
    await applyByHand(byHand, found.changes);
    const input = { connections: wanted, expectedRevision: (await plan(atOnce, wanted)).revision };
    const { data, errors } = await atOnce.ask(CONFIGURE, { variables: { input } });
    expect(errors).toEqual([]);
    expect(data.configureCluster).toMatchObject({
      partial: false,
      warnings: [],
      emulated: dialect === '5.2',
    });
    if (found.isNoop) expect(atOnce.sandbox.node('node-1').received.get('configure_cluster')).toBeUndefined();
    expect(data.configureCluster.steps.map(({ kind, node }: Planned) => `${kind} ${node}`)).toEqual(
      found.changes.filter(({ kind }) => kind !== 'KEEP').map(({ kind, node }) => `${kind} ${node}`),
    );
    expect(heldBy(atOnce.sandbox)).toEqual(heldBy(byHand.sandbox));
    await eventually(async () => expect((await plan(atOnce, wanted)).isNoop).toBe(true));
  });

  it('says that a removed peer comes back where a route leads to it', async () => {
    await using stack = await startStack({ sandbox });
    stack.sandbox.node('node-1').routes = ['NODE-2', { url: 'ws://elsewhere:9933' }, { hostname: 'node-3', port: 1 }];
    const { changes } = await plan(stack, []);
    expect(changes.map(({ summary }) => summary)).toEqual([
      'node-2 is removed. A route leads to it, by which Harper may add it again when it restarts.',
      'node-3 is removed.',
    ]);
  });

  it('fails where the routes cannot be read, so that nothing is left unsaid', async () => {
    await using stack = await startStack({ sandbox });
    for (const operation of ['cluster_get_routes', 'get_configuration']) {
      stack.sandbox.node('node-1').faults.add(operation, { kind: 'answer', status: 500, body: { error: 'no' } });
    }
    const query = '{ clusterPlan(connections: []) { isNoop } }';
    expect((await stack.ask(query)).errors[0]?.extensions.code).toBe('OPERATION_REFUSED');
  });

  it('says of a peer that replicates nothing that Harper 5.2 does not list it', async () => {
    await using stack = await startStack({ sandbox });
    const { changes } = await plan(stack, [two, three, { ...four, subscriptions: [] }]);
    expect(changes[0]?.summary).toBe(
      'node-4 is added at ws://node-4:9933, replicating nothing. ' +
        'Harper 5.2 does not list such a peer, so that every plan adds it.',
    );
  });

  it('shows before and after of a peer', async () => {
    await using stack = await startStack({ sandbox });
    const { changes } = await plan(stack, [{ ...two, subscriptions: TABLES }]);
    const rest = { shard: null, startTime: null, revokedCertificates: [] };
    expect(changes[0]).toMatchObject({
      before: { url: 'ws://node-2:9933', subscriptions: null, ...rest },
      after: { url: 'ws://node-2:9933', subscriptions: TABLES, ...rest },
    });
    expect(changes[1]).toMatchObject({ kind: 'REMOVE', before: { url: 'ws://node-3:9933' }, after: null });
  });

  it('tells a peer again that is listed and not connected, when a login for it is given', async () => {
    await using stack = await startStack({ sandbox });
    await stack.sandbox.node('node-2').kill();
    const { changes } = await plan(stack, [{ hostname: 'node-3' }, two]);
    expect(changes.map(({ kind, summary }) => [kind, summary])).toEqual([
      ['UPDATE', 'node-2 is changed: it is not connected, so it is told again.'],
      ['KEEP', 'node-3 stays as it is.'],
    ]);
    expect((await plan(stack, [{ hostname: 'node-3' }, { hostname: 'node-2' }])).isNoop).toBe(true);
  });

  it('is refused for what configureCluster would refuse, with the path in its own argument', async () => {
    await using stack = await startStack({ sandbox });
    const query = 'query($connections: [NodeInput!]!) { clusterPlan(connections: $connections) { isNoop } }';
    const { errors } = await stack.ask(query, { variables: { connections: [two, { url: 'ws://node-2:1' }] } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['connections', 1] }] });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});
