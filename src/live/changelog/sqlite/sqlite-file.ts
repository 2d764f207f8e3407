import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { StoredMutation } from '../audit/mutation-record.ts';
import type { FoundMutations, MutationQuery } from '../audit/mutation-store.ts';
import {
  type Addition,
  type Found,
  type HistoryQuery,
  newEpoch,
  type Retention,
  StoreConflict,
  type StoredLog,
  type StoreSize,
} from '../store.ts';
import { findChanges } from './find-changes.ts';
import { findMutations, MUTATIONS, putMutations } from './mutations.ts';
import { check, migrate } from './schema.ts';

/** Milliseconds for which another process may hold the file before a call fails. */
const BUSY_TIMEOUT = 2000;

/** Changes that are forgotten at once, so that additions come in between. */
const TRIM_BATCH = 2000;

/** A row of `logs`. */
interface LogRow {
  readonly id: number;
  readonly epoch: string;
  /** Length of the log when the epoch began. */
  readonly begin: number;
  readonly length: number;
}

/**
 * Change logs in one file. Everything is done at once, on the thread that calls: it belongs on one of its own.
 * Whoever opens the file last owns it. Additions of the owner before are refused.
 */
export class SqliteFile {
  readonly #path: string;
  readonly #readOnly: boolean;
  readonly #owner = randomBytes(9).toString('base64url');
  readonly #statements = new Map<string, StatementSync>();
  /** Logs that are in use: they stay, however seldom they are added to. Logins come and go, and theirs do not. */
  readonly #opened = new Set<string>();
  #database: DatabaseSync;
  #inode: bigint;

