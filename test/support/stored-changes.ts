import type { SqliteFile } from '../../src/live/changelog/sqlite/sqlite-file.ts';
import type { ChangeStore, StoredChange } from '../../src/live/changelog/store.ts';

/** A change at a position, observed as many seconds after 1970. */
export function change(position: number, about: Partial<StoredChange> = {}): StoredChange {
  const text = JSON.stringify({ position });
  return { position, at: position * 1000, kind: 'LINK_UP', nodes: ['a', 'b'], databases: ['dev'], text, ...about };
}
export const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => change(from + at));

/** A file on the thread of the test: the same promises as with a thread of its own. */
export function storeOf(file: SqliteFile): ChangeStore {
  return {
    open: async (name) => file.open(name),
    release: async (name) => file.release(name),
    notes: async (name) => file.notes(name),
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
