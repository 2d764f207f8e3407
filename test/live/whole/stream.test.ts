import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { CLUSTER_CHANGES, type ClusterEvent, overSse, overWebSocket, type Subscription } from '../../support/live.ts';
import { basic, startStack, VIEWER } from '../../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3'];
const SETTINGS = { POLL_INTERVAL: '100', CHANGE_GRACE: '1000', RECOVERY_GRACE: '60000', CUT_GRACE: '60000' };

const short = ({ kind, nodes, databases, state }: ClusterEvent) =>
  kind === 'STATE_CHANGED' ? `${kind} ${state}` : [kind, ...nodes, ...databases].join(' ');

/** Takes events until a node and the state have changed, in whatever order: views are read one after the other. */
async function untilDown(changes: Subscription<ClusterEvent>): Promise<ClusterEvent[]> {
  const wanted = new Set(['NODE_DOWN', 'STATE_CHANGED']);
  return changes.until(({ kind }) => {
    wanted.delete(kind);
    return wanted.size === 0;
  });
}

describe.each([
  ['WebSocket', overWebSocket],
  ['SSE', overSse],
] as const)('clusterChanged over %s', (_, subscribe) => {
  it('tells of a node that is killed and comes back once, whoever sees it', async () => {
    await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
    await using changes = subscribe<ClusterEvent>(stack, CLUSTER_CHANGES, { snapshot: true });
    const before = await changes.until(({ kind }) => kind === 'STATE_CHANGED');
    expect(before.map(short)).toEqual([
      'NODE_UP node-1',
      'NODE_UP node-2',
      'NODE_UP node-3',
      'LINK_UP node-1 node-2 dev system',
      'LINK_UP node-1 node-3 dev system',
      'LINK_UP node-2 node-3 dev system',
      'STATE_CHANGED HEALTHY',
    ]);
    expect(before.every(({ isSnapshot }) => isSnapshot)).toBe(true);
    await stack.sandbox.node('node-3').kill();
    const down = await untilDown(changes);
    expect(down.map(short).toSorted()).toEqual(['NODE_DOWN node-3', 'STATE_CHANGED DEGRADED']);
    await stack.sandbox.node('node-3').start();
    const back = await changes.until(({ kind }) => kind === 'STATE_CHANGED');
    expect(back.map(short)).toEqual(['NODE_UP node-3', 'STATE_CHANGED HEALTHY']);
  });

  it('goes on after a cursor without a gap, also where another reader has the same', async () => {
    await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
    await using whole = subscribe<ClusterEvent>(stack, CLUSTER_CHANGES, { snapshot: true });
    await whole.until(({ kind }) => kind === 'STATE_CHANGED');
    await using first = subscribe<ClusterEvent>(stack, CLUSTER_CHANGES, { snapshot: true });
    const seen = await first.until(({ kind }) => kind === 'STATE_CHANGED');
    await first[Symbol.asyncDispose]();
    await stack.sandbox.node('node-3').kill();
    await untilDown(whole);
    await using again = subscribe<ClusterEvent>(stack, CLUSTER_CHANGES, { after: seen.at(-1)?.cursor });
    const missed = await untilDown(again);
    expect(missed.map(({ cursor }) => cursor)).toEqual(whole.events.slice(-missed.length).map(({ cursor }) => cursor));
    expect(missed.map(short).toSorted()).toEqual(['NODE_DOWN node-3', 'STATE_CHANGED DEGRADED']);
    await using cut = subscribe<ClusterEvent>(stack, CLUSTER_CHANGES, { after: seen[0]?.cursor });
    expect(JSON.stringify(await cut.ended)).toContain('CURSOR_EXPIRED');
  });

  it('has what is asked for only', async () => {
    await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
    await using changes = subscribe<ClusterEvent>(stack, CLUSTER_CHANGES, {
      snapshot: true,
      nodes: ['node-2'],
      kinds: ['NODE_UP', 'NODE_DOWN'],
    });
    expect(short(await changes.next())).toBe('NODE_UP node-2');
    await stack.sandbox.node('node-3').kill();
    await stack.sandbox.node('node-2').kill();
    expect(short(await changes.next())).toBe('NODE_DOWN node-2');
  });
});

describe.each(['clusterChanged { kind }', 'cluster { state }', 'connectionStatusChanged { kind }'])(
  'a subscription to %s at several nodes',
  (field) => {
    it.each([
      ['who may not see the cluster', VIEWER, 'FORBIDDEN'],
      ['whose login no node takes', basic('admin', 'wrong'), 'UNAUTHENTICATED'],
    ])('is refused to one %s', async (_, authorization, code) => {
      await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
      await using events = overSse(stack, `subscription { ${field} }`, {}, { authorization });
      expect(JSON.stringify(await events.ended)).toContain(code);
      expect(events.events).toEqual([]);
    });
  },
);

