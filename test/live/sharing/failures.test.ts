import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type Gateways, startGateways } from '../../support/gateways.ts';
import { CLUSTER_CHANGES, type ClusterEvent, overWebSocket, type Subscription } from '../../support/live.ts';
import { startProxy, type Proxy as TcpProxy } from '../../support/proxy.ts';
import { HAS_REDIS } from '../../support/redis-server.ts';
import type { Stack } from '../../support/stack.ts';

const SETTINGS = {
  ...{ POLL_INTERVAL: '100', CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '0', REDIS_LEASE: '1000' },
};
const ADDRESSES = ['node-1', 'node-2', 'node-3'];

/** What is wrong with Redis, and how that ends. */
interface Fault {
  begin(gateways: Gateways, proxies: readonly TcpProxy[]): unknown;
  end(gateways: Gateways, proxies: readonly TcpProxy[]): unknown;
  /** Which gateways cannot keep changes meanwhile. */
  readonly failing: readonly number[];
}

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['killed', { failing: [0, 1], begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.start() }],
  ['frozen', { failing: [0, 1], begin: ({ redis }) => redis.freeze(), end: ({ redis }) => redis.thaw() }],
  ['restarted empty', { failing: [0, 1], begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.startEmpty() }],
  [
    'full',
    {
      failing: [0, 1],
      begin: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
      end: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
    },
  ],
  [
    'a replica that takes no writes',
    {
      failing: [0, 1],
      begin: ({ redis }) => redis.command('REPLICAOF', '127.0.0.1', '1'),
      end: ({ redis }) => redis.command('REPLICAOF', 'NO', 'ONE'),
    },
  ],
  [
    'given another password',
    {
      failing: [0, 1],
      begin({ redis }) {
        redis.command('CONFIG', 'SET', 'requirepass', 'another');
        redis.command('-a', 'another', '--no-auth-warning', 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no');
        redis.command('-a', 'another', '--no-auth-warning', 'CLIENT', 'KILL', 'TYPE', 'pubsub');
      },
      end: ({ redis }) => redis.command('-a', 'another', '--no-auth-warning', 'CONFIG', 'SET', 'requirepass', ''),
    },
  ],
  ...[0, 1].map((at): readonly [string, Fault] => [
    `cut from the ${at === 0 ? 'first' : 'second'} gateway only`,
    {
      failing: [at],
      begin(_, proxies) {
        const proxy = proxies[at] as TcpProxy;
        proxy.isClosed = true;
        proxy.cut();
      },
      end(_, proxies) {
        (proxies[at] as TcpProxy).isClosed = false;
      },
    },
  ]),
  [
    'slow by 200 ms',
    {
      failing: [],
      begin(_, proxies) {
        for (const proxy of proxies) proxy.delay = 200;
      },
      end(_, proxies) {
        for (const proxy of proxies) proxy.delay = 0;
      },
    },
  ],
];

const failureAt = async (stack: Stack): Promise<string | null> =>
  (await stack.ask('{ gateway { changeLog { failure } } }')).data.gateway.changeLog.failure;

const follow = (stack: Stack, variables = {}) => overWebSocket<ClusterEvent>(stack, CLUSTER_CHANGES, variables);

/** Reads at each gateway how things are, where all of them are at the same place of the same log. */
async function followAlike(stacks: readonly Stack[]): Promise<readonly Subscription<ClusterEvent>[]> {
  const readers = stacks.map((stack) => follow(stack, { snapshot: true }));
  const ends = await Promise.all(readers.map((reader) => reader.until(({ kind }) => kind === 'STATE_CHANGED')));
  const cursors = ends.map((events) => events.at(-1)?.cursor);
  if (cursors.some((cursor) => cursor !== cursors[0] || cursor?.includes('~'))) {
    for (const reader of readers) await reader[Symbol.asyncDispose]();
    throw new Error(`the gateways are not at one place yet: ${cursors.join(' ')}`);
  }
  return readers;
}

describe.skipIf(!HAS_REDIS)('when Redis is', () => {
  it.each(FAULTS)('%s, streams go on, and it heals by itself', { timeout: 120_000 }, async (_, fault) => {
    // Without Redis nothing keeps two gateways from taking each other's answers away at a node before 5.
    const options = { count: 0, settings: SETTINGS, addresses: ADDRESSES, sandbox: { dialect: '5.2' } } as const;
    await using gateways = await startGateways(options);
    const { sandbox, redis } = gateways;
    await using one = await startProxy(redis.port);
    await using other = await startProxy(redis.port);
    const proxies = [one, other];
    for (const { port } of proxies) await gateways.add({ REDIS_URL: `redis://127.0.0.1:${port}` });
    const stacks = gateways.all;
    const readers = stacks.map((stack) => follow(stack, { snapshot: true }));
    for (const reader of readers) await reader.until(({ kind }) => kind === 'STATE_CHANGED');

    await fault.begin(gateways, proxies);
    await sandbox.node('node-2').kill();
    for (const reader of readers)
      await reader.until(({ kind, nodes }) => kind === 'NODE_DOWN' && nodes[0] === 'node-2');
    for (const at of fault.failing) {
      await eventually(async () => expect(await failureAt(stacks[at] as Stack)).not.toBeNull());
    }
    for (const stack of stacks) expect((await stack.ask('{ clusterStatus { nodeName } }')).errors).toEqual([]);

    await fault.end(gateways, proxies);
    for (const stack of stacks) await eventually(async () => expect(await failureAt(stack)).toBeNull(), 60_000);
    // From then on both give the same again. Readers go on, or were told that they cannot.
    const later = await eventually(() => followAlike(stacks), 60_000);
    await sandbox.node('node-2').start();
    const isUp = ({ kind, nodes, isSnapshot }: ClusterEvent) =>
      kind === 'NODE_UP' && nodes[0] === 'node-2' && !isSnapshot;
    const [first, second] = await Promise.all(later.map(async (reader) => (await reader.until(isUp)).at(-1)?.cursor));
    expect(first).toBe(second);
    expect(first).not.toContain('~');
    for (const reader of readers) {
      const end = await Promise.race([reader.until(isUp).catch(() => reader.ended), reader.ended]);
      if (!Array.isArray(end) || !('cursor' in end[0])) expect(JSON.stringify(end)).toContain('CURSOR_EXPIRED');
      else expect(end.at(-1).cursor).toBe(first);
    }
    for (const reader of later) await reader[Symbol.asyncDispose]();
    const { data } = await (stacks[1] as Stack).ask(
      '{ history(last: 50, kinds: [NODE_UP]) { edges { node { nodes } } } }',
    );
    expect(data.history.edges.at(-1).node.nodes).toEqual(['node-2']);
  });
});
