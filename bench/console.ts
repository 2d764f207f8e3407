import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildConsole } from '../scripts/console/build.ts';
import { readConfig } from '../src/config/config.ts';
import { startGateway } from '../src/gateway.ts';
import { createLogger } from '../src/observability/logger.ts';
import { startChromium } from '../test/support/graphiql.ts';
import { heapOf, logIn, openConsole, paintOf, watchFrames } from './lib/console-page.ts';
import { launch } from './lib/process.ts';
import { median, publish } from './lib/report.ts';

/*
 * The console in Chromium, before a gateway and a cluster of which every socket moves each second. `figures`: latencies
 * and times move only. `flap`: the sockets of one node go down with one second and come back with the next. `storm`:
 * those of half of all pairs go down with each second, those of the other half come back. What is measured: its size,
 * the first paint, the longest frame of each view, and what changes leave in memory. Harper is a process of its own.
 * The gateway is in this one, and on a machine of two cores takes a part of what Chromium could have.
 */

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'size,paint,frames,heap' },
    nodes: { type: 'string', default: '3,15,50' },
    moods: { type: 'string', default: 'figures,flap,storm' },
    views: {
      type: 'string',
      default: '#/,#/nodes,#/nodes/node-1,#/links/node-1/node-2,#/matrix,#/map,#/timeline,#/changes',
    },
    /** Seconds for each view. */
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    /** Events that are played fast while the heap is looked at. */
    events: { type: 'string', default: '600' },
  },
});
const ROUNDS = Number(values.rounds);
const SECONDS = Number(values.seconds);
const VIEWS = values.views.split(',');

const folder = await mkdtemp(join(tmpdir(), 'harper-bench-console-'));
await buildConsole(folder);
const browser = await startChromium();

interface Bench extends AsyncDisposable {
  readonly url: string;
}

/** A gateway over so many nodes. */
async function start(nodes: number, mood: string, stepMs = 1000): Promise<Bench> {
  const args = ['bench/lib/moving-cluster.ts', String(nodes), '4', mood, String(stepMs)];
  const [harper, ports] = await launch(args, /ports ([\d,]+)\n/);
  const urls = ports.split(',').map((port) => `http://127.0.0.1:${port}`);
  const settings = { PORT: '0', RATE_LIMIT: '1000000', MAX_NODES: '64', POLL_INTERVAL: String(Math.min(1000, stepMs)) };
  const gateway = await startGateway(readConfig({ HARPER_URL: urls.join(','), ...settings }), {
    logger: createLogger('silent'),
    consoleFolder: pathToFileURL(`${folder}/`),
  });
  return {
    url: new URL('/console', gateway.url).href,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      harper.kill();
    },
  };
}

/** Kilobytes, gzipped, of what the page loads. */
async function sizes() {
  const [digest = ''] = (await readdir(folder)).filter((name) => /^\w{12}$/.test(name));
  const kb = async (name: string) => ((await readFile(join(folder, digest, `${name}.gz`))).length / 1024).toFixed(1);
  return { 'script KiB, gzip': await kb('console.js'), 'styles KiB, gzip': await kb('console.css'), 'goal KiB': 90 };
}

/** First paint of a page without anything in its cache. */
async function measurePaint() {
  await using bench = await start(3, 'figures');
  const [paints, forms, least]: [number[], number[], number[]] = [[], [], []];
  for (let round = -1; round < ROUNDS * 3; round += 1) {
    const { paint, form } = await paintOf(browser, bench.url);
    const nothing = await paintOf(browser, 'data:text/html,<form>A word</form>');
    if (round < 0) continue;
    least.push(nothing.paint);
    paints.push(paint);
    forms.push(form);
  }
  return {
    'first paint ms': spread(paints),
    'form to log in ms': spread(forms),
    'goal ms': 300,
    'a page with a word ms': spread(least),
  };
}

/** The same of a page with nothing in it: what of it is the machine's. */
async function measureNothing() {
  const page = await browser.newPage();
  const seen = await watchFrames(page, SECONDS * 1000);
  await page.close();
  return seen;
}

async function measureFrames(nodes: number, mood: string) {
  await using bench = await start(nodes, mood);
  const page = await openConsole(browser, bench.url);
  await logIn(page);
  const rows = [];
  for (const view of VIEWS) {
    const [longest, tasks, over, all] = [[] as number[], [] as number[], [] as number[], [] as number[]];
    for (let round = 0; round < ROUNDS; round += 1) {
      await page.goto(`${bench.url}${view}`);
      // What it takes to go there is no part of what is measured.
      await pause(2000);
      const seen = await watchFrames(page, SECONDS * 1000);
      longest.push(seen.longestFrame);
      tasks.push(seen.longestTask);
      over.push(seen.framesOver50);
      all.push(seen.frames);
    }
    const row = {
      ...{ nodes, mood, view },
      frames: median(all),
      'frames over 50 ms': over.join(', '),
      'longest frame ms': spread(longest),
      'longest task ms': spread(tasks),
    };
    console.log(Object.values(row).join('  '));
    rows.push(row);
  }
  await page.close();
  return rows;
}

/** The heap after the first tenth of many events, and after all of them. */
async function measureHeap(nodes: number) {
  // What the gateway and the page can just follow.
  const stepMs = Math.max(100, nodes * 10);
  await using bench = await start(nodes, 'flap', stepMs);
  const page = await openConsole(browser, bench.url);
  await logIn(page);
  const wait = async (events: number) => {
    // The page gets an event each half second at most, and so the time is what counts them.
    await pause(events * stepMs);
    return heapOf(page);
  };
  const EVENTS = Number(values.events);
  const first = await wait(EVENTS / 10);
  const later = [];
  for (let part = 0; part < 3; part += 1) later.push(await wait((EVENTS * 3) / 10));
  await page.close();
  const mib = (bytes: number) => (bytes / 1024 ** 2).toFixed(1);
  return {
    nodes,
    'steps of the cluster': EVENTS,
    'heap MiB at first': mib(first),
    'later MiB': later.map(mib).join(', '),
  };
}

function spread(numbers: readonly number[]): string {
  return [Math.min(...numbers), median(numbers), Math.max(...numbers)].map((each) => each.toFixed(0)).join(' / ');
}

const parts = values.parts.split(',');
const counts = values.nodes.split(',').map(Number);
if (parts.includes('size')) await publish('console-size', 'The console: what is loaded', [await sizes()], {});
if (parts.includes('paint')) await publish('console-paint', 'The console: first paint', [await measurePaint()], {});
if (parts.includes('frames')) {
  console.log('an empty page', await measureNothing());
  const rows = [];
  for (const mood of values.moods.split(',')) {
    for (const nodes of counts) rows.push(...(await measureFrames(nodes, mood)));
  }
  await publish('console-frames', 'The console: frames (least / median / most of all rounds)', rows, {});
}
if (parts.includes('heap')) {
  const rows = [];
  for (const nodes of counts) rows.push(await measureHeap(nodes));
  await publish('console-heap', 'The console: heap after garbage collection', rows, {});
}
await browser.close();
await rm(folder, { recursive: true });
