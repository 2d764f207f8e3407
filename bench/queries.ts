import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { contestantsOf, type Server } from './lib/contestants.ts';
import { type Load, load } from './lib/load.ts';
import { cpuOf, launch, rssOf, stayOn } from './lib/process.ts';
import { median, percentile, publish } from './lib/report.ts';
import { SCENARIOS, type Scenario } from './lib/scenarios.ts';

/*
 * Queries for the cluster's status, and mutations of the cluster. The gateway is compared with a bare undici proxy
 * without GraphQL, with a mapping by hand, and with servers that users would take instead. Servers run on one core,
 * clients and Harper on the other; rounds alternate; every answer is compared with the right one.
 * --only <text> runs the scenarios whose name has it.
 * --before <folder> measures the gateway of another checkout, an earlier one, in the same rounds.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    milliseconds: { type: 'string', default: '600' },
    'warm-up': { type: 'string', default: '4000' },
    only: { type: 'string', default: '' },
    before: { type: 'string' },
  },
});

interface Contestant extends Server {
  readonly child: ChildProcess;
  readonly port: number;
  readonly rounds: { readonly rate: number; readonly cpu: number; readonly p50: number; readonly p99: number }[];
  expected: Buffer | undefined;
}

/** Clients that warm a server up. */
const WARM_CLIENTS = 50;

stayOn(1);
for (const scenario of SCENARIOS) if (scenario.name.includes(values.only)) await run(scenario);
process.exit(process.exitCode ?? 0);

async function run(scenario: Scenario): Promise<void> {
  const { peers, databases, delay = 0, unshared, mood = 'busy' } = scenario;
  const shape = [peers, databases, delay, unshared ? 'main' : 'worker', mood].map(String);
  const [harper, harperPort] = await launch(['bench/lib/upstream.ts', ...shape], /port (\d+)/, { core: 1 });
  const url = `http://127.0.0.1:${harperPort}`;
  const contestants: Contestant[] = [];
  for (const server of contestantsOf(scenario, values.before)) {
    const env = { HARPER_URL: url, NODE_ENV: 'production', ...server.env };
    const [child, port] = await launch(server.args, server.ready, { env, core: 0 });
    contestants.push({ ...server, child, port: Number(port), rounds: [], expected: undefined });
  }
  // JIT compilers go on for seconds; what is measured is a server that has been up for a while.
  for (const contestant of contestants) await drive(contestant, scenario, WARM_CLIENTS, Number(values['warm-up']));
  for (const connections of scenario.connections) await measure(contestants, scenario, connections, url);
  for (const { child } of contestants) child.kill();
  harper.kill();
}

async function measure(contestants: readonly Contestant[], scenario: Scenario, clients: number, url: string) {
  const milliseconds = Number(values.milliseconds);
  const most: Record<string, number> = {};
  for (const contestant of contestants) {
    contestant.rounds.length = 0;
    await drive(contestant, scenario, clients, milliseconds);
  }
  await mostAtOnce(url);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const contestant of contestants) {
      const before = cpuOf(contestant.child);
      const result = await drive(contestant, scenario, clients, milliseconds);
      contestant.rounds.push(figuresOf(result, cpuOf(contestant.child) - before));
      most[contestant.name] = Math.max(most[contestant.name] ?? 0, await mostAtOnce(url));
    }
  }
  const [yardstick] = contestants;
  const rows = contestants.map((each) => {
    // Beside the yardstick's own round: a machine is faster at one moment than at another.
    const ratios = each.rounds.map(({ rate }, round) => rate / (yardstick?.rounds[round]?.rate ?? Number.NaN));
    return {
      server: each.name,
      'x proxy': median(ratios).toFixed(2),
      spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
      'requests/s': Math.round(median(each.rounds.map(({ rate }) => rate))),
      'p50 ms': median(each.rounds.map(({ p50 }) => p50)).toFixed(3),
      'p99 ms': median(each.rounds.map(({ p99 }) => p99)).toFixed(3),
      'CPU us': median(each.rounds.map(({ cpu }) => cpu)).toFixed(0),
      'RSS MiB': Math.round(rssOf(each.child)),
      'calls at once': most[each.name] ?? 0,
    };
  });
  const title = `${scenario.name}, c=${clients}`;
  await publish(`queries-${title.replaceAll(/\W+/g, '-')}`, `Query, ${title}`, rows, {
    scenario,
    rounds: Object.fromEntries(contestants.map((each) => [each.name, each.rounds])),
  });
}

/** How many cluster_status Harper had to answer at once since this was last asked. */
async function mostAtOnce(url: string): Promise<number> {
  const { most } = (await (await fetch(`${url}/most`)).json()) as { most: number };
  return most;
}

async function drive(
  contestant: Contestant,
  { unshared, browser }: Scenario,
  connections: number,
  milliseconds: number,
): Promise<Load> {
  const { port, path, body, mark } = contestant;
  const result = await load({
    port,
    path,
    body,
    connections,
    milliseconds,
    browser: browser === true,
    authorization: (index) => `Basic ${Buffer.from(unshared ? `user-${index}:x` : 'admin:sandbox').toString('base64')}`,
    isRight(answer) {
      // The first answer is the right one where it has what it must have; the proxy's moves with Harper's.
      if (contestant.isVerbatim) return answer.includes(mark);
      if (contestant.expected === undefined && answer.includes(mark)) contestant.expected = Buffer.from(answer);
      return contestant.expected?.equals(answer) === true;
    },
  });
  if (result.wrong > 0) {
    console.error(`${contestant.name}: ${result.wrong} answers were wrong`);
    process.exitCode = 1;
  }
  return result;
}

function figuresOf({ requests, seconds, latencies }: Load, cpuMilliseconds: number) {
  return {
    rate: requests / seconds,
    cpu: (cpuMilliseconds * 1000) / requests,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}
