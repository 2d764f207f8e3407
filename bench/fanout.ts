import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts';
import { cpuOf, launch } from './lib/process.ts';
import { median } from './lib/report.ts';

/*
 * Fan-out: how long it takes until the last of N subscribers has one change, and what it costs, beside a bare ws broadcast of a
 * prepared frame. Both servers run in processes of their own, the subscribers and Harper here; rounds alternate. For the
 * gateway the clock starts when Harper answers the poll that shows the change, for the yardstick when it is told to send.
 */

const { values } = parseArgs({
  options: { subscribers: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '15' } },
});
const subscribers = Number(values.subscribers);
const rounds = Number(values.rounds);

const QUERY =
  'subscription { connectionStatusChanged { cursor kind peerName database connected previouslyConnected observedAt message } }';
const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;

interface Round {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

interface Contestant {
  readonly name: string;
  /** Fires one event; settles when every subscriber has it. */
  round(): Promise<Round>;
  /** How many messages were not what they should have been. */
  wrong(): number;
  stop(): void;
}

const sandbox = await startSandbox({ nodes: 1 });
const contestants = [await startRaw(), await startGateway(sandbox)];
const results = new Map(contestants.map(({ name }) => [name, [] as Round[]]));
for (let round = -3; round < rounds; round += 1) {
  for (const contestant of contestants) {
    const result = await contestant.round();
    // The first rounds warm up.
    if (round >= 0) results.get(contestant.name)?.push(result);
  }
}
for (const { name, wrong, stop } of contestants) {
  stop();
  if (wrong() === 0) continue;
  console.error(`${name}: ${wrong()} messages were wrong`);
  process.exitCode = 1;
}
await report();
await sandbox[Symbol.asyncDispose]();
process.exit(process.exitCode ?? 0);

/** Connects the subscribers; `received` counts frames that are events. */
async function connectAll(
  url: string,
  protocol: string | undefined,
  begin: (socket: WebSocket) => void,
  isReady: (text: string) => boolean,
) {
  const counter = { received: 0, last: 0, wrong: 0, wake: () => undefined as unknown };
  const sockets: WebSocket[] = [];
  for (let index = 0; index < subscribers; index += 1) {
    const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
    sockets.push(socket);
    await once(socket, 'open');
    begin(socket);
    await new Promise<void>((resolve) => {
      socket.once('message', (data) => {
        if (!isReady(String(data))) counter.wrong += 1;
        resolve();
      });
    });
  }
  for (const socket of sockets) {
    socket.on('message', (data) => {
      if (!(data as Buffer).includes('"type":"next"')) counter.wrong += 1;
      counter.received += 1;
      if (counter.received === subscribers) {
        counter.last = performance.now();
        counter.wake();
      }
    });
  }
  return { counter, sockets };
}

async function startRaw(): Promise<Contestant> {
  const [child, port] = await launch(['bench/peers/raw-broadcast.ts'], /port (\d+)/);
  const url = `127.0.0.1:${port}`;
  const { counter } = await connectAll(
    `ws://${url}`,
    undefined,
    (socket) => socket.send('hello'),
    (text) => text.includes('ready'),
  );
  const frame = JSON.stringify({
    id: '1',
    type: 'next',
    payload: { data: { connectionStatusChanged: 'x'.repeat(330) } },
  });
  return {
    name: 'raw ws broadcast',
    async round() {
      counter.received = 0;
      const done = new Promise((resolve) => {
        counter.wake = () => resolve(undefined);
      });
      const cpu = cpuOf(child);
      const from = performance.now();
      await (await fetch(`http://${url}`, { method: 'POST', body: frame })).text();
      await done;
      return { milliseconds: counter.last - from, cpuMilliseconds: cpuOf(child) - cpu };
    },
    wrong: () => counter.wrong,
    stop: () => child.kill(),
  };
}

async function startGateway(harper: Sandbox): Promise<Contestant> {
  const node = harper.node('node-1');
  const state = { up: true, flip: false, at: 0 };
  node.faults.add('cluster_status', { kind: 'alter', change: (body) => alter(body, state) }, Number.POSITIVE_INFINITY);
  const [child, url] = await launch(['src/cli.ts'], /GraphiQL +(\S+)/, {
    // Limits are on; those that count clients are set for this many from one address.
    env: {
      HARPER_URL: node.url,
      PORT: '0',
      POLL_INTERVAL: '250',
      LOG_LEVEL: 'error',
      MAX_SOCKETS_PER_ADDRESS: '100000',
      MAX_SOCKETS_PER_CALLER: '100000',
      MAX_SUBSCRIPTIONS_PER_CALLER: '100000',
      RATE_LIMIT: '10000000',
    },
  });
  const { counter, sockets } = await connectAll(
    url.replace('http', 'ws'),
    'graphql-transport-ws',
    (socket) => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: AUTHORIZATION } })),
    (text) => text.includes('connection_ack'),
  );
  for (const socket of sockets) socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
  await untilSubscribed(url);
  return {
    name: 'gateway',
    async round() {
      counter.received = 0;
      const done = new Promise((resolve) => {
        counter.wake = () => resolve(undefined);
      });
      const cpu = cpuOf(child);
      state.flip = true;
      await done;
      return { milliseconds: counter.last - state.at, cpuMilliseconds: cpuOf(child) - cpu };
    },
    wrong: () => counter.wrong,
    stop: () => child.kill(),
  };
}

/** One socket beside one that is always up and one that is always down, so that its change is the only one. */
function alter(body: unknown, state: { up: boolean; flip: boolean; at: number }): unknown {
  if (state.flip) {
    state.flip = false;
    state.up = !state.up;
    state.at = performance.now();
  }
  const sockets = [
    ['dev', state.up],
    ['always', true],
    ['never', false],
  ].map(([database, connected]) => ({ database, connected, threadId: 1 }));
  return {
    ...(body as object),
    connections: [{ name: 'node-2', replicates: true, subscriptions: null, database_sockets: sockets }],
  };
}

async function untilSubscribed(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: AUTHORIZATION },
      body: '{"query":"{ gateway { watch { subscribers state } } }"}',
    });
    const { data } = (await response.json()) as {
      data: { gateway: { watch: { subscribers: number; state: string } } };
    };
    if (data.gateway.watch.subscribers === subscribers && data.gateway.watch.state === 'LIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function report(): Promise<void> {
  const rows = [...results].map(([name, all]) => {
    const times = all.map(({ milliseconds }) => milliseconds);
    const spread = [Math.min(...times), Math.max(...times)];
    return {
      name,
      median: median(times),
      spread,
      cpu: all.reduce((sum, { cpuMilliseconds }) => sum + cpuMilliseconds, 0) / all.length,
    };
  });
  const yardstick = rows[0];
  console.log(`Fan-out of one change to ${subscribers} subscribers, ${rounds} rounds, Node ${process.version}`);
  for (const { name, median: middle, spread, cpu } of rows) {
    const [least = 0, most = 0] = spread;
    const ratios =
      yardstick && `${(middle / yardstick.median).toFixed(2)} × time, ${(cpu / yardstick.cpu).toFixed(2)} × CPU`;
    console.log(
      `  ${name.padEnd(18)} ${middle.toFixed(1)} ms (${least.toFixed(1)}–${most.toFixed(1)}), ${cpu.toFixed(1)} ms CPU: ${ratios}`,
    );
  }
  await mkdir('bench/results', { recursive: true });
  await writeFile(
    `bench/results/fanout-${subscribers}.json`,
    `${JSON.stringify({ subscribers, rounds, node: process.version, rows }, null, 2)}\n`,
  );
}
