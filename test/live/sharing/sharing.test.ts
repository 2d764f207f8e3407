import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startGateways } from '../../support/gateways.ts';
import { CHANGES, CLUSTER_CHANGES, type ClusterEvent, overSse, overWebSocket } from '../../support/live.ts';
import { startProxy } from '../../support/proxy.ts';
import { HAS_REDIS } from '../../support/redis-server.ts';
import type { Stack } from '../../support/stack.ts';

const SETTINGS = { POLL_INTERVAL: '100', CHANGE_GRACE: '100', RECOVERY_GRACE: '300', CUT_GRACE: '100' };
const ADDRESSES = ['node-1', 'node-2', 'node-3'];

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
    // Also at one that has come later, and has to read what was before.
    const third = await gateways.add();
    await using atThird = overWebSocket(third, CHANGES, { after: begin });
    await eventually(() => expect(atThird.events.length).toBeGreaterThanOrEqual(common - 1));
    expect(atThird.events.slice(0, common - 1)).toEqual(first.events.slice(1, common));
  });

  it('poll once, whoever reads', async () => {
    await using gateways = await startGateways({ count: 3, settings: SETTINGS });
    const readers = gateways.all.map((stack) => overWebSocket(stack, CHANGES, { snapshot: true }));
    for (const reader of readers) await reader.next();
    for (const stack of gateways.all) {
      const { data } = await stack.ask('{ gateway { changeLog { kind failure } } }');
      expect(data.gateway.changeLog).toEqual({ kind: 'REDIS', failure: null });
    }
    const polled = await Promise.all(gateways.all.map((stack) => metric(stack, 'history_polled')));
    const followed = await Promise.all(gateways.all.map((stack) => metric(stack, 'history_followed')));
    expect(polled.toSorted()).toEqual([0, 0, 1]);
    expect(polled.map((count, at) => count + (followed[at] ?? 0))).toEqual([1, 1, 1]);
    const callsOf = () => Promise.all(gateways.all.map(calls));
    const before = await callsOf();
    const leader = polled.indexOf(1);
    await eventually(async () => expect((await callsOf())[leader]).toBeGreaterThan((before[leader] ?? 0) + 10));
    // The others have not asked Harper anything meanwhile.
    const isOther = (_: number, at: number) => at !== leader;
    expect((await callsOf()).filter(isOther)).toEqual(before.filter(isOther));
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  });

  it('go on at once with another one when the one that polls stops, and what comes then is told once', async () => {
    const gateways = await startGateways({
      count: 2,
      settings: { ...SETTINGS, REDIS_LEASE: '60000' },
      addresses: ADDRESSES,
    });
    await using _ = gateways;
    const [one, other] = gateways.all as [Stack, Stack];
    await using first = overWebSocket<ClusterEvent>(one, CLUSTER_CHANGES, { snapshot: true });
    await first.until(({ kind }) => kind === 'STATE_CHANGED');
    await using second = overWebSocket<ClusterEvent>(other, CLUSTER_CHANGES, { snapshot: true });
    await second.until(({ kind }) => kind === 'STATE_CHANGED');
    expect(await metric(one, 'history_polled')).toBe(1);
    await one.stopGateway();
    await gateways.sandbox.node('node-3').kill();
    // Its lease would have been good for a minute.
    const told = await second.until(({ kind }) => kind === 'NODE_DOWN');
    expect(told.filter(({ kind }) => kind === 'NODE_DOWN')).toHaveLength(1);
    expect(await metric(other, 'history_polled')).toBe(1);
  });
});

