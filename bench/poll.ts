import process from 'node:process';
import { parseArgs } from 'node:util';
import { createStatusDecoder, type StatusAnswer, toClusterStatus } from '../src/harper/status/dialect.ts';
import { diff } from '../src/live/diff.ts';
import { type Snapshot, toSnapshot } from '../src/live/snapshot.ts';
import { median, publish } from './lib/report.ts';
import { answerOf, peerOf } from './lib/status.ts';

/*
 * What a poll costs once its answer is there, from bytes to changes. It is compared with decoding and JSON.parse of the
 * same bytes alone. Every answer differs from the one before in the times and version of sockets. These are all
 * sockets, as where all databases are written to all the time, or the sockets of one peer in ten. Rounds alternate.
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '60' } } });

const SHAPES = [
  [3, 2, 'all'],
  [50, 4, 'all'],
  [500, 4, 'all'],
  [50, 4, 'a tenth'],
  [500, 4, 'a tenth'],
] as const;
const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };
const BEGIN = Date.UTC(2026, 10, 23, 2, 12, 57);

function answer(peers: number, databases: number, now: number, moving: 'all' | 'a tenth'): Buffer {
  const connections = Array.from({ length: peers }, (_, peer) => {
    const tick = moving === 'all' || peer % 10 === 0 ? now : 0;
    const time = (back: number) => new Date(BEGIN + (tick - (back % 60)) * 1000).toUTCString();
    const sockets = Array.from({ length: databases }, (__, database) => ({
      database: `db${database}`,
      latency: 1.2362749999738298 + peer,
      committed: time(peer + database),
      received: time(peer),
      version: BEGIN + tick * 1000 + peer + 0.4739,
    }));
    return peerOf(`node-${peer}`, `ws://node-${peer}:9933`, sockets);
  });
  return Buffer.from(JSON.stringify(answerOf('node-x', 'ws://node-x:9933', connections)));
}

const rows = SHAPES.map(([peers, databases, moving]) => {
  const repeats = Math.max(1, Math.round(600 / (peers * databases)));
  const alone: number[] = [];
  const whole: number[] = [];
  const read = createStatusDecoder();
  let previous: Snapshot | undefined;
  let changes = 0;
  for (let round = -Number(values.rounds); round < Number(values.rounds); round += 1) {
    const bodies = Array.from({ length: repeats }, (_, index) =>
      answer(peers, databases, round * repeats + index, moving),
    );
    const begun = performance.now();
    for (const body of bodies) JSON.parse(body.toString('utf8'));
    const between = performance.now();
    for (const body of bodies) {
      const data = read(JSON.parse(body.toString('utf8'))).data as StatusAnswer;
      const next = toSnapshot(toClusterStatus(data, new Date()), THRESHOLDS, previous);
      if (previous !== undefined) changes += diff(previous, next).length;
      previous = next;
    }
    // The first half warms up.
    if (round < 0) continue;
    alone.push((between - begun) / repeats);
    whole.push((performance.now() - between) / repeats);
  }
  if (changes > 0) {
    console.error(`${changes} changes were seen where there were none`);
    process.exitCode = 1;
  }
  const ratios = whole.map((each, index) => each / (alone[index] ?? Number.NaN));
  return {
    'peers x databases': `${peers}x${databases}`,
    moving,
    'parse alone ms': median(alone).toFixed(4),
    'whole poll ms': median(whole).toFixed(4),
    ratio: median(ratios).toFixed(2),
    spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
  };
});
await publish('poll', 'Work of a poll after its answer has come', rows, {});
