import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type Gateways, startGateways } from '../../support/gateways.ts';
import { CHANGES, CLUSTER_CHANGES, type ClusterEvent, overSse, overWebSocket } from '../../support/live.ts';
import { HAS_REDIS } from '../../support/redis-server.ts';
import type { Stack } from '../../support/stack.ts';

const SETTINGS = { POLL_INTERVAL: '100', CHANGE_GRACE: '100', RECOVERY_GRACE: '300', CUT_GRACE: '100' };
const ADDRESSES = ['node-1', 'node-2', 'node-3'];

const polls = ({ sandbox }: Gateways) =>
  sandbox.nodes.reduce((sum, node) => sum + (node.received.get('cluster_status') ?? 0), 0);

const cursors = (events: readonly { cursor: string }[]) => events.map(({ cursor }) => cursor);

describe.skipIf(!HAS_REDIS)('gateways that share Redis', () => {
  it('give the same changes with the same cursors, of which each leads on at every other', async () => {
    await using gateways = await startGateways({ count: 2, settings: SETTINGS, addresses: ADDRESSES });
    const [one, other] = gateways.all as [Stack, Stack];
    await using first = overWebSocket(one);
    await using second = overSse(other);
    await using whole = overWebSocket<ClusterEvent>(one, CLUSTER_CHANGES);
    await using otherWhole = overWebSocket<ClusterEvent>(other, CLUSTER_CHANGES);
    await eventually(async () =>
      expect((await other.ask('{ gateway { watch { state } } }')).data.gateway.watch.state).toBe('LIVE'),
    );
    await gateways.sandbox.node('node-3').kill();
    await whole.until(({ kind }) => kind === 'NODE_DOWN');
    await gateways.sandbox.node('node-3').start();
    const told = await whole.until(({ kind }) => kind === 'NODE_UP');
    await otherWhole.until(({ cursor }) => cursor === told.at(-1)?.cursor);
    expect(otherWhole.events.slice(0, whole.events.length)).toEqual(whole.events);
    await eventually(() => expect(second.events.length).toBeGreaterThanOrEqual(first.events.length));
    const common = Math.min(first.events.length, second.events.length);
    expect(second.events.slice(0, common)).toEqual(first.events.slice(0, common));
    // Each cursor leads on at the gateway that did not give it.
    const [begin] = cursors(first.events);
    await using after = overWebSocket(other, CHANGES, { after: begin });
    await eventually(() => expect(after.events.length).toBeGreaterThanOrEqual(common - 1));
    expect(after.events.slice(0, common - 1)).toEqual(first.events.slice(1, common));
  });

  it('poll once, whoever reads', async () => {
    await using gateways = await startGateways({ count: 3, settings: { ...SETTINGS, POLL_INTERVAL: '200' } });
    const readers = gateways.all.map((stack) => overWebSocket(stack, CHANGES, { snapshot: true }));
    for (const reader of readers) await reader.next();
    const polled = await Promise.all(
      gateways.all.map(async (stack) => (await stack.ask('{ gateway { changeLog { kind failure } } }')).data.gateway),
    );
    expect(polled).toEqual(polled.map(() => ({ changeLog: { kind: 'REDIS', failure: null } })));
    const before = polls(gateways);
    await eventually(() => expect(polls(gateways) - before).toBeGreaterThan(20));
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  });
});