describe.skipIf(!HAS_REDIS)('a gateway whose readers have left', () => {
  it('polls for those of the others when it gets the lease while it waits for its own', async () => {
    const settings = { ...SETTINGS, REDIS_LEASE: '60000', WATCH_LINGER: '600000' };
    await using gateways = await startGateways({ count: 2, settings, addresses: ADDRESSES });
    const [one, other] = gateways.all as [Stack, Stack];
    const isSnapshot = ({ kind }: ClusterEvent) => kind === 'STATE_CHANGED';
    await using first = overWebSocket<ClusterEvent>(one, CLUSTER_CHANGES, { snapshot: true });
    await first.until(isSnapshot);
    const second = overWebSocket<ClusterEvent>(other, CLUSTER_CHANGES, { snapshot: true });
    await second.until(isSnapshot);
    await second[Symbol.asyncDispose]();
    await eventually(async () => {
      expect((await other.ask('{ gateway { watch { subscribers } } }')).data.gateway.watch.subscribers).toBe(0);
    });
    await one.stopGateway();
    await eventually(async () => expect(await metric(other, 'history_polled')).toBe(1));
    const third = await gateways.add();
    await using reader = overWebSocket<ClusterEvent>(third, CLUSTER_CHANGES, { snapshot: true });
    await reader.until(isSnapshot);
    await gateways.sandbox.node('node-3').kill();
    await reader.until(({ kind }) => kind === 'NODE_DOWN');
  });
});

describe.skipIf(!HAS_REDIS)('a gateway that starts without Redis', () => {
  it('keeps changes in memory, and shares them as soon as Redis is there', async () => {
    await using gateways = await startGateways({ count: 0, settings: SETTINGS });
    await gateways.redis.kill();
    const stack = await gateways.add();
    await using first = overWebSocket<ClusterEvent>(stack, CLUSTER_CHANGES, { snapshot: true });
    await first.until(({ kind }) => kind === 'STATE_CHANGED');
    const failure = (await stack.ask('{ gateway { changeLog { failure } } }')).data.gateway.changeLog.failure;
    expect(failure).toContain('Redis');
    await gateways.redis.start();
    // It cannot know what others have told meanwhile.
    expect(JSON.stringify(await first.ended)).toContain('CURSOR_EXPIRED');
    await using again = overWebSocket<ClusterEvent>(stack, CLUSTER_CHANGES, { snapshot: true });
    await again.until(({ kind }) => kind === 'STATE_CHANGED');
    expect(await metric(stack, 'history_polled')).toBe(1);
  });
});

it.skipIf(!HAS_REDIS)('a gateway with other addresses than the one started before it says so', async () => {
  await using gateways = await startGateways({ count: 1, addresses: ADDRESSES });
  await gateways.add();
  await gateways.add({ HARPER_URL: gateways.sandbox.node('node-1').url });
  const warned = gateways.all.map(({ logs }) => logs.filter((line) => line.includes('HARPER_URL is not that of')));
  expect(warned.map(({ length }) => length)).toEqual([0, 0, 1]);
  expect(JSON.parse(warned[2]?.[0] ?? '')).toMatchObject({
    own: [gateways.sandbox.node('node-1').url],
    others: ADDRESSES.map((name) => gateways.sandbox.node(name).url).sort(),
  });
});

