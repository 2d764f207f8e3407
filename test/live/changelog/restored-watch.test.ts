import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import type { ClusterStatus } from '../../../src/harper/domain.ts';
import { clusterCodec, viewCodec } from '../../../src/live/changelog/codec.ts';
import { openKeptLog } from '../../../src/live/changelog/log-writer.ts';
import { SqliteFile } from '../../../src/live/changelog/sqlite/sqlite-file.ts';
import { openSqliteStore } from '../../../src/live/changelog/sqlite/sqlite-store.ts';
import { subscribeToChanges } from '../../../src/live/subscriptions.ts';
import { connection, socket } from '../../support/answers.ts';
import { TestClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { heldWatcher, INTERVAL, nodeInfo, statusOf } from '../../support/watcher.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-restored-'));
afterAll(() => rmSync(folder, { recursive: true }));

const OUTAGE = new GatewayError('UPSTREAM_UNAVAILABLE', 'Harper refused the connection.');
const fail = (error: unknown) => {
  throw error;
};

/** A process that watches two nodes, whose answers can be changed, with a history. */
async function startWatch(
  file: string,
  answers: (ClusterStatus | Error)[],
  secondIsAsked: () => Promise<void> = async () => undefined,
) {
  const clock = new TestClock();
  const store = await openSqliteStore(join(folder, file), fail);
  const shared = {
    ...{ store, capacity: 100, clock, onFault: fail },
    report: { failed: fail, succeeded: () => undefined, lost: fail },
  };
  const views = await openKeptLog({ ...shared, name: 'views own', codec: viewCodec });
  const whole = await openKeptLog({ ...shared, name: 'cluster own', codec: clusterCodec });
  const nodes = answers.map((_, rank) => ({
    info: nodeInfo(rank),
    read: async () => {
      if (rank === 1) await secondIsAsked();
      const answer = answers[rank];
      if (answer instanceof Error || answer === undefined) throw answer;
      return answer;
    },
  }));
  const { watcher } = heldWatcher({ clock, nodes: () => nodes, kept: { views, whole }, capacity: 100 });
  watcher.enter();
  /** Lets time pass, and the file be written. */
  async function pass(intervals = 8): Promise<void> {
    await clock.advance(intervals * INTERVAL);
    // The time of the watch passes at once, that of the file does not.
    await eventually(() => expect([views.waiting, whole.waiting]).toEqual([0, 0]));
  }
  await pass();
  return {
    ...{ watcher, answers, pass, store },
    async stop() {
      watcher.stop(new Error('over'));
      await Promise.all([views.close(), whole.close()]);
      await store.close();
    },
  };
}

function kindsIn(file: string): string[] {
  const store = new SqliteFile(join(folder, file), { readOnly: true });
  const { changes } = store.find('views own', { limit: 100, from: 'start' });
  store.close();
  return changes.map(({ kind, text }) => `${kind}${viewCodec.decode(text).isLate ? ' late' : ''}`);
}

const second = (): ClusterStatus => ({ ...statusOf(), nodeName: 'node-9' });
const atPressure = (backPressurePercent: number, ...others: string[]) =>
  statusOf([
    connection({ database_sockets: [socket({ backPressurePercent })] }),
    ...others.map((name) => connection({ name, database_sockets: [] })),
  ]);

describe('a watch that goes on with a history', () => {
  it('tells of an outage once, and of its end once, however often it is started anew meanwhile', async () => {
    const file = 'outage.db';
    const first = await startWatch(file, [statusOf(), second()]);
    first.answers[1] = OUTAGE;
    await first.pass();
    await first.stop();
    // The node that was not lost before is the first that cannot be read now.
    await (await startWatch(file, [OUTAGE, OUTAGE])).stop();
    for (let times = 0; times < 2; times += 1) await (await startWatch(file, [OUTAGE, OUTAGE])).stop();
    await (await startWatch(file, [statusOf(), second()])).stop();
    expect(kindsIn(file)).toEqual([
      'NODE_LOST',
      'NODE_LOST',
      'UPSTREAM_LOST',
      'UPSTREAM_RESTORED',
      'NODE_RESTORED',
      'NODE_RESTORED',
    ]);
  });

  it('knows how the whole is as soon as a node that was lost before has been asked, and fails last', async () => {
    const file = 'lost-last.db';
    const first = await startWatch(file, [statusOf(), second()]);
    first.answers[1] = OUTAGE;
    await first.pass();
    await first.stop();
    const asked = Promise.withResolvers<void>();
    const next = await startWatch(file, [statusOf(), second()], () => asked.promise);
    expect(next.watcher.whole.latest).toBeUndefined();
    next.answers[1] = OUTAGE;
    asked.resolve();
    await next.pass();
    expect(next.watcher.whole.latest?.topology.nodes.map(({ state }) => state)).toContain('UNREACHABLE');
    expect(next.watcher.whole.snapshot()).not.toBeUndefined();
    await next.stop();
  });

  it('knows a state that it held by hysteresis, and tells when that is over', async () => {
    const file = 'lagging.db';
    const first = await startWatch(file, [atPressure(10)]);
    first.answers[0] = atPressure(80);
    await first.pass();
    // Below the threshold, and not yet well below it.
    first.answers[0] = atPressure(65);
    await first.pass();
    // Another change, with which this is noted.
    first.answers[0] = atPressure(65, 'node-8');
    await first.pass();
    await first.stop();
    const next = await startWatch(file, [atPressure(10, 'node-8')]);
    expect(kindsIn(file)).toEqual(['STATE_CHANGED', 'PEER_ADDED', 'STATE_CHANGED late']);
    expect(next.watcher.sincesOf('node-1')?.ofPeer('node-2', 'HEALTHY')).not.toBeNull();
    await next.stop();
  });

  it('begins with what is now where the outage that it noted is not in the history any more', async () => {
    const file = 'trimmed.db';
    const first = await startWatch(file, [statusOf()]);
    first.answers[0] = OUTAGE;
    await first.pass(40);
    await first.store.trim({ before: Date.UTC(2100, 0), capacity: 100 });
    await first.stop();
    const next = await startWatch(file, [OUTAGE]);
    const told: unknown[] = [];
    const reader = subscribeToChanges(next.watcher, {}, { onEnded: () => () => undefined });
    reader.pipe({
      take({ change }) {
        told.push(change.kind);
        return true;
      },
      end: (reason) => told.push(reason),
    });
    await next.pass(40);
    next.answers[0] = statusOf();
    await next.pass(40);
    await eventually(() => expect(told).not.toEqual([]));
    expect(told).toEqual(['UPSTREAM_RESTORED']);
    reader.stop();
    await next.stop();
  });
});
