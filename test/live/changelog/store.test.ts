import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SqliteFile } from '../../../src/live/changelog/sqlite/sqlite-file.ts';
import { openSqliteStore } from '../../../src/live/changelog/sqlite/sqlite-store.ts';
import type { ChangeStore, HistoryQuery, StoredChange } from '../../../src/live/changelog/store.ts';
import { openLeasedStore, PASSWORD } from '../../support/leased-store.ts';
import { createPaths, fail } from '../../support/paths.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../../support/redis-server.ts';
import { change, changes, storeOf } from '../../support/stored-changes.ts';

const { newPath } = createPaths('store');

const NO_NOTES = new Map<string, string>();
/** The positions that stand in the texts. */
const positionsIn = (texts: readonly string[] | undefined) => texts?.map((text) => JSON.parse(text).position);
const positions = (found: readonly StoredChange[]) => found.map(({ position }) => position);

/** Every kind of store keeps the same promises. */
const KINDS: readonly (readonly [string, (path: string) => Promise<ChangeStore>])[] = [
  ['a file', async (path) => storeOf(new SqliteFile(path))],
  ['a file on a thread of its own', (path) => openSqliteStore(path, fail)],
  ...(HAS_REDIS ? [['Redis', openRedisStore] as const] : []),
];

let server: RedisServer | undefined;
afterAll(() => server?.[Symbol.asyncDispose]());

async function openRedisStore(path: string): Promise<ChangeStore> {
  server ??= await startRedisServer({ password: PASSWORD, tls: true });
  return openLeasedStore(server, path);
}

describe.each(KINDS)('%s', (_, openStore) => {
  it('has what was appended, in order, with the notes of the last time', async () => {
    const store = await openStore(newPath());
    const { epoch, length, notes } = await store.open('log');
    expect([length, [...notes]]).toEqual([0, []]);
    await store.append('log', {
      epoch,
      changes: changes(1, 3),
      notes: new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    });
    await store.append('log', {
      epoch,
      changes: changes(4, 4),
      notes: new Map([
        ['a', undefined],
        ['b', '3'],
      ]),
    });
    expect(await store.read('log', epoch, 0, 10)).toEqual(changes(1, 4).map(({ text }) => text));
    expect(positionsIn(await store.read('log', epoch, 1, 2))).toEqual([2, 3]);
    expect(await store.read('log', epoch, 4, 10)).toEqual([]);
    const opened = await store.open('log');
    expect([opened.epoch, opened.length, [...opened.notes]]).toEqual([epoch, 4, [['b', '3']]]);
    await store.close();
  });

  it('goes on after it was closed', async () => {
    const path = newPath();
    const first = await openStore(path);
    const { epoch } = await first.open('log');
    await first.append('log', { epoch, changes: changes(1, 2), notes: NO_NOTES });
    await first.close();
    const second = await openStore(path);
    expect(await second.open('log')).toMatchObject({ epoch, length: 2 });
    await second.append('log', { epoch, changes: changes(3, 3), notes: NO_NOTES });
    expect(positionsIn(await second.read('log', epoch, 1, 10))).toEqual([2, 3]);
    await second.close();
  });

  it('keeps logs apart', async () => {
    const store = await openStore(newPath());
    const [one, other] = [await store.open('one'), await store.open('other')];
    expect(one.epoch).not.toBe(other.epoch);
    await store.append('one', { epoch: one.epoch, changes: changes(1, 2), notes: new Map([['x', '1']]) });
    expect(await store.open('other')).toMatchObject({ length: 0, notes: NO_NOTES });
    expect(await store.read('other', other.epoch, 0, 10)).toEqual([]);
    expect((await store.find('other', { limit: 9, from: 'end' })).changes).toEqual([]);
    await store.close();
  });

  it.each<[string, (epoch: string) => { epoch: string; changes: StoredChange[] }]>([
    ['of another epoch', () => ({ epoch: 'other', changes: changes(3, 3) })],
    ['that leaves a gap', (epoch) => ({ epoch, changes: changes(4, 4) })],
    ['that is there already', (epoch) => ({ epoch, changes: changes(2, 2) })],
  ])('refuses an addition %s, and changes nothing', async (_name, addition) => {
    const store = await openStore(newPath());
    const { epoch } = await store.open('log');
    await store.append('log', { epoch, changes: changes(1, 2), notes: new Map([['a', '1']]) });
    const refused = store.append('log', { ...addition(epoch), notes: new Map([['a', '2']]) });
    await expect(refused).rejects.toMatchObject({ name: 'StoreConflict', reason: 'log' });
    expect(await store.open('log')).toMatchObject({ epoch, length: 2, notes: new Map([['a', '1']]) });
    await store.close();
  });

  it('refuses additions of whoever had it before', async () => {
    const path = newPath();
    const first = await openStore(path);
    const { epoch } = await first.open('log');
    const second = await openStore(path);
    await second.open('log');
    const refused = first.append('log', { epoch, changes: changes(1, 1), notes: NO_NOTES });
    await expect(refused).rejects.toMatchObject({ name: 'StoreConflict', reason: 'owner' });
    await second.append('log', { epoch, changes: changes(1, 1), notes: NO_NOTES });
    await first.close();
    await second.close();
  });

  it('begins another epoch, in which nothing of before can be read on', async () => {
    const store = await openStore(newPath());
    const { epoch } = await store.open('log');
    await store.append('log', { epoch, changes: changes(1, 2), notes: new Map([['a', '1']]) });
    const next = await store.restart('log');
    // One position is left out: the last change of before leads nowhere.
    expect(next).toMatchObject({ length: 3, notes: NO_NOTES });
    await store.append('log', { epoch: next.epoch, changes: changes(4, 4), notes: NO_NOTES });
    expect(await store.read('log', epoch, 1, 10)).toBeUndefined();
    expect(await store.read('log', next.epoch, 1, 10)).toBeUndefined();
    expect(await store.read('log', next.epoch, 2, 10)).toBeUndefined();
    expect(positionsIn(await store.read('log', next.epoch, 3, 10))).toEqual([4]);
    // It happened all the same.
    const found = await store.find('log', { limit: 10, from: 'start' });
    expect([found.epoch, positions(found.changes)]).toEqual([next.epoch, [1, 2, 4]]);
    await store.close();
  });

  it('forgets what is too old, or too much, and says so to who reads on', async () => {
    const store = await openStore(newPath());
    const { epoch } = await store.open('log');
    await store.append('log', { epoch, changes: changes(1, 10), notes: NO_NOTES });
    await store.trim({ before: 4000, capacity: 100 });
    expect(await store.read('log', epoch, 2, 10)).toBeUndefined();
    expect(positionsIn(await store.read('log', epoch, 3, 2))).toEqual([4, 5]);
    await store.trim({ before: 0, capacity: 3 });
    expect(await store.read('log', epoch, 6, 10)).toBeUndefined();
    expect(positionsIn(await store.read('log', epoch, 7, 10))).toEqual([8, 9, 10]);
    // Positions go on also where nothing is left.
    await store.trim({ before: 99_000, capacity: 3 });
    expect(await store.read('log', epoch, 10, 10)).toEqual([]);
    await store.append('log', { epoch, changes: changes(11, 11), notes: NO_NOTES });
    expect(positionsIn(await store.read('log', epoch, 10, 10))).toEqual([11]);
    await store.close();
  });
});

