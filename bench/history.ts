import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { statusAnswer, toClusterStatus } from '../src/harper/status/dialect.ts';
import { type Changelog, createChangelog } from '../src/live/changelog/changelog.ts';
import { viewCodec } from '../src/live/changelog/codec.ts';
import type { KeptLog } from '../src/live/changelog/kept-log.ts';
import { openKeptLog } from '../src/live/changelog/log-writer.ts';
import { openSqliteStore } from '../src/live/changelog/sqlite/sqlite-store.ts';
import { type Change, diff } from '../src/live/diff.ts';
import { toSnapshot } from '../src/live/snapshot.ts';
import { SYSTEM_CLOCK } from '../src/util/clock.ts';
import { GATEWAY_SETTINGS } from './lib/contestants.ts';
import { launch } from './lib/process.ts';
import { median, percentile, publish } from './lib/report.ts';
import { answerOf, peerOf } from './lib/status.ts';

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
const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };
const folder = mkdtempSync(join(tmpdir(), 'harper-bench-history-'));

/** A change as they are: one socket of a peer with four databases goes down. */
function sample(): Change {
  const time = 'Fri, 27 Nov 2026 02:12:57 GMT';
  const snapshot = (connected: boolean) => {
    const sockets = ['data', 'dev', 'shop', 'system'].map((database) => ({
      ...{ database, connected: connected || database !== 'dev', latency: 1.2362749999738298 },
      ...{ committed: time, received: time, version: 1_795_000_000_000.4739 },
    }));
    const peer = peerOf('node-2', 'wss://node-2.harper.internal:9933', sockets);
    const answer = answerOf('node-1', 'wss://node-1.harper.internal:9933', [peer]);
    return toSnapshot(toClusterStatus(statusAnswer.parse(answer), new Date()), THRESHOLDS);
  };
  const [change] = diff(snapshot(true), snapshot(false));
  if (change === undefined) throw new Error('there is no change');
  return change;
}

const CHANGE = sample();
const fail = (error: unknown) => {
  throw error;
};

async function openLog(
  path: string | undefined,
): Promise<{ log: Changelog<Change>; kept: KeptLog<Change> | undefined }> {
  if (path === undefined) return { log: createChangelog<Change>(10_000, fail), kept: undefined };
  const report = { failed: fail, succeeded: () => undefined, lost: fail };
  const store = await openSqliteStore(path, fail);
  const options = {
    store,
    name: 'views own',
    codec: viewCodec,
    capacity: 1_000_000,
    clock: SYSTEM_CLOCK,
    report,
    onFault: fail,
  };
  const kept = await openKeptLog<Change>(options);
  return { log: createChangelog<Change>(10_000, fail, kept), kept };
}

/** Microseconds from an append until it can be read, one after the other. */
async function appends(path: string | undefined): Promise<number[]> {
  const { log, kept } = await openLog(path);
  const times: number[] = [];
  const notes = new Map([['view http://node-1', JSON.stringify(CHANGE).repeat(3)]]);
  for (let at = 0; at < Number(values.appends); at += 1) {
    const readable = Promise.withResolvers<void>();
    const listener = { notify: () => readable.resolve() };
    log.listeners.add(listener);
    const begun = performance.now();
    log.append([CHANGE], notes);
    await readable.promise;
    times.push((performance.now() - begun) * 1000);
    log.listeners.delete(listener);
  }
  await kept?.close();
  return times.sort((a, b) => a - b);
}

/** Changes replayed a second to a reader with the first cursor. */
async function replay(path: string): Promise<number> {
  const { log, kept } = await openLog(path);
  const first = kept?.length ?? 0;
  for (let at = 0; at < CHANGES; at += 500) log.append(Array.from({ length: 500 }, () => CHANGE));
  await kept?.close();
  const { log: again } = await openLog(path);
  const begun = performance.now();
  let position = first;
  while (position < again.length) {
    const events = await again.load(position, 500);
    if (events === undefined) throw new Error('there is a gap');
    position += events.length;
  }
  return (CHANGES / (performance.now() - begun)) * 1000;
}

const month = join(folder, 'month.db');
const inMemory = await appends(undefined);
const inFile = await appends(join(folder, 'appends.db'));
const rate = await replay(month);

/** Milliseconds from the start of the process to its first answer. */
async function start(file: string | undefined): Promise<number> {
  const env = { ...GATEWAY_SETTINGS, HARPER_URL: `http://127.0.0.1:${port}`, NODE_ENV: 'production' };
  const begun = performance.now();
  const settings = file === undefined ? env : { ...env, HISTORY_FILE: file };
  const [child, own] = await launch(['dist/cli.js'], /127\.0\.0\.1:(\d+)\/graphql/, { env: settings, core: 0 });
  const authorization = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;
  const response = await fetch(`http://127.0.0.1:${own}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ clusterStatus { nodeName } }' }),
  });
  if (!(await response.text()).includes('node-1')) throw new Error('that is no answer');
  const time = performance.now() - begun;
  child.kill('SIGKILL');
  return time;
}

const [harper, port] = await launch(['bench/lib/upstream.ts', '3', '2'], /port (\d+)/, { core: 1 });
const starts: { readonly without: number[]; readonly with: number[] } = { without: [], with: [] };
for (let round = 0; round < Number(values.rounds); round += 1) {
  starts.without.push(await start(undefined));
  starts.with.push(await start(month));
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
