import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SqliteFile } from '../../../src/live/changelog/sqlite/sqlite-file.ts';
import { openSqliteStore } from '../../../src/live/changelog/sqlite/sqlite-store.ts';
import type { ChangeStore, HistoryQuery, StoredChange } from '../../../src/live/changelog/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

const fail = (error: unknown) => {
  throw error;
};

/** The file on the thread of the test: the same promises. */
async function openDirectly(path: string): Promise<ChangeStore> {
  const file = new SqliteFile(path);
  return {
    open: async (name) => file.open(name),
    append: async (name, addition) => file.append(name, addition),
    read: async (...parameters) => file.read(...parameters),
    find: async (...parameters) => file.find(...parameters),
    restart: async (name) => file.restart(name),
    size: async () => file.size(),
    async trim(retention) {
      while (file.trim(retention));
    },
    close: async () => file.close(),
  };
}

function change(position: number, about: Partial<StoredChange> = {}): StoredChange {
  const text = JSON.stringify({ position });
  return { position, at: position * 1000, kind: 'LINK_UP', nodes: ['a', 'b'], databases: ['dev'], text, ...about };
}
const changes = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => change(from + at));
const NO_NOTES = new Map<string, string>();
const positions = (found: readonly StoredChange[] | undefined) => found?.map(({ position }) => position);

/** Every kind of store keeps the same promises. */
const KINDS: readonly (readonly [string, (path: string) => Promise<ChangeStore>])[] = [
  ['a file', openDirectly],
  ['a file on a thread of its own', (path) => openSqliteStore(path, fail)],
];

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
    expect(await store.read('log', epoch, 0, 10)).toEqual(changes(1, 4));
    expect(positions(await store.read('log', epoch, 1, 2))).toEqual([2, 3]);
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
    expect(positions(await second.read('log', epoch, 1, 10))).toEqual([2, 3]);
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
    expect(positions(await store.read('log', next.epoch, 3, 10))).toEqual([4]);
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
    expect(positions(await store.read('log', epoch, 3, 2))).toEqual([4, 5]);
    await store.trim({ before: 0, capacity: 3 });
    expect(await store.read('log', epoch, 6, 10)).toBeUndefined();
    expect(positions(await store.read('log', epoch, 7, 10))).toEqual([8, 9, 10]);
    // Positions go on also where nothing is left.
    await store.trim({ before: 99_000, capacity: 3 });
    expect(await store.read('log', epoch, 10, 10)).toEqual([]);
    await store.append('log', { epoch, changes: changes(11, 11), notes: NO_NOTES });
    expect(positions(await store.read('log', epoch, 10, 10))).toEqual([11]);
    await store.close();
  });
});

