import { existsSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { GATEWAY_SETTINGS } from './lib/contestants.ts';
import { launch, stayOn } from './lib/process.ts';
import { median, publish } from './lib/report.ts';

/*
 * Cold start: the time from starting the process to the first whole answer. The gateway is run as it is published, from
 * dist/, so `npm run build` comes first. It is compared with the smallest Yoga there is. Rounds alternate.
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '11' } } });
if (!existsSync('dist/cli.js')) throw new Error('dist/ is not there: npm run build makes it.');

stayOn(1);
const [harper, port] = await launch(['bench/lib/upstream.ts', '3', '2'], /port (\d+)/, { core: 1 });
const PORT = /port (\d+)/;
const contestants = [
  { name: 'Yoga, hello world', args: ['bench/peers/hello.mjs'], ready: PORT, query: '{ hello }', mark: 'world' },
  {
    name: 'gateway',
    args: ['dist/cli.js'],
    ready: /127\.0\.0\.1:(\d+)\/graphql/,
    query: '{ clusterStatus { nodeName } }',
    mark: 'node-1',
  },
].map((each) => ({ ...each, listening: [] as number[], answered: [] as number[] }));

for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const { name, args, ready, query, mark, listening, answered } of contestants) {
    const env = { ...GATEWAY_SETTINGS, HARPER_URL: `http://127.0.0.1:${port}`, NODE_ENV: 'production' };
    const begun = performance.now();
    const [child, own] = await launch(args, ready, { env, core: 0 });
    listening.push(performance.now() - begun);
    const response = await fetch(`http://127.0.0.1:${own}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from('admin:sandbox').toString('base64')}`,
      },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    answered.push(performance.now() - begun);
    child.kill('SIGKILL');
    if (text.includes(mark)) continue;
    console.error(`${name} answered ${text}`);
    process.exitCode = 1;
  }
}
const yardstick = median(contestants[0]?.answered ?? []);
const rows = contestants.map(({ name, listening, answered }) => ({
  server: name,
  'x hello': (median(answered) / yardstick).toFixed(2),
  'listening ms': median(listening).toFixed(0),
  'first answer ms': median(answered).toFixed(0),
  spread: `${Math.min(...answered).toFixed(0)}–${Math.max(...answered).toFixed(0)}`,
}));
await publish('cold-start', 'Cold start to the first answer', rows, {});
harper.kill();
process.exit(process.exitCode ?? 0);
