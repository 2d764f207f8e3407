import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { GATEWAY_SETTINGS, HAS_PEERS } from './lib/contestants.ts';
import { cpuOf, heapOf, launch, rssOf, setCore, stayOn } from './lib/process.ts';
import { median, publish } from './lib/report.ts';
import type { Command, Report } from './lib/subscribers.ts';

/*
 * Fan-out: how long it takes until the last of N subscribers has one change, and what that costs. Also what N
 * subscribers cost while they connect, in heap, and while nothing happens. The gateway is compared with a bare ws
 * broadcast of a prepared frame, and with servers that users would take instead. Servers run on one core, subscribers
 * and Harper on the other; rounds alternate.
 * --before <folder> measures the gateway of another checkout, an earlier one, in the same rounds.
 */

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: '' },
    before: { type: 'string' },
  },
});
const count = Number(values.subscribers);

const QUERY =
  'subscription { connectionStatusChanged { ' +
  'cursor kind peerName database connected previouslyConnected observedAt message } }';

/** Milliseconds between two polls, everywhere. */
const INTERVAL = 250;
/** Milliseconds for which nothing happens while the cost of being there is measured. */
const IDLE = 4000;

/** A server to measure, and how to start it. */
interface ServerSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly ready: RegExp;
  readonly kind: 'raw' | 'graphql';
  readonly path: string;
}

const PORT = /port (\d+)/;
const gatewayOf = (name: string, file: string): ServerSpec => ({
  name,
  args: [file],
  ready: /127\.0\.0\.1:(\d+)\/graphql/,
  kind: 'graphql',
  path: '/graphql',
});
const ALL: readonly ServerSpec[] = [
  { name: 'raw ws broadcast', args: ['bench/peers/raw-broadcast.ts'], ready: PORT, kind: 'raw', path: '/' },
  gatewayOf('gateway', 'src/cli.ts'),
  ...(values.before === undefined ? [] : [gatewayOf('gateway before', `${values.before}/src/cli.ts`)]),
  ...(HAS_PEERS
    ? ([
        {
          name: 'plain Yoga + graphql-ws',
          args: ['bench/peers/yoga.ts'],
          ready: PORT,
          kind: 'graphql',
          path: '/graphql',
        },
        { name: 'Mercurius', args: ['bench/peers/mercurius.ts'], ready: PORT, kind: 'graphql', path: '/graphql' },
      ] as const)
    : []),
];
const SELECTED = ALL.filter(({ name }) => name.includes(values.only) || name.startsWith('raw'));

/** Limits are on; those that count clients are set for this many from one address. */
const SETTINGS = {
  ...GATEWAY_SETTINGS,
  POLL_INTERVAL: String(INTERVAL),
  MAX_CONNECTIONS: '100000',
  MAX_SOCKETS_PER_ADDRESS: '100000',
  MAX_SOCKETS_PER_CALLER: '100000',
  MAX_SUBSCRIPTIONS_PER_CALLER: '100000',
};

interface Contestant {
  readonly name: string;
  readonly server: ChildProcess;
  readonly clients: ChildProcess;
  readonly connected: { readonly milliseconds: number; readonly cpu: number };
  /** KiB of heap for each subscriber. */
  readonly heap: number;
  /** Milliseconds of processor time a second while nothing happens. */
  readonly idle: number;
  readonly rounds: { readonly milliseconds: number; readonly detected: number; readonly cpu: number }[];
}

stayOn(1);
const contestants: Contestant[] = [];
for (const spec of SELECTED) contestants.push(await start(spec));
// The first rounds warm up.
for (let round = -5; round < Number(values.rounds); round += 1) {
  for (const { name, server, clients, rounds } of contestants) {
    const cpu = cpuOf(server);
    const { milliseconds, detected, wrong } = await tell(clients, { do: 'change' });
    if (round >= 0) rounds.push({ milliseconds, detected, cpu: cpuOf(server) - cpu });
    if (wrong === 0) continue;
    console.error(`${name}: ${wrong} frames were wrong or sockets closed`);
    process.exitCode = 1;
  }
}
await report();
for (const { server, clients } of contestants) {
  server.kill('SIGKILL');
  clients.kill('SIGKILL');
}
process.exit(process.exitCode ?? 0);

async function start({ name, args, ready, kind, path }: ServerSpec): Promise<Contestant> {
  const clients = fork('bench/lib/subscribers.ts');
  setCore(clients, 1);
  const [{ upstream }] = (await once(clients, 'message')) as [{ upstream: string }];
  const env = { HARPER_URL: upstream, NODE_ENV: 'production', ...SETTINGS };
  const flags = ['--expose-gc', '--import', './bench/lib/heap.ts'];
  const [server, port] = await launch([...flags, ...args], ready, { env, core: 0 });
  const before = await heapOf(server);
  const cpu = cpuOf(server);
  const { milliseconds } = await tell(clients, {
    do: 'connect',
    url: `ws://127.0.0.1:${port}${path}`,
    kind,
    count,
    query: QUERY,
  });
  const connected = { milliseconds, cpu: cpuOf(server) - cpu };
  const heap = ((await heapOf(server)) - before) / 1024 / count;
  const idleFrom = cpuOf(server);
  await new Promise((resolve) => setTimeout(resolve, IDLE));
  const idle = (cpuOf(server) - idleFrom) / (IDLE / 1000);
  return { name, server, clients, connected, heap, idle, rounds: [] };
}

async function tell(clients: ChildProcess, command: Command): Promise<Report> {
  clients.send(command);
  const [answer] = (await once(clients, 'message')) as [Report | { failed: string }];
  if ('failed' in answer) throw new Error(answer.failed);
  return answer;
}

async function report(): Promise<void> {
  const times = ({ rounds }: Contestant) => rounds.map(({ milliseconds }) => milliseconds);
  const cpu = ({ rounds }: Contestant) => rounds.reduce((sum, round) => sum + round.cpu, 0) / rounds.length;
  const [yardstick] = contestants as [Contestant];
  const rows = contestants.map((each) => ({
    server: each.name,
    'x raw': (median(times(each)) / median(times(yardstick))).toFixed(2),
    'last ms': median(times(each)).toFixed(1),
    spread: `${Math.min(...times(each)).toFixed(1)}–${Math.max(...times(each)).toFixed(1)}`,
    'seen after ms, at most': Math.max(...each.rounds.map(({ detected }) => detected)).toFixed(0),
    'CPU x raw': (cpu(each) / cpu(yardstick)).toFixed(2),
    'CPU us a frame': ((cpu(each) * 1000) / count).toFixed(1),
    'heap KiB each': each.heap.toFixed(1),
    'connect us CPU each': ((each.connected.cpu * 1000) / count).toFixed(0),
    'connect ms': each.connected.milliseconds.toFixed(0),
    'idle ms CPU a s': each.idle.toFixed(1),
    'RSS MiB': Math.round(rssOf(each.server)),
  }));
  await publish(`fanout-${count}`, `Fan-out of one change to ${count} subscribers`, rows, {
    rounds: Object.fromEntries(contestants.map(({ name, rounds }) => [name, rounds])),
  });
}
