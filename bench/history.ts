import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openSqliteStore } from '../src/live/changelog/sqlite/sqlite-store.ts';
import { fail, rateOfReplay, timeAppends } from './lib/changes.ts';
import { GATEWAY_SETTINGS } from './lib/contestants.ts';
import { launch } from './lib/process.ts';
import { median, percentile, publish } from './lib/report.ts';
import { timeStart } from './lib/start.ts';

/*
 * What it costs to keep changes in a file: the time from appending a change until readers have it, beside memory; how
 * many are replayed to a reader that comes back; and the start with a file that has a month of them, beside the start
 * without one, in turns. `npm run build` comes first: the gateway is started as it is published.
 */

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '100000' },
    appends: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '11' },
  },
});
if (!existsSync('dist/cli.js')) throw new Error('dist/ is not there: npm run build makes it.');
const CHANGES = Number(values.changes);
const folder = mkdtempSync(join(tmpdir(), 'harper-bench-history-'));

const month = join(folder, 'month.db');
const inMemory = await timeAppends(undefined, Number(values.appends));
const inFile = await timeAppends(await openSqliteStore(join(folder, 'appends.db'), fail), Number(values.appends));
const rate = await rateOfReplay(await openSqliteStore(month, fail), CHANGES);

const [harper, port] = await launch(['bench/lib/upstream.ts', '3', '2'], /port (\d+)/, { core: 1 });
const settings = { ...GATEWAY_SETTINGS, HARPER_URL: `http://127.0.0.1:${port}` };
const starts: { readonly without: number[]; readonly with: number[] } = { without: [], with: [] };
for (let round = 0; round < Number(values.rounds); round += 1) {
  starts.without.push(await timeStart(settings));
  starts.with.push(await timeStart({ ...settings, HISTORY_FILE: month }));
}
harper.kill();

const [without, withFile] = [median(starts.without), median(starts.with)];
await publish(
  'history',
  `Changes kept in a file; ${CHANGES} of them in the month`,
  [
    {
      what: 'append until read, memory',
      median: `${median(inMemory).toFixed(1)} µs`,
      p99: `${percentile(inMemory, 0.99).toFixed(1)} µs`,
    },
    {
      what: 'append until read, file',
      median: `${median(inFile).toFixed(1)} µs`,
      p99: `${percentile(inFile, 0.99).toFixed(1)} µs`,
    },
    { what: 'replay, file', median: `${Math.round(rate)} a second`, p99: '' },
    { what: 'start without a file', median: `${without.toFixed(0)} ms`, p99: '' },
    { what: 'start with a month', median: `${withFile.toFixed(0)} ms, ${(withFile / without).toFixed(2)} ×`, p99: '' },
  ],
  { starts },
);
rmSync(folder, { recursive: true });
process.exit(0);