  /**
   * @param options.readOnly only to look at it, while its owner may go on with it
   * @throws an error of SQLite where the file cannot be opened, is no database, or one of a later release
   */
  constructor(path: string, { readOnly = false } = {}) {
    this.#path = path;
    this.#readOnly = readOnly;
    [this.#database, this.#inode] = this.#connect();
  }

  #connect(): [DatabaseSync, bigint] {
    if (this.#readOnly) {
      const database = new DatabaseSync(this.#path, { readOnly: true, timeout: BUSY_TIMEOUT });
      check(database);
      return [database, statSync(this.#path, { bigint: true }).ino];
    }
    // What it holds is for nobody else. The files that SQLite puts beside it get the same rights.
    closeSync(openSync(this.#path, 'a', 0o600));
    const database = new DatabaseSync(this.#path, { timeout: BUSY_TIMEOUT });
    try {
      // With NORMAL an addition outlives the process. When the machine fails, the end of the log may be lost, and is
      // told again as a difference.
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      // 8 MiB. Writing the log back takes milliseconds, and reading a longer one takes longer (bench/history.ts).
      database.exec('PRAGMA wal_autocheckpoint = 2000');
      migrate(database);
      database.prepare("INSERT OR REPLACE INTO settings (key, value) VALUES ('owner', ?)").run(this.#owner);
    } catch (error) {
      database.close();
      throw error;
    }
    return [database, statSync(this.#path, { bigint: true }).ino];
  }

  /** Opens the file anew where somebody has put another in its place, or has deleted it. */
  #reconnect(): void {
    const inode = statSync(this.#path, { bigint: true, throwIfNoEntry: false })?.ino;
    if (inode === this.#inode) return;
    // The present one stays where that fails, to be tried again.
    const [database, own] = this.#connect();
    this.#statements.clear();
    this.#database.close();
    this.#database = database;
    this.#inode = own;
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  #transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** @throws StoreConflict where another has opened the file since */
  #checkOwner(): void {
    const row = this.#prepare("SELECT value FROM settings WHERE key = 'owner'").get();
    if (row?.value !== this.#owner) throw new StoreConflict('owner');
  }

  #log(name: string): LogRow | undefined {
    return this.#prepare('SELECT id, epoch, begin, length FROM logs WHERE name = ?').get(name) as LogRow | undefined;
  }

  /** Names of all logs, the one that was added to last first. */
  get names(): readonly string[] {
    return this.#prepare('SELECT name FROM logs ORDER BY touched DESC, id DESC')
      .all()
      .map(({ name }) => String(name));
  }

  open(name: string): StoredLog {
    this.#reconnect();
    this.#opened.add(name);
    const log = this.#log(name) ?? this.#create(name);
    return { epoch: log.epoch, length: log.length, notes: this.notes(name) };
  }

  release(name: string): void {
    this.#opened.delete(name);
  }

  notes(name: string): ReadonlyMap<string, string> {
    const rows = this.#prepare('SELECT key, value FROM notes WHERE log = (SELECT id FROM logs WHERE name = ?)').all(
      name,
    );
    return new Map(rows.map(({ key, value }) => [String(key), String(value)]));
  }

  #create(name: string): LogRow {
    this.#prepare('INSERT INTO logs (name, epoch, begin, length, touched) VALUES (?, ?, 0, 0, ?)').run(
      name,
      newEpoch(),
      Date.now(),
    );
    return this.#log(name) as LogRow;
  }

  #setLength({ id }: LogRow, length: number): void {
    this.#prepare('UPDATE logs SET length = ?, touched = ? WHERE id = ?').run(length, Date.now(), id);
  }

  append(name: string, { epoch, changes, notes }: Addition): void {
    this.#reconnect();
    this.#transaction(() => {
      this.#checkOwner();
      const log = this.#log(name);
      const follows = changes[0] === undefined || changes[0].position - 1 === log?.length;
      if (log === undefined || log.epoch !== epoch || !follows) throw new StoreConflict('log');
      const insert = this.#prepare(
        'INSERT INTO changes (log, position, at, kind, nodes, databases, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
      );
      for (const { position, at, kind, nodes, databases, text } of changes) {
        insert.run(log.id, position, at, kind, JSON.stringify(nodes), JSON.stringify(databases), text);
      }
      const put = this.#prepare('INSERT OR REPLACE INTO notes (log, key, value) VALUES (?, ?, ?)');
      const remove = this.#prepare('DELETE FROM notes WHERE log = ? AND key = ?');
      for (const [key, value] of notes) {
        if (value === undefined) remove.run(log.id, key);
        else put.run(log.id, key, value);
      }
      this.#setLength(log, changes.at(-1)?.position ?? log.length);
    });
  }

  read(name: string, epoch: string, after: number, limit: number): readonly string[] | undefined {
    const log = this.#log(name);
    if (log === undefined || log.epoch !== epoch || after < log.begin || after > log.length) return undefined;
    const rows = this.#prepare(
      'SELECT position, body FROM changes WHERE log = ? AND position > ? ORDER BY position LIMIT ?',
    ).all(log.id, after, limit);
    const isWhole = rows[0] === undefined ? after === log.length : rows[0].position === after + 1;
    return isWhole ? rows.map(({ body }) => String(body)) : undefined;
  }

  find(name: string, query: HistoryQuery): Found {
    const log = this.#log(name);
    if (log === undefined) return { epoch: '', changes: [] };
    return { epoch: log.epoch, changes: findChanges((sql) => this.#prepare(sql), log.id, query) };
  }

  putMutations(records: readonly StoredMutation[]): void {
    this.#reconnect();
    this.#transaction(() => {
      this.#checkOwner();
      const log = this.#log(MUTATIONS) ?? this.#create(MUTATIONS);
      const length = putMutations((sql) => this.#prepare(sql), log, records);
      this.#setLength(log, length);
    });
  }

  findMutations(query: MutationQuery, newer: readonly string[]): FoundMutations {
    const log = this.#log(MUTATIONS);
    if (log === undefined) return { texts: [], known: [] };
    return findMutations((sql) => this.#prepare(sql), log.id, { query, newer });
  }

  restart(name: string): StoredLog {
    this.#reconnect();
    return this.#transaction(() => {
      this.#checkOwner();
      const log = this.#log(name) ?? this.#create(name);
      this.#prepare('DELETE FROM notes WHERE log = ?').run(log.id);
      const epoch = newEpoch();
      // One position is left out, so that the last change of before does not lead on into the new epoch.
      const begin = log.length + 1;
      this.#prepare('UPDATE logs SET epoch = ?, begin = ?, length = ? WHERE id = ?').run(epoch, begin, begin, log.id);
      return { epoch, length: begin, notes: new Map() };
    });
  }

  size(): StoreSize {
    const pages = this.#prepare(
      'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size',
    ).get();
    // Counting rows would read them all.
    const of = 'FROM changes WHERE log = logs.id';
    const counts = this.#prepare(
      `SELECT sum(length - coalesce((SELECT min(position) - 1 ${of}), length)) AS changes,
         min((SELECT min(at) ${of})) AS oldest FROM logs`,
    ).get();
    return {
      bytes: Number(pages?.bytes),
      changes: Number(counts?.changes ?? 0),
      oldestAt: counts?.oldest == null ? null : Number(counts.oldest),
    };
  }

  /** @returns whether there is more to be forgotten */
  trim({ before, capacity }: Retention): boolean {
    return this.#transaction(() => {
      this.#checkOwner();
      const logs = this.#prepare('SELECT id, length FROM logs').all() as unknown as LogRow[];
      let isMore = false;
      for (const { id, length } of logs) {
        // The first that is to stay: what comes later was observed later, but for seconds.
        const kept = this.#prepare('SELECT min(position) AS first FROM changes WHERE log = ? AND at >= ?').get(
          id,
          before,
        );
        const byAge = kept?.first === null || kept === undefined ? length + 1 : Number(kept.first);
        const first = Math.max(byAge, length - capacity + 1);
        const { changes } = this.#prepare(
          'DELETE FROM changes WHERE log = ? AND position IN ' +
            '(SELECT position FROM changes WHERE log = ? AND position < ? ORDER BY position LIMIT ?)',
        ).run(id, id, first, TRIM_BATCH);
        isMore ||= Number(changes) === TRIM_BATCH;
      }
      // Logins come and go. What nobody has added to for so long is gone with its last change.
      this.#prepare(
        'DELETE FROM logs WHERE touched < ? AND name NOT IN (SELECT value FROM json_each(?)) ' +
          'AND NOT EXISTS (SELECT 1 FROM changes WHERE log = logs.id)',
      ).run(before, JSON.stringify([...this.#opened]));
      this.#prepare('DELETE FROM notes WHERE log NOT IN (SELECT id FROM logs)').run();
      return isMore;
    });
  }

  close(): void {
    this.#database.close();
  }
}