describe('cluster as a subscription', () => {
  const CLUSTER = 'subscription { cluster { state freshness isComplete nodes { name state stateSince } } }';
  interface Whole {
    readonly state: string;
    readonly freshness: string;
    readonly isComplete: boolean;
    readonly nodes: readonly { readonly name: string; readonly state: string; readonly stateSince: string | null }[];
  }

  it('gives nothing twice to a reader when others come', async () => {
    await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
    await using first = overWebSocket<Whole>(stack, CLUSTER);
    await first.next();
    for (let count = 0; count < 3; count += 1) {
      await using other = overWebSocket<Whole>(stack, CLUSTER);
      await other.next();
    }
    await stack.sandbox.node('node-2').kill();
    await first.until(({ isComplete }) => !isComplete);
    expect(first.events.filter(({ state }) => state === 'HEALTHY')).toHaveLength(1);
  });

  it('has the whole at once and after each change, and says so when no node can be read', async () => {
    await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
    await using wholes = overWebSocket<Whole>(stack, CLUSTER);
    expect(await wholes.next()).toMatchObject({ state: 'HEALTHY', freshness: 'LIVE', isComplete: true });
    await stack.sandbox.node('node-2').kill();
    const [last] = (await wholes.until(({ isComplete }) => !isComplete)).slice(-1);
    expect([last?.state, last?.freshness]).toEqual(['DEGRADED', 'LIVE']);
    // It comes again when it has lasted: since when it is so is known by then.
    const isKnown = ({ nodes }: Whole) => nodes.every(({ stateSince }) => stateSince !== null);
    const [settled] = (await wholes.until((whole) => !whole.isComplete && isKnown(whole))).slice(-1);
    expect(settled?.nodes.map(({ state }) => state)).toEqual(['UP', 'UNREACHABLE', 'UP']);
    await stack.sandbox.node('node-1').kill();
    await stack.sandbox.node('node-3').kill();
    const lost = (await wholes.until(({ freshness }) => freshness === 'LOST')).at(-1);
    expect(lost?.nodes.map(({ name }) => name)).toEqual(ALL);
    await stack.sandbox.node('node-1').start();
    expect((await wholes.until(({ freshness }) => freshness === 'LIVE')).at(-1)?.isComplete).toBe(false);
  });
});

describe('the live status of one node', () => {
  it('goes on with the next one when the preferred one is lost, and tells whose it is', async () => {
    await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
    await using statuses = overWebSocket<{ nodeName: string; freshness: string }>(
      stack,
      'subscription { clusterStatus { nodeName freshness state } }',
    );
    expect(await statuses.next()).toMatchObject({ nodeName: 'node-1', freshness: 'LIVE' });
    await stack.sandbox.node('node-1').kill();
    await statuses.until(({ nodeName, freshness }) => nodeName === 'node-2' && freshness === 'LIVE');
    await stack.sandbox.node('node-1').start();
    await statuses.until(({ nodeName, freshness }) => nodeName === 'node-1' && freshness === 'LIVE');
  });

  it('has the changes of every view, and those of one where that is asked for', async () => {
    await using stack = await startStack({ addresses: ALL, settings: SETTINGS });
    const query = `subscription($views: [String!]) { connectionStatusChanged(views: $views, snapshot: true) {
      kind nodeName peerName database
    } }`;
    interface Event {
      readonly kind: string;
      readonly nodeName: string | null;
      readonly peerName: string | null;
    }
    await using all = overWebSocket<Event>(stack, query);
    await using one = overWebSocket<Event>(stack, query, { views: ['node-2'] });
    for (let count = 0; count < 4; count += 1) expect((await one.next()).nodeName).toBe('node-2');
    for (let count = 0; count < 12; count += 1) expect((await all.next()).kind).toBe('SNAPSHOT');
    await stack.sandbox.node('node-3').kill();
    const seen = await all.until(({ kind }) => kind === 'NODE_LOST');
    expect(seen.at(-1)).toMatchObject({ nodeName: 'node-3', peerName: null });
    await eventually(() => {
      const down = all.events.filter(({ kind, peerName }) => kind === 'DISCONNECTED' && peerName === 'node-3');
      expect(new Set(down.map(({ nodeName }) => nodeName))).toEqual(new Set(['node-1', 'node-2']));
    });
    await stack.sandbox.node('node-1').kill();
    await stack.sandbox.node('node-2').kill();
    await all.until(({ kind }) => kind === 'UPSTREAM_LOST');
    await stack.sandbox.node('node-2').start();
    const kinds = (await all.until(({ kind }) => kind === 'NODE_RESTORED')).map(({ kind }) => kind);
    expect(kinds).toContain('UPSTREAM_RESTORED');
    expect(one.events.every(({ nodeName }) => nodeName === 'node-2' || nodeName === null)).toBe(true);
  });
});
