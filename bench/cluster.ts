import process from 'node:process';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { mergeViews } from '../src/cluster/topology/topology.ts';
import type { NodeView } from '../src/cluster/topology/view.ts';
import { createStatusDecoder, type StatusAnswer, toClusterStatus } from '../src/harper/status/dialect.ts';
import { diff } from '../src/live/diff.ts';
import { type Snapshot, toSnapshot } from '../src/live/snapshot.ts';
import { createClusterTracker } from '../src/live/whole/cluster-tracker.ts';
import { median, publish } from './lib/report.ts';
import { answerOf, peerOf } from './lib/status.ts';

/*
 * What many nodes cost: the merge of all views, and a poll of every node, from bytes to changes. The merge and the
 * tracker are part of it where something has changed. At rest only times and versions move. In the other rows the
 * sockets of one node go up and down with every poll. With POLL_INTERVAL=1000 a poll of all comes once a second.
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const ROUNDS = Number(values.rounds);
const DATABASES = ['system', 'data', 'dev', 'shop'];
const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };
const GRACES = { change: 1000, recovery: 13_000, cut: 30_000, confirmation: 1500 };
const BEGIN = Date.UTC(2026, 10, 23, 2, 12, 57);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What a node of so many answers in a round. */
function answer(own: number, count: number, round: number, isFlapping: boolean): Buffer {
  const time = new Date(BEGIN + round * 1000).toUTCString();
  const urlOf = (node: number) => `wss://node-${node}.harper.internal:9933`;
  const connections = Array.from({ length: count }, (_, peer) => peer)
    .filter((peer) => peer !== own)
    .map((peer) => {
      const sockets = DATABASES.map((database, at) => ({
        ...{ database, committed: time, received: time, version: BEGIN + round * 1000 + at + 0.4739 },
        connected: !(isFlapping && (own === 0 || peer === 0) && round % 2 === 0),
        latency: 1.2362749999738298 + peer + own,
      }));
      return peerOf(`node-${peer}`, urlOf(peer), sockets);
    });
  return Buffer.from(JSON.stringify(answerOf(`node-${own}`, urlOf(own), connections)));
}

/** The polls of all nodes, as the watch makes them. */
function startPolls(count: number) {
  const readers = Array.from({ length: count }, () => createStatusDecoder());
  const snapshots: (Snapshot | undefined)[] = readers.map(() => undefined);
  const tracker = createClusterTracker(GRACES);
  let changes = 0;

  function views(): NodeView[] {
    return snapshots.flatMap((snapshot, rank) => {
      if (snapshot === undefined) return [];
      const { status } = snapshot;
      const shared = { formerNames: [], operationsUrl: `https://${status.nodeName}:9925`, rank, version: '5.2.4' };
      return [{ ...shared, name: status.nodeName, state: 'UP', reason: null, status }];
    });
  }

  return {
    get changes() {
      return changes;
    },
    views,
    poll(bodies: readonly Buffer[], round: number): void {
      let found = 0;
      for (const [at, body] of bodies.entries()) {
        const data = readers[at]?.(JSON.parse(body.toString('utf8'))).data as StatusAnswer;
        const now = new Date(BEGIN + round * 1000);
        const previous = snapshots[at];
        const next = toSnapshot(toClusterStatus(data, now, now), THRESHOLDS, previous);
        if (previous === undefined || diff(previous, next).length > 0) found += 1;
        snapshots[at] = next;
      }
      changes += found;
      if (found > 0) tracker.take(mergeViews(views(), THRESHOLDS), BEGIN + round * 1000);
    },
  };
}

const rows = [];
for (const count of [5, 15, 50]) {
  const sockets = count * (count - 1) * DATABASES.length;
  const bodiesOf = (round: number, isFlapping: boolean) =>
    Array.from({ length: count }, (_, own) => answer(own, count, round, isFlapping));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const polls = startPolls(count);
  polls.poll(bodiesOf(-1, false), -1);
  collectGarbage();
  const megabytes = (process.memoryUsage().heapUsed - before) / 1024 ** 2;
  const times: Record<'parse' | 'rest' | 'flapping' | 'merge', number[]> = {
    parse: [],
    rest: [],
    flapping: [],
    merge: [],
  };
  // The first third warms up. Kinds alternate.
  for (let round = 0; round < ROUNDS * 1.5; round += 1) {
    const isWarm = round >= ROUNDS * 0.5;
    const measure = (kind: keyof typeof times, work: () => void) => {
      const begun = performance.now();
      work();
      if (isWarm) times[kind].push(performance.now() - begun);
    };
    const [flapping, back, rest] = [
      bodiesOf(round * 4, true),
      bodiesOf(round * 4 + 1, false),
      bodiesOf(round * 4 + 3, false),
    ];
    measure('parse', () => {
      for (const body of rest) JSON.parse(body.toString('utf8'));
    });
    measure('flapping', () => polls.poll(flapping, round * 4));
    polls.poll(back, round * 4 + 1);
    measure('rest', () => polls.poll(rest, round * 4 + 3));
    const views = polls.views();
    measure('merge', () => void mergeViews(views, THRESHOLDS));
  }
  const ms = (kind: keyof typeof times) => median(times[kind]);
  rows.push({
    nodes: count,
    sockets,
    'parse alone ms': ms('parse').toFixed(2),
    'poll at rest ms': ms('rest').toFixed(2),
    ratio: (ms('rest') / ms('parse')).toFixed(2),
    'poll, one node flaps ms': ms('flapping').toFixed(2),
    'merge ms': ms('merge').toFixed(2),
    'merge µs a socket': ((ms('merge') * 1000) / sockets).toFixed(2),
    '% of a core at 1 s': `${(ms('rest') / 10).toFixed(1)} / ${(ms('flapping') / 10).toFixed(1)}`,
    'memory MiB': megabytes.toFixed(1),
  });
}
await publish('cluster', 'Work of the polls of all nodes, and of the merge', rows, {});
