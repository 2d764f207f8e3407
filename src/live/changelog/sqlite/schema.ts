import type { DatabaseSync } from 'node:sqlite';

/** What leads from each version of the tables to the next. A release that is out never changes its steps. */
const STEPS = [
  `CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE logs (
     id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
     begin INTEGER NOT NULL, length INTEGER NOT NULL, touched INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE changes (
     log INTEGER NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
     nodes TEXT NOT NULL, databases TEXT NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (log, position)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX changes_by_time ON changes (log, at);
   CREATE TABLE notes (
     log INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (log, key)
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE changes ADD COLUMN id TEXT;
   CREATE UNIQUE INDEX changes_by_id ON changes (log, id) WHERE id IS NOT NULL;`,
];

/** Marks a file as one of ours: "HGhi" as a number. */
const APPLICATION_ID = 0x48_47_68_69;

/**
 * Looks whether a file can be read as it is.
 * @throws where it is of something else, or of another release
 */
export function check(database: DatabaseSync): void {
  if (numberOf(database, 'application_id') !== APPLICATION_ID) throw new Error('it is a database of something else');
  if (numberOf(database, 'user_version') !== STEPS.length) throw new Error('it is of another release of the gateway');
}

/**
 * Brings the tables of a file to the present version.
 * @throws where the file is of something else, or of a later release
 */
export function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = numberOf(database, 'user_version');
    const isOurs = numberOf(database, 'application_id') === APPLICATION_ID;
    if (!isOurs && (version !== 0 || hasTables(database))) throw new Error('it is a database of something else');
    if (version > STEPS.length) throw new Error('it was written by a later release of the gateway');
    for (const step of STEPS.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${STEPS.length}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}
