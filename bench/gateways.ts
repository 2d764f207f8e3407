import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readRedisAddress } from '../src/config/redis-address.ts';
import { createRedisStore } from '../src/live/changelog/redis/redis-store.ts';
import { createLogger } from '../src/observability/logger.ts';
import { startRedis } from '../src/redis/redis.ts';
import { type ChangeReaders, readChanges } from './lib/change-readers.ts';
import { rateOfReplay, timeAppends } from './lib/changes.ts';
import { GATEWAY_SETTINGS } from './lib/contestants.ts';
import { startFlappingHarper } from './lib/flapping.ts';
import { launch } from './lib/process.ts';
import { startRedisServer } from './lib/redis.ts';
import { median, percentile, publish } from './lib/report.ts';
import { timeStart } from './lib/start.ts';

/*
 * Several gateways over one Redis: what it costs to keep changes there, and how long a change takes to the readers.
 * Also how long it takes until another gateway polls for one that was killed. A change is timed from the answer of
 * Harper that first shows it. Redis, the gateways, Harper and all readers are on this machine. It needs redis-server
 * in the path. `npm run build` comes first: the start is that of the gateway as it is published.
 */

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '3' },
    readers: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '60' },
    appends: { type: 'string', default: '3000' },
    changes: { type: 'string', default: '100000' },
    starts: { type: 'string', default: '11' },
    takeovers: { type: 'string', default: '40' },
  },
});
if (!existsSync('dist/cli.js')) throw new Error('dist/ is not there: npm run build makes it.');

/** Milliseconds between two changes: every reader has had one before the next. */
const PAUSE = 400;
const POLL_INTERVAL = 100;
const LEASE = 1500;
const LOGIN = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const harper = await startFlappingHarper();
const redisServer = await startRedisServer();

