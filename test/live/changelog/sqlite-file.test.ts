import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { SqliteFile } from '../../../src/live/changelog/sqlite/sqlite-file.ts';
import { openSqliteStore } from '../../../src/live/changelog/sqlite/sqlite-store.ts';
import { createPaths, fail } from '../../support/paths.ts';
import { changes } from '../../support/stored-changes.ts';

const { folder, newPath } = createPaths('store');

const NO_NOTES = new Map<string, string>();

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
    // Its watch has ended.
    file.release('log');
    file.trim({ before: Date.now() + 1000, capacity: 10 });
    expect([file.names, [...file.notes('log')]]).toEqual([[], []]);
    file.close();
  });

  it('makes no log by looking at its notes', () => {
    const file = new SqliteFile(newPath());
    expect([[...file.notes('log')], file.names]).toEqual([[], []]);
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
