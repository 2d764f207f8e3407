import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type ChangeEvent, type Changelog, createChangelog } from '../../../src/live/changelog/changelog.ts';
import { viewCodec } from '../../../src/live/changelog/codec.ts';
import { openKeptLog } from '../../../src/live/changelog/log-writer.ts';
import { openSqliteStore } from '../../../src/live/changelog/sqlite/sqlite-store.ts';
import type { ChangeStore } from '../../../src/live/changelog/store.ts';
import type { Change } from '../../../src/live/diff.ts';
import { TestClock } from '../../support/clock.ts';
import { numbers } from '../../support/controlled-store.ts';
import { eventually } from '../../support/eventually.ts';
import { openLeasedStore, PASSWORD } from '../../support/leased-store.ts';
import { createPaths, fail } from '../../support/paths.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../../support/redis-server.ts';

const { newPath } = createPaths('kinds');

let server: RedisServer | undefined;
afterAll(() => server?.[Symbol.asyncDispose]());

/** A change log is the same to its readers wherever it is kept. */
const KINDS: readonly (readonly [string, () => Promise<ChangeStore | undefined>])[] = [
  ['in memory', async () => undefined],
  ['in a file', () => openSqliteStore(newPath(), fail)],
  ...(HAS_REDIS ? [['in Redis', openRedisStore] as const] : []),
];

async function openRedisStore(): Promise<ChangeStore> {
  server ??= await startRedisServer({ password: PASSWORD });
  return openLeasedStore(server, newPath());
}

/** As many as a log holds in memory. */
const CAPACITY = 100;

/** A log with so many changes, one batch after the other, that all of them can be read. */
async function logWith(store: ChangeStore | undefined, batches: readonly number[]): Promise<Changelog<Change>> {
  const report = { failed: fail, succeeded: () => undefined, lost: fail };
  const common = { codec: viewCodec, capacity: CAPACITY, clock: new TestClock(), report, onFault: fail };
  const kept = store && (await openKeptLog<Change>({ store, name: 'log', ...common }));
  const log = createChangelog<Change>(CAPACITY, fail, kept);
  let count = 0;
  for (const batch of batches) log.append(numbers(...Array.from({ length: batch }, () => (count += 1))));
  await eventually(() => expect(log.isSettled).toBe(true));
  return log;
}

/** What comes after a position, from memory or from the store; undefined where there would be a gap. */
async function readAfter(
  log: Changelog<Change>,
  position: number,
): Promise<readonly ChangeEvent<Change>[] | undefined> {
  return position < 0 ? undefined : (log.read(position) ?? (await log.load(position, 1e6)));
}

const messagesOf = (events: readonly ChangeEvent<Change>[] | undefined) => events?.map(({ change }) => change.message);
const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => String(from + at + 1));

describe.each(KINDS)('a change log %s', (_, openStore) => {
  const batches = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 });

  it('gives exactly what came after each cursor, or refuses it, however many changes came at once', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (sizes) => {
        const store = await openStore();
        const log = await logWith(store, sizes);
        const all = log.held();
        const { length } = log;
        expect(messagesOf(all)).toEqual(upTo(Math.max(0, length - CAPACITY), length));
        for (const [at, { cursor }] of all.entries()) {
          expect(log.positionOf(cursor)).toBe(length - all.length + at + 1);
          expect(messagesOf(await readAfter(log, log.positionOf(cursor)))).toEqual(messagesOf(all.slice(at + 1)));
        }
        const fromBegin = messagesOf(await readAfter(log, 0));
        expect(fromBegin).toEqual(store === undefined && length > CAPACITY ? undefined : upTo(0, length));
        await store?.close();
      }),
      { numRuns: 15 },
    );
  });

  it('knows no cursor of another log, none that is ahead, and nothing that is no cursor', async () => {
    const [store, otherStore] = [await openStore(), await openStore()];
    const [log, other] = [await logWith(store, [3]), await logWith(otherStore, [3])];
    const ahead = log.end.replace(/\d+$/, '4');
    for (const cursor of [other.end, ahead, '', 'x', '.', '3', `${log.end} `, log.end.replace('.', '.-')]) {
      expect([cursor, log.positionOf(cursor)]).toEqual([cursor, -1]);
    }
    expect(log.positionOf(log.end)).toBe(3);
    await store?.close();
    await otherStore?.close();
  });

  it('tells its listeners of what they can read, after it can be read', async () => {
    const store = await openStore();
    const log = await logWith(store, [2]);
    const seen: (string | null)[] = [];
    log.listeners.add({
      notify() {
        const events = log.read(2 + seen.length) ?? [];
        seen.push(...events.map(({ change }) => change.message));
      },
    });
    for (const batch of [numbers(3), numbers(4, 5), numbers(6)]) log.append(batch);
    await eventually(() => expect(seen).toEqual(['3', '4', '5', '6']));
    await store?.close();
  });
});
