import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { overWebSocket } from '../../support/live.ts';
import { startStack } from '../../support/stack.ts';

const ADDRESSES = ['node-1', 'node-2', 'node-3'];
const SETTINGS = { POLL_INTERVAL: '100', CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '60000' };
const WATCH = 'subscription { clusterChanged(snapshot: true) { cursor kind nodes } }';

describe('since when things are as they are', () => {
  const QUERY = `{
    clusterStatus { connections { name state stateSince databaseSockets { database connected since } } }
    cluster { nodes { name stateSince } links { nodes database state since } }
  }`;

  it('is known of what is watched, and changes with it', async () => {
    await using stack = await startStack({ addresses: ADDRESSES, settings: SETTINGS });
    const before = (await stack.ask(QUERY)).data;
    expect(before.clusterStatus.connections[0].stateSince).toBeNull();
    expect(before.cluster.nodes[0].stateSince).toBeNull();
    await using reader = overWebSocket<{ kind: string; nodes: string[] }>(stack, WATCH);
    await reader.next();
    const first = (await stack.ask(QUERY)).data;
    const [peer] = first.clusterStatus.connections;
    expect(peer.name).toBe('node-2');
    expect(Date.parse(peer.stateSince)).toBeGreaterThan(0);
    expect(peer.databaseSockets.map(({ since }: { since: string }) => since)).toEqual([
      peer.stateSince,
      peer.stateSince,
    ]);
    expect(first.cluster.links.every(({ since }: { since: string | null }) => since !== null)).toBe(true);
    await stack.sandbox.node('node-2').kill();
    await reader.until(({ kind }) => kind === 'NODE_DOWN');
    const second = await eventually(async () => {
      const { data } = await stack.ask(QUERY);
      const [down] = data.clusterStatus.connections;
      expect(down.state).toBe('DISCONNECTED');
      expect(Date.parse(down.stateSince)).toBeGreaterThan(Date.parse(peer.stateSince));
      return data;
    });
    const untouched = second.clusterStatus.connections[1];
    expect(untouched.stateSince).toBe(first.clusterStatus.connections[1].stateSince);
    const node = (name: string, data: typeof second) =>
      data.cluster.nodes.find((each: { name: string }) => each.name === name).stateSince;
    expect(Date.parse(node('node-2', second))).toBeGreaterThan(Date.parse(node('node-2', first)));
    expect(node('node-1', second)).toBe(node('node-1', first));
  });
});

describe('availability', () => {
  const QUERY = `query($node: String!, $peer: String, $database: String, $since: DateTime) {
    availability(node: $node, peer: $peer, database: $database, since: $since) { ratio upMs watchedMs }
  }`;

  it('is known of nodes and links as long as they were watched', async () => {
    await using stack = await startStack({ addresses: ADDRESSES, settings: SETTINGS });
    const of = async (variables: object) => (await stack.ask(QUERY, { variables: { ...variables } })).data.availability;
    await using reader = overWebSocket<{ kind: string; nodes: string[] }>(stack, WATCH);
    await reader.next();
    await stack.sandbox.node('node-2').kill();
    await reader.until(({ kind, nodes }) => kind === 'NODE_DOWN' && nodes[0] === 'node-2');
    await eventually(async () => {
      const down = await of({ node: 'node-2' });
      expect(down.watchedMs).toBeGreaterThan(500);
      expect(down.ratio).toBeGreaterThan(0);
      expect(down.ratio).toBeLessThan(1);
      expect(down.upMs / down.watchedMs).toBeCloseTo(down.ratio);
    });
    expect((await of({ node: 'node-1' })).ratio).toBe(1);
    expect((await of({ node: 'node-1', peer: 'node-3', database: 'dev' })).ratio).toBe(1);
    expect((await of({ node: 'node-3', peer: 'node-1', database: 'dev' })).ratio).toBe(1);
    expect((await of({ node: 'node-1', peer: 'node-2', database: 'dev' })).ratio).toBeLessThan(1);
    expect(await of({ node: 'node-1', since: '2100-01-01T00:00:00Z' })).toEqual({ ratio: null, upMs: 0, watchedMs: 0 });
  });

  it.each<[object, RegExp]>([
    [{ node: 'node-9' }, /node must be a node that was seen/],
    [{ node: 'node-1', peer: 'node-2', database: 'none' }, /peer must be a peer with a link for that database/],
    [{ node: 'node-1', peer: 'node-2' }, /database must be given beside peer/],
    [{ node: 'node-1', database: 'dev' }, /peer must be given beside database/],
    [{ node: '__proto__' }, /node must be a node that was seen/],
  ])('of %j is refused', async (variables, message) => {
    await using stack = await startStack({ addresses: ADDRESSES, settings: SETTINGS });
    await using reader = overWebSocket(stack, WATCH);
    await reader.next();
    const { errors } = await stack.ask(QUERY, { variables: { ...variables } });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.message).toMatch(message);
  });
});