describe.skipIf(!HAS_REDIS)('what a gateway could not hear', () => {
  it('is told by it all the same when it is connected to Redis again, also where nothing more happens', async () => {
    const settings = { ...SETTINGS, REDIS_LEASE: '60000' };
    await using gateways = await startGateways({ count: 1, settings, addresses: ADDRESSES });
    await using proxy = await startProxy(gateways.redis.port);
    const [one] = gateways.all as [Stack];
    await using first = overWebSocket<ClusterEvent>(one, CLUSTER_CHANGES, { snapshot: true });
    await first.until(({ kind }) => kind === 'STATE_CHANGED');
    const other = await gateways.add({ REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
    await using second = overWebSocket<ClusterEvent>(other, CLUSTER_CHANGES, { snapshot: true });
    await second.until(({ kind }) => kind === 'STATE_CHANGED');
    proxy.isClosed = true;
    proxy.cut();
    await gateways.sandbox.node('node-3').kill();
    const isDown = ({ kind, nodes }: ClusterEvent) => kind === 'NODE_DOWN' && nodes[0] === 'node-3';
    const isDegraded = ({ kind, state }: ClusterEvent) => kind === 'STATE_CHANGED' && state === 'DEGRADED';
    const told: ClusterEvent[] = [];
    while (!told.some(isDown) || !told.some(isDegraded)) told.push(await first.next());
    proxy.isClosed = false;
    const heard = await second.until(({ cursor }) => cursor === told.at(-1)?.cursor);
    expect(heard).toEqual(told);
    await using third = overWebSocket<ClusterEvent>(other, CLUSTER_CHANGES, { snapshot: true });
    const snapshot = await third.until(({ kind }) => kind === 'STATE_CHANGED');
    expect(snapshot.find(isDown)?.isSnapshot).toBe(true);
  });

  it('because none of them ran is told once, as seen late, by the one that runs again', async () => {
    await using gateways = await startGateways({ count: 2, settings: SETTINGS, addresses: ADDRESSES });
    const [one, other] = gateways.all as [Stack, Stack];
    await using reader = overWebSocket<ClusterEvent>(other, CLUSTER_CHANGES, { snapshot: true });
    const cursor = (await reader.until(({ kind }) => kind === 'STATE_CHANGED')).at(-1)?.cursor;
    await one.stopGateway();
    await other.stopGateway();
    await gateways.sandbox.node('node-3').kill();
    const next = await gateways.add();
    await using again = overWebSocket<ClusterEvent>(next, CLUSTER_CHANGES, { after: cursor });
    const told = await again.until(({ kind }) => kind === 'NODE_DOWN');
    // It is known by its name, though this process has never reached it.
    expect(told.at(-1)).toMatchObject({ nodes: ['node-3'], seenLate: true });
    const { data } = await next.ask('{ history(kinds: [NODE_DOWN]) { edges { node { nodes seenLate } } } }');
    expect(data.history.edges).toEqual([{ node: { nodes: ['node-3'], seenLate: true } }]);
  });
});

describe.skipIf(!HAS_REDIS)('a Redis that has lost the last changes with its process', () => {
  it.each([
    ['by a gateway that has followed', 2],
    ['by one that is started', 1],
  ])(
    'is gone on with in another epoch %s: no cursor of them leads past what comes in their place',
    async (_, count) => {
      await using gateways = await startGateways({ count, settings: SETTINGS, addresses: ADDRESSES });
      const [one, other] = gateways.all as [Stack, Stack | undefined];
      await using reader = overWebSocket<ClusterEvent>(one, CLUSTER_CHANGES, { snapshot: true });
      await reader.until(({ kind }) => kind === 'STATE_CHANGED');
      await using follower = other && overWebSocket<ClusterEvent>(other, CLUSTER_CHANGES, { snapshot: true });
      await follower?.until(({ kind }) => kind === 'STATE_CHANGED');
      gateways.redis.command('CONFIG', 'SET', 'appendonly', 'no');
      await gateways.sandbox.node('node-3').kill();
      const lost = (await reader.until(({ kind }) => kind === 'STATE_CHANGED')).at(-1)?.cursor;
      await gateways.redis.kill();
      await one.stopGateway();
      await gateways.redis.start();
      const next = other ?? (await gateways.add());
      await using again = overWebSocket<ClusterEvent>(next, CLUSTER_CHANGES, { snapshot: true });
      await again.until(({ kind }) => kind === 'STATE_CHANGED');
      // More than were lost.
      await gateways.sandbox.node('node-2').kill();
      const told = await again.until(({ kind, nodes }) => kind === 'NODE_DOWN' && nodes[0] === 'node-2');
      await eventually(async () => {
        const { data } = await next.ask('{ gateway { changeLog { failure } } }');
        expect(data.gateway.changeLog.failure).toBeNull();
      });
      await using lostReader = overWebSocket<ClusterEvent>(next, CLUSTER_CHANGES, { after: lost });
      expect(JSON.stringify(await lostReader.ended)).toContain('CURSOR_EXPIRED');
      expect(told.at(-1)?.cursor.split('.')[0]).not.toBe(lost?.split('.')[0]);
    },
  );
});

/** One of the metrics of a gateway. */
async function metric({ url }: Stack, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(new RegExp(`^harper_gateway_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** How often a gateway has called cluster_status. */
async function calls({ url }: Stack): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const counts = [...text.matchAll(/_count\{node="[^"]*",operation="cluster_status"\} (\d+)/g)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