describe('finding changes', () => {
  const names = fc.constantFrom('a', 'b', "c'", '%', '["a"]');
  const kinds = fc.constantFrom('LINK_UP', 'LINK_DOWN', 'SPLIT');
  const some = fc.option(fc.uniqueArray(names, { maxLength: 3 }), { nil: undefined });
  const number = fc.option(fc.integer({ min: 0, max: 25 }), { nil: undefined });

  it.each(KINDS)('in %s gives what a look at every change gives, for random questions', async (_, openStore) => {
    const about = fc.record({
      at: fc.integer({ min: 0, max: 25 }),
      kind: kinds,
      nodes: fc.uniqueArray(names, { maxLength: 3 }),
      databases: fc.uniqueArray(names, { maxLength: 2 }),
    });
    const query = fc.record({
      ...{ after: number, before: number, since: number, until: number, nodes: some, databases: some },
      kinds: fc.option(fc.uniqueArray(kinds), { nil: undefined }),
      limit: fc.integer({ min: 0, max: 12 }),
      from: fc.constantFrom('start' as const, 'end' as const),
    });
    const store = await openStore(newPath());
    let logs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(about, { maxLength: 20 }), fc.array(query, { maxLength: 10 }), async (all, queries) => {
        logs += 1;
        const name = `log${logs}`;
        const { epoch } = await store.open(name);
        const log = all.map((each, at) => change(at + 1, each));
        await store.append(name, { epoch, changes: log, notes: NO_NOTES });
        for (const each of queries) expect((await store.find(name, each)).changes).toEqual(lookAtAll(log, each));
      }),
      { numRuns: 100 },
    );
    await store.close();
  });

  function lookAtAll(log: readonly StoredChange[], query: HistoryQuery): readonly StoredChange[] {
    const { after = 0, before = 99, since = 0, until = 99, nodes, databases, kinds: wanted, limit, from } = query;
    const found = log.filter(
      (each) =>
        each.position > after &&
        each.position < before &&
        each.at >= since &&
        each.at < until &&
        (nodes === undefined || each.nodes.some((name) => nodes.includes(name))) &&
        (databases === undefined ||
          each.databases.length === 0 ||
          each.databases.some((name) => databases.includes(name))) &&
        (wanted === undefined || wanted.includes(each.kind)),
    );
    if (from === 'start') return found.slice(0, limit);
    return limit === 0 ? [] : found.slice(-limit);
  }
});