describe('finding changes', () => {
  const names = fc.constantFrom('a', 'b', "c'", '%', '["a"]');
  const kinds = fc.constantFrom('LINK_UP', 'LINK_DOWN', 'SPLIT');
  const some = fc.option(fc.uniqueArray(names, { maxLength: 3 }), { nil: undefined });
  const number = fc.option(fc.integer({ min: 0, max: 25 }), { nil: undefined });

  it('gives what a look at every change gives, for random changes and questions', () => {
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
    fc.assert(
      fc.property(fc.array(about, { maxLength: 20 }), fc.array(query, { maxLength: 10 }), (all, queries) => {
        const file = new SqliteFile(newPath());
        const { epoch } = file.open('log');
        const log = all.map((each, at) => change(at + 1, each));
        file.append('log', { epoch, changes: log, notes: NO_NOTES });
        for (const each of queries) expect(file.find('log', each).changes).toEqual(lookAtAll(log, each));
        file.close();
      }),
      { numRuns: 100 },
    );
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

describe('a file that cannot be used', () => {
  it.each<[string, RegExp, (path: string) => void]>([
    ['is a folder', /EISDIR|unable to open/, (path) => mkdirSync(path)],
    ['is in no folder', /ENOENT|unable to open/, () => undefined],
    [
      'is no database',
      /not a database/,
      (path) => writeFileSync(path, 'a text that is longer than the header of a file'),
    ],
    [
      'is a database of something else',
      /something else/,
      (path) => {
        const database = new DatabaseSync(path);
        database.exec('CREATE TABLE theirs (x)');
        database.close();
      },
    ],
    [
      'is of a later release',
      /later release/,
      (path) => {
        new SqliteFile(path).close();
        const database = new DatabaseSync(path);
        database.exec('PRAGMA user_version = 99');
        database.close();
      },
    ],
    [
      'is damaged',
      /malformed|not a database/,
      (path) => {
        new SqliteFile(path).close();
        const bytes = readFileSync(path);
        bytes.fill(0x5a, 100);
        writeFileSync(path, bytes);
      },
    ],
  ])('is refused at the start where it %s', async (name, message, prepare) => {
    const path = name === 'is in no folder' ? join(folder, 'none', 'x.db') : newPath();
    prepare(path);
    await expect(openSqliteStore(path, fail)).rejects.toThrow(message);
  });
});

describe('a file', () => {
  it('is for its owner only', () => {
    const path = newPath();
    const file = new SqliteFile(path);
    file.open('log');
    for (const each of ['', '-wal']) expect(statSync(`${path}${each}`).mode & 0o777).toBe(0o600);
    file.close();
  });

  it.each<[string, (path: string) => void]>([
    ['deleted', (path) => rmSync(path)],
    ['moved away', (path) => renameSync(path, `${path}.moved`)],
  ])('that was %s is made anew: what is added does not go nowhere', (_, remove) => {
    const path = newPath();
    const file = new SqliteFile(path);
    const { epoch } = file.open('log');
    file.append('log', { epoch, changes: changes(1, 1), notes: NO_NOTES });
    remove(path);
    for (const each of ['-wal', '-shm']) rmSync(`${path}${each}`, { force: true });
    expect(() => file.append('log', { epoch, changes: changes(2, 2), notes: NO_NOTES })).toThrow('not as it was left');
    const next = file.restart('log');
    file.append('log', { epoch: next.epoch, changes: changes(2, 2), notes: NO_NOTES });
    expect(existsSync(path)).toBe(true);
    file.close();
    const again = new SqliteFile(path);
    expect(again.open('log')).toMatchObject({ epoch: next.epoch, length: 2 });
    again.close();
  });

  it('is found again when its folder was away for a while', () => {
    const path = join(folder, 'away', 'history.db');
    mkdirSync(join(folder, 'away'));
    const file = new SqliteFile(path);
    const { epoch } = file.open('log');
    renameSync(join(folder, 'away'), join(folder, 'elsewhere'));
    expect(() => file.append('log', { epoch, changes: changes(1, 1), notes: NO_NOTES })).toThrow(
      /ENOENT|unable to open/,
    );
    renameSync(join(folder, 'elsewhere'), join(folder, 'away'));
    file.append('log', { epoch, changes: changes(1, 1), notes: NO_NOTES });
    expect(file.open('log')).toMatchObject({ epoch, length: 1 });
    file.close();
  });

  it('keeps a log that is in use when all its changes are too old, and drops one that is not', () => {
    const path = newPath();
    const before = new SqliteFile(path);
    before.open('left');
    before.close();
    const file = new SqliteFile(path);
    const { epoch } = file.open('log');
    file.append('log', { epoch, changes: changes(1, 1), notes: new Map([['a', '1']]) });
    file.trim({ before: Date.now() + 1000, capacity: 10 });
    expect(file.find('log', { limit: 10, from: 'end' }).changes).toEqual([]);
    expect(file.names).toEqual(['log']);
    expect(file.open('log')).toMatchObject({ epoch, length: 1, notes: new Map([['a', '1']]) });
    file.close();
  });

  it('fails an addition while another process holds it, and takes the next', { timeout: 60_000 }, async () => {
    const path = newPath();
    const store = await openSqliteStore(path, fail);
    const { epoch } = await store.open('log');
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    await expect(store.append('log', { epoch, changes: changes(1, 1), notes: NO_NOTES })).rejects.toThrow('locked');
    holder.exec('ROLLBACK');
    await store.append('log', { epoch, changes: changes(1, 1), notes: NO_NOTES });
    expect(await store.open('log')).toMatchObject({ length: 1 });
    holder.close();
    await store.close();
  });

  it('has everything that was appended before its process was killed', () => {
    const path = newPath();
    const module = new URL('../../../src/live/changelog/sqlite/sqlite-file.ts', import.meta.url).href;
    const script = `
      import { SqliteFile } from ${JSON.stringify(module)};
      const file = new SqliteFile(${JSON.stringify(path)});
      const { epoch } = file.open('log');
      const change = (position) => ({ position, at: 1, kind: 'K', nodes: [], databases: [], text: '{}' });
      for (let at = 1; at <= 200; at += 1) file.append('log', { epoch, changes: [change(at)], notes: new Map() });
      process.kill(process.pid, 'SIGKILL');
    `;
    expect(() =>
      execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script]),
    ).toThrow();
    const file = new SqliteFile(path);
    const { epoch, length } = file.open('log');
    expect([length, file.read('log', epoch, 0, 1000)?.length]).toEqual([200, 200]);
    file.close();
  });
});