/** Those of the gateway with readers, and of one whose log is of the same name as the appended one. */
const settingsOf = (prefix: string) => ({
  ...GATEWAY_SETTINGS,
  ...{ HARPER_URL: harper.url, REDIS_URL: redisServer.url, REDIS_PREFIX: prefix, REDIS_LEASE: String(LEASE) },
  ...{ HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true' },
  ...{ POLL_INTERVAL: String(POLL_INTERVAL), MAX_SUBSCRIPTIONS_PER_CALLER: '1000000', MAX_SUBSCRIPTIONS: '1000000' },
  ...{ MAX_SOCKETS_PER_ADDRESS: '10000', MAX_SOCKETS_PER_CALLER: '10000' },
});

interface Gateway {
  readonly child: ChildProcess;
  readonly readers: ChangeReaders;
}

async function startGateway(prefix: string, count: number): Promise<Gateway> {
  const pattern = /127\.0\.0\.1:(\d+)\/graphql/;
  const [child, port] = await launch(['src/cli.ts'], pattern, { env: settingsOf(prefix) });
  return { child, readers: await readChanges(`ws://127.0.0.1:${port}/graphql`, count, LOGIN) };
}

async function startGateways(prefix: string, count: number): Promise<Gateway[]> {
  const gateways: Gateway[] = [];
  for (let at = 0; at < Number(values.gateways); at += 1) gateways.push(await startGateway(prefix, count));
  await sleep(2000);
  return gateways;
}

/** Makes a change, and waits until every reader has had it. Who polls comes first. */
async function change(gateways: readonly Gateway[], count: number): Promise<readonly Gateway[]> {
  for (const { readers } of gateways) Object.assign(readers, { count: 0, first: 0, last: 0 });
  harper.flip();
  for (let waited = 0; gateways.some(({ readers }) => readers.count < count); waited += 1) {
    if (waited > 10_000) throw new Error('a change did not reach every reader');
    await sleep(1);
  }
  return gateways.toSorted((a, b) => a.readers.first - b.readers.first);
}

const sorted = (times: readonly number[]) => times.toSorted((a, b) => a - b);

/** Milliseconds until the last reader of the gateway that polls had a change, and the last of the others. */
async function measure(count: number): Promise<{ readonly own: number[]; readonly others: number[] }> {
  const gateways = await startGateways(`bench-${count}:`, count);
  const own: number[] = [];
  const others: number[] = [];
  for (let round = -5; round < Number(values.rounds); round += 1) {
    const [leader, ...followers] = await change(gateways, count);
    await sleep(PAUSE);
    if (round < 0) continue;
    own.push((leader?.readers.last ?? Number.NaN) - harper.shownAt);
    others.push(Math.max(...followers.map(({ readers }) => readers.last)) - harper.shownAt);
  }
  for (const { child } of gateways) child.kill('SIGKILL');
  return { own: sorted(own), others: sorted(others) };
}

/** Milliseconds from the end of a gateway that polls, by kill -9, until another one asks Harper. */
async function timeTakeovers(): Promise<number[]> {
  let gateways: readonly Gateway[] = await startGateways('bench-takeover:', 1);
  const times: number[] = [];
  for (let round = 0; round < Number(values.takeovers); round += 1) {
    const [leader, ...followers] = await change(gateways, 1);
    // At any moment of its lease.
    await sleep(Math.random() * LEASE);
    leader?.child.kill('SIGKILL');
    if (leader?.child.signalCode === null) await once(leader.child, 'exit');
    const begun = performance.now();
    times.push((await harper.nextAsked()) - begun);
    gateways = [...followers, await startGateway('bench-takeover:', 1)];
    // Its reader has begun by then.
    await sleep(PAUSE);
  }
  for (const { child } of gateways) child.kill('SIGKILL');
  return sorted(times);
}

const address = readRedisAddress(redisServer.url);
if (typeof address === 'string') throw new Error(address);
const redis = await startRedis({ address, prefix: 'bench-month:', logger: createLogger('silent') });
const lease = redis.key('own', 'lease');
await redis.send(lease, ['SET', lease, 'ours']);
const store = createRedisStore({ redis, leaseOf: () => 'ours', retention: 31 * 86_400_000 });
const appends = await timeAppends(store, Number(values.appends));
const rate = await rateOfReplay(store, Number(values.changes));
const { bytes, changes } = await store.size();
await redis.send(lease, ['DEL', lease]);

const starts: { readonly without: number[]; readonly month: number[] } = { without: [], month: [] };
for (let round = 0; round < Number(values.starts); round += 1) {
  // Without history, but with Redis: what it takes to connect is not of the history.
  starts.without.push(await timeStart(settingsOf(`bench-empty-${round}:`)));
  starts.month.push(await timeStart(settingsOf('bench-month:')));
}
const takeovers = await timeTakeovers();
const few = await measure(1);
const many = await measure(Number(values.readers));

const row = (what: string, times: readonly number[], unit: string) => ({
  what,
  median: `${percentile(times, 0.5).toFixed(1)} ${unit}`,
  p99: `${percentile(times, 0.99).toFixed(1)} ${unit}`,
});
const [without, month] = [median(starts.without), median(starts.month)];
await publish(
  'gateways',
  `${values.gateways} gateways over one Redis`,
  [
    row('append until read, Redis', appends, 'µs'),
    { what: 'replay, Redis', median: `${Math.round(rate)} a second`, p99: '' },
    { what: 'memory of Redis for a change', median: `${Math.round(bytes / changes)} bytes`, p99: '' },
    { what: 'start with an empty Redis', median: `${without.toFixed(0)} ms`, p99: '' },
    { what: 'start with a month', median: `${month.toFixed(0)} ms, ${(month / without).toFixed(2)} ×`, p99: '' },
    row(`from kill -9 until another polls, lease of ${LEASE} ms`, takeovers, 'ms'),
    row('a change at the reader of the gateway that polls', few.own, 'ms'),
    row('the same at the readers of the others', few.others, 'ms'),
    row(`the last of ${values.readers} readers of the gateway that polls`, many.own, 'ms'),
    row(`the last of ${values.readers} readers of each of the others`, many.others, 'ms'),
  ],
  { starts, takeovers, few, many },
);
redisServer.stop();
process.exit(0);
