import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Load, load } from './lib/load.ts';
import { cpuOf, launch, rssOf, stayOn } from './lib/process.ts';
import { median, percentile, publish } from './lib/report.ts';

/*
 * Queries for the cluster's status: the gateway on both of its ways beside a bare undici proxy without GraphQL. Servers run on one core,
 * clients and Harper on the other; rounds alternate; every answer is compared with the first.
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, milliseconds: { type: 'string', default: '1000' } },
});

interface Scenario {
  readonly name: string;
  readonly peers: number;
  readonly databases: number;
  readonly connections: number;
  readonly delay?: number;
  /** Every connection with a login of its own, and a Harper on whose main thread calls may overlap: nothing can be shared. */
  readonly unshared?: true;
}

const SCENARIOS: readonly Scenario[] = [
  { name: '3x2 c=1', peers: 3, databases: 2, connections: 1 },
  { name: '3x2 c=50', peers: 3, databases: 2, connections: 50 },
  { name: '3x2 c=200', peers: 3, databases: 2, connections: 200 },
  { name: '3x2 c=50, Harper 3 ms', peers: 3, databases: 2, connections: 50, delay: 3 },
  { name: '3x2 c=50, nothing shared', peers: 3, databases: 2, connections: 50, unshared: true },
  { name: '50x4 c=50', peers: 50, databases: 4, connections: 50 },
];

const QUERY = `{
  clusterStatus {
    nodeName state
    connections { name url state subscriptions { table } databaseSockets { database connected latency lag lastReceivedLocalTime } }
  }
}`;

interface Contestant {
  readonly name: string;
  readonly child: ChildProcess;
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly rounds: { readonly rate: number; readonly cpu: number; readonly p50: number; readonly p99: number }[];
  expected: Buffer | undefined;
}

stayOn(1);
for (const scenario of SCENARIOS) await run(scenario);
process.exit(process.exitCode ?? 0);

async function run(scenario: Scenario): Promise<void> {
  const { name, peers, databases, connections, delay = 0, unshared } = scenario;
  const shape = [peers, databases, delay, unshared ? 'main' : 'worker'].map(String);
  const [harper, port] = await launch(['bench/lib/upstream.ts', ...shape], /port (\d+)/, { core: 1 });
  const url = `http://127.0.0.1:${port}`;
  const contestants = await start(url);
  for (let round = -1; round < Number(values.rounds); round += 1) {
    for (const contestant of contestants) {
      const before = cpuOf(contestant.child);
      const result = await drive(contestant, connections, unshared === true);
      if (result.wrong > 0) {
        console.error(`${contestant.name}: ${result.wrong} answers were wrong`);
        process.exitCode = 1;
      }
      // The first round warms up.
      if (round >= 0) contestant.rounds.push(figuresOf(result, cpuOf(contestant.child) - before));
    }
  }
  const { most } = (await (await fetch(`${url}/most`)).json()) as { most: number };
  const [yardstick] = contestants;
  const rate = (each: Contestant | undefined) => median(each?.rounds.map((round) => round.rate) ?? []);
  const rows = contestants.map((each) => {
    const rates = each.rounds.map((round) => round.rate);
    return {
      server: each.name,
      'x proxy': (rate(each) / rate(yardstick)).toFixed(2),
      spread: `${(Math.min(...rates) / rate(yardstick)).toFixed(2)}–${(Math.max(...rates) / rate(yardstick)).toFixed(2)}`,
      'requests/s': Math.round(rate(each)),
      'p50 ms': median(each.rounds.map(({ p50 }) => p50)).toFixed(3),
      'p99 ms': median(each.rounds.map(({ p99 }) => p99)).toFixed(3),
      'CPU us': median(each.rounds.map(({ cpu }) => cpu)).toFixed(0),
      'RSS MiB': Math.round(rssOf(each.child)),
    };
  });
  await publish(`queries-${name.replaceAll(/\W+/g, '-')}`, `Query, ${name}`, rows, {
    scenario,
    most,
    rounds: Object.fromEntries(contestants.map((each) => [each.name, each.rounds])),
  });
  for (const { child } of contestants) child.kill();
  harper.kill();
}

/** The yardstick comes first. Limits are on; those that count clients are set for this many from one address. */
async function start(harper: string): Promise<Contestant[]> {
  const settings = {
    HARPER_URL: harper,
    PORT: '0',
    LOG_LEVEL: 'error',
    RATE_LIMIT: '100000000',
    LOGIN_FAILURES: '10000',
  };
  const query = JSON.stringify({ query: QUERY });
  const gateway = (name: string, own: Record<string, string>) =>
    contest(name, ['src/cli.ts'], { ...settings, ...own }, /127\.0\.0\.1:(\d+)\/graphql/, '/graphql', query);
  return [
    await contest(
      'bare proxy',
      ['bench/peers/bare-proxy.ts'],
      { HARPER_URL: harper },
      /port (\d+)/,
      '/',
      '{"operation":"cluster_status"}',
    ),
    await gateway('gateway', {}),
    await gateway('gateway, not compiled', { COMPILED_EXECUTION: 'false' }),
    await gateway('gateway, stock road (Yoga)', { LEAN_PATH: 'false' }),
  ];
}

async function contest(
  name: string,
  args: string[],
  env: Record<string, string>,
  pattern: RegExp,
  path: string,
  body: string,
): Promise<Contestant> {
  const [child, port] = await launch(args, pattern, { env, core: 0 });
  return { name, child, port: Number(port), path, body, rounds: [], expected: undefined };
}

function drive(contestant: Contestant, connections: number, unshared: boolean): Promise<Load> {
  const { port, path, body } = contestant;
  return load({
    port,
    path,
    body,
    connections,
    milliseconds: Number(values.milliseconds),
    authorization: (index) => `Basic ${Buffer.from(unshared ? `user-${index}:x` : 'admin:sandbox').toString('base64')}`,
    isRight(answer) {
      if (contestant.expected === undefined && answer.includes('node-2')) contestant.expected = Buffer.from(answer);
      return contestant.expected?.equals(answer) === true;
    },
  });
}

function figuresOf({ requests, seconds, latencies }: Load, cpuMilliseconds: number) {
  return {
    rate: requests / seconds,
    cpu: (cpuMilliseconds * 1000) / requests,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}
