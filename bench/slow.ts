import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { GATEWAY_SETTINGS } from './lib/contestants.ts';
import { heapOf, launch, rssOf, stayOn } from './lib/process.ts';
import { median, percentile, publish } from './lib/report.ts';

/*
 * Slow consumers: what some of many subscribers cost the gateway, and the others, when they stop reading. They ask for
 * events so large that the kernel's buffers for them are full soon. Afterwards they read on, and must get every event
 * in order or be told that they cannot. The gateway runs on one core, subscribers and Harper on the other.
 */

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '5000' },
    slow: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '150' },
  },
});
const [count, slowCount, rounds] = [Number(values.subscribers), Number(values.slow), Number(values.rounds)];

const INTERVAL = 100;
/**
 * Sockets of the one peer. They make an event of the slow subscribers as large as 60 KiB, some 9 MB in all: more than
 * kernels buffer.
 */
const DATABASES = 250;
const TIME = 'Mon, 23 Nov 2026 02:12:57 GMT';
const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;
const SMALL = 'subscription { connectionStatusChanged { cursor kind peerName database connected } }';
const LARGE = `subscription { connectionStatusChanged { cursor kind peerName database connected
  peer { databaseSockets { id database connected latency lag lastReceivedLocalTime lastReceivedRemoteTime } } } }`;
/** MiB that a gateway may grow by: 64 KiB for each slow one, and 16 MiB. */
const LIMIT = slowCount / 16 + 16;

const harper = { up: true, shown: 0 };

function status(): string {
  harper.shown ||= performance.now();
  const sockets = Array.from({ length: DATABASES }, (_, database) => ({
    database: `db${database}`,
    connected: database > 0 || harper.up,
    latency: 1.5,
    nodes: ['node-2'],
    lastReceivedRemoteTime: TIME,
    lastReceivedLocalTime: TIME,
    lastReceivedStatus: 'Waiting',
  }));
  const peer = { name: 'node-2', url: 'ws://node-2:9933', replicates: true, database_sockets: sockets };
  return JSON.stringify({ type: 'cluster-status', connections: [peer], node_name: 'node-1', is_enabled: true });
}

const server = createServer(async (req, res) => {
  let body = '';
  for await (const chunk of req.setEncoding('utf8')) body += chunk;
  const user = { username: 'admin', active: true, role: { role: 'super_user', permission: { super_user: true } } };
  res.setHeader('content-type', 'application/json');
  res.end(body.includes('cluster_status') ? status() : JSON.stringify(user));
}).listen(0, '127.0.0.1');
await once(server, 'listening');

/** Who has had how many events; an event that is not the next one is counted as wrong. */
class Subscriber {
  readonly socket: WebSocket;
  events = 0;
  wrong = 0;
  ended: string | undefined;
  readonly #told: () => void;

  constructor(url: string, query: string, told: () => void) {
    this.#told = told;
    this.socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    this.socket.on('open', () => this.#send({ type: 'connection_init', payload: { authorization: AUTHORIZATION } }));
    this.socket.on('message', (frame: Buffer) => {
      if (frame.includes('"type":"connection_ack"')) this.#send({ id: '1', type: 'subscribe', payload: { query } });
      else this.#take(frame);
    });
  }

  #send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  #take(frame: Buffer): void {
    if (!frame.includes('"type":"next"')) {
      this.ended ??= /"code":"(\w+)"/.exec(frame.toString())?.[1] ?? 'complete';
      return;
    }
    // The state moves with the socket, and each tells.
    if (frame.includes('"kind":"STATE_CHANGED"')) return;
    this.events += 1;
    if (!frame.includes(`"connected":${this.events % 2 === 0}`)) this.wrong += 1;
    this.#told();
  }
}

stayOn(1);
const [gateway, port] = await launch(
  ['--expose-gc', '--import', './bench/lib/heap.ts', 'src/cli.ts'],
  /127\.0\.0\.1:(\d+)\/graphql/,
  {
    core: 0,
    env: {
      ...GATEWAY_SETTINGS,
      HARPER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      NODE_ENV: 'production',
      POLL_INTERVAL: String(INTERVAL),
      SOCKET_PING_INTERVAL: '60000',
      MAX_CONNECTIONS: '100000',
      MAX_SOCKETS_PER_ADDRESS: '100000',
      MAX_SOCKETS_PER_CALLER: '100000',
      MAX_SUBSCRIPTIONS_PER_CALLER: '100000',
    },
  },
);
const url = `ws://127.0.0.1:${port}/graphql`;

let awaited = 0;
let arrived = (): void => undefined;
const told = () => {
  awaited -= 1;
  if (awaited === 0) arrived();
};
const slow: Subscriber[] = [];
const quick: Subscriber[] = [];
for (let index = 0; index < count; index += 1) {
  const isSlow = index < slowCount;
  const subscriber = new Subscriber(url, isSlow ? LARGE : SMALL, () => isSlow || told());
  (isSlow ? slow : quick).push(subscriber);
  await once(subscriber.socket, 'message');
}

/** Makes a change; milliseconds from the moment it could be seen until the last of the quick ones had it. */
async function change(): Promise<number> {
  const all = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  awaited = quick.length;
  harper.up = !harper.up;
  harper.shown = 0;
  await all;
  return performance.now() - harper.shown;
}

async function changes(): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await change());
  return times.sort((a, b) => a - b);
}

// The first ones warm up; the heap has grown to what so many readers take by then.
await changes();
const before = await changes();
await heapOf(gateway);
const rss = rssOf(gateway);
for (const { socket } of slow) socket.pause();
const meanwhile = await changes();
await heapOf(gateway);
const growth = rssOf(gateway) - rss;
for (const { socket } of slow) socket.resume();
const total = 3 * rounds;
const deadline = performance.now() + 60_000;
const isThrough = ({ events, ended }: Subscriber) => events === total || ended !== undefined;
while (!slow.every(isThrough) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
const wrong = [...slow, ...quick].filter(({ wrong: faults }) => faults > 0).length;
const lost = slow.filter((subscriber) => !isThrough(subscriber)).length;
const p99 = (times: readonly number[]) => percentile(times, 0.99);
await publish(
  'slow-consumers',
  `${slowCount} of ${count} subscribers stop reading`,
  [
    {
      'RSS grew by MiB': growth.toFixed(1),
      'limit MiB': LIMIT.toFixed(1),
      'others: last ms before': median(before).toFixed(1),
      meanwhile: median(meanwhile).toFixed(1),
      'p99 before': p99(before).toFixed(1),
      'p99 meanwhile': p99(meanwhile).toFixed(1),
      ratio: (p99(meanwhile) / p99(before)).toFixed(2),
      'read all later': slow.filter(({ events }) => events === total).length,
      'ended with SLOW_CONSUMER': slow.filter(({ ended }) => ended === 'SLOW_CONSUMER').length,
    },
  ],
  { before, meanwhile },
);
gateway.kill('SIGKILL');
if (wrong > 0 || lost > 0 || growth > LIMIT) {
  console.error(
    `${wrong} subscribers had a wrong event, ${lost} neither all of them nor an end; grown by ${growth} MiB`,
  );
  process.exitCode = 1;
}
process.exit();
