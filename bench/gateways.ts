import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import process from 'node:process';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { readRedisAddress } from '../src/config/redis-address.ts';
import { createRedisStore } from '../src/live/changelog/redis/redis-store.ts';
import { createLogger } from '../src/observability/logger.ts';
import { startRedis } from '../src/redis/redis.ts';
import { rateOfReplay, timeAppends } from './lib/changes.ts';
import { GATEWAY_SETTINGS } from './lib/contestants.ts';
import { launch } from './lib/process.ts';
import { percentile, publish } from './lib/report.ts';
import { answerOf, peerOf } from './lib/status.ts';

/*
 * Several gateways over one Redis: what it costs to keep changes there, and how long a change takes to the readers.
 * That is counted from the answer of Harper that first shows it, for the gateway that polls and for the others. Redis,
 * the gateways, Harper and all readers are on this machine. It needs redis-server in the path.
 */

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '3' },
    readers: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '60' },
    appends: { type: 'string', default: '3000' },
    changes: { type: 'string', default: '100000' },
  },
});
const ROUNDS = Number(values.rounds);

/** Readers that share a socket. */
const PER_SOCKET = 100;
/** Milliseconds between two changes: every reader has had one before the next. */
const PAUSE = 400;
const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const TIME = 'Fri, 27 Nov 2026 02:12:57 GMT';
const TIMES = { committed: TIME, received: TIME, version: 1_795_000_000_000.4739 };

/** A Harper whose only socket goes up and down, and when an answer first showed how it is now. */
const harper = { isUp: true, shownAt: 0 };
const server = createServer((req, res) => {
  let body = '';
  req.setEncoding('utf8').on('data', (chunk) => {
    body += chunk;
  });
  req.on('end', () => {
    const isStatus = body.includes('cluster_status');
    const sockets = [{ database: 'dev', connected: harper.isUp, latency: 1.5, ...TIMES }];
    const answer = isStatus
      ? answerOf('node-1', 'ws://node-1:9933', [peerOf('node-2', 'ws://node-2:9933', sockets)])
      : { username: 'admin', active: true, role: { role: 'super_user', permission: { super_user: true } } };
    if (isStatus) harper.shownAt ||= performance.now();
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(answer));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const redisPort = await freePort();
const redisServer = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--bind', '127.0.0.1']);
await once(redisServer.stdout, 'data');
const redisUrl = `redis://127.0.0.1:${redisPort}`;

/** The readers of one gateway: when the first and the last of them had the latest change. */
interface Readers {
  count: number;
  first: number;
  last: number;
}

async function subscribe(url: string, count: number): Promise<Readers> {
  const readers: Readers = { count: 0, first: 0, last: 0 };
  for (let left = count; left > 0; left -= PER_SOCKET) {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    await once(socket, 'open');
    const acknowledged = once(socket, 'message');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: AUTHORIZATION } }));
    await acknowledged;
    socket.on('message', () => {
      readers.last = performance.now();
      if (readers.count === 0) readers.first = readers.last;
      readers.count += 1;
    });
    const query = 'subscription { connectionStatusChanged { cursor kind peerName database connected message } }';
    for (let id = 0; id < Math.min(left, PER_SOCKET); id += 1)
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }));
  }
  return readers;
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds until the last reader of the gateway that polls had a change, and of the last of the others. */
async function measure(perGateway: number): Promise<{ readonly own: number[]; readonly others: number[] }> {
  const env = {
    ...GATEWAY_SETTINGS,
    ...{ HARPER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, REDIS_URL: redisUrl },
    ...{ HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true', POLL_INTERVAL: '100' },
    ...{ REDIS_PREFIX: `bench-${perGateway}:`, MAX_SUBSCRIPTIONS_PER_CALLER: '1000000', MAX_SUBSCRIPTIONS: '1000000' },
    ...{ MAX_SOCKETS_PER_ADDRESS: '10000', MAX_SOCKETS_PER_CALLER: '10000' },
  };
  const children: ChildProcess[] = [];
  const all: Readers[] = [];
  for (let at = 0; at < Number(values.gateways); at += 1) {
    const [child, port] = await launch(['src/cli.ts'], /127\.0\.0\.1:(\d+)\/graphql/, { env });
    children.push(child);
    all.push(await subscribe(`ws://127.0.0.1:${port}/graphql`, perGateway));
  }
  const own: number[] = [];
  const others: number[] = [];
  await sleep(2000);
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const readers of all) Object.assign(readers, { count: 0, first: 0, last: 0 });
    harper.isUp = !harper.isUp;
    harper.shownAt = 0;
    for (let waited = 0; all.some(({ count }) => count < perGateway); waited += 1) {
      if (waited > 10_000) throw new Error('a change did not reach every reader');
      await sleep(1);
    }
    await sleep(PAUSE);
    if (round < 0) continue;
    const [leader, ...followers] = all.toSorted((a, b) => a.first - b.first) as [Readers, ...Readers[]];
    own.push(leader.last - harper.shownAt);
    others.push(Math.max(...followers.map(({ last }) => last)) - harper.shownAt);
  }
  for (const child of children) child.kill('SIGKILL');
  return { own: own.sort((a, b) => a - b), others: others.sort((a, b) => a - b) };
}

const address = readRedisAddress(redisUrl);
if (typeof address === 'string') throw new Error(address);
const redis = await startRedis({ address, prefix: 'bench:', logger: createLogger('silent') });
const lease = redis.key('own', 'lease');
await redis.send(lease, ['SET', lease, 'ours']);
const store = createRedisStore({ redis, leaseOf: () => 'ours', retention: 3_600_000 });
const appends = await timeAppends(store, Number(values.appends));
const rate = await rateOfReplay(store, Number(values.changes));
const few = await measure(1);
const many = await measure(Number(values.readers));

const row = (what: string, times: readonly number[], unit: string) => ({
  what,
  median: `${percentile(times, 0.5).toFixed(1)} ${unit}`,
  p99: `${percentile(times, 0.99).toFixed(1)} ${unit}`,
});
await publish(
  'gateways',
  `${values.gateways} gateways over one Redis`,
  [
    row('append until read, Redis', appends, 'µs'),
    { what: 'replay, Redis', median: `${Math.round(rate)} a second`, p99: '' },
    row('a change at the reader of the gateway that polls', few.own, 'ms'),
    row('the same at the readers of the others', few.others, 'ms'),
    row(`the last of ${values.readers} readers of the gateway that polls`, many.own, 'ms'),
    row(`the last of ${values.readers} readers of each of the others`, many.others, 'ms'),
  ],
  { few, many },
);
redisServer.kill('SIGKILL');
process.exit(0);
