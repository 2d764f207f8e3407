import { setImmediate } from 'node:timers/promises';
import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import { type Changelog, createChangelog } from '../../src/live/changelog/changelog.ts';
import { viewCodec } from '../../src/live/changelog/codec.ts';
import type { KeptLog } from '../../src/live/changelog/kept-log.ts';
import { openKeptLog } from '../../src/live/changelog/log-writer.ts';
import type { ChangeStore } from '../../src/live/changelog/store.ts';
import { type Change, diff } from '../../src/live/diff.ts';
import { toSnapshot } from '../../src/live/snapshot.ts';
import { SYSTEM_CLOCK } from '../../src/util/clock.ts';
import { answerOf, peerOf } from './status.ts';

const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };

/** How many changes are appended, or loaded, at once. */
const BATCH = 500;

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

export const fail = (error: unknown) => {
  throw error;
};

/** Opens a log in a store; one in memory when there is none. */
async function openLog(
  store: ChangeStore | undefined,
): Promise<{ log: Changelog<Change>; kept: KeptLog<Change> | undefined }> {
  if (store === undefined) return { log: createChangelog<Change>(10_000, fail), kept: undefined };
  const report = { failed: fail, succeeded: () => undefined, lost: fail };
  const kept = await openKeptLog<Change>({
    ...{ store, name: 'views own', codec: viewCodec, capacity: 1_000_000, clock: SYSTEM_CLOCK, report, onFault: fail },
  });
  return { log: createChangelog<Change>(10_000, fail, kept), kept };
}

/** Microseconds from an append until it can be read, one after the other, sorted. */
export async function timeAppends(store: ChangeStore | undefined, count: number): Promise<number[]> {
  const { log, kept } = await openLog(store);
  const times: number[] = [];
  const notes = new Map([['view http://node-1', JSON.stringify(CHANGE).repeat(3)]]);
  for (let at = 0; at < count; at += 1) {
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
export async function rateOfReplay(store: ChangeStore, count: number): Promise<number> {
  const { log, kept } = await openLog(store);
  const first = kept?.length ?? 0;
  for (let at = 0; at < count; at += BATCH) {
    log.append(Array.from({ length: BATCH }, () => CHANGE));
    while (!log.isSettled) await setImmediate();
  }
  await kept?.close();
  const { log: again } = await openLog(store);
  const begun = performance.now();
  let position = first;
  while (position < again.length) {
    const events = await again.load(position, BATCH);
    if (events === undefined) throw new Error('there is a gap');
    position += events.length;
  }
  return (count / (performance.now() - begun)) * 1000;
}
