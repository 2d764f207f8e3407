/** Characters of all documents that are kept parsed; a parsed document takes up to a hundred times its text. */
const CACHED_CHARACTERS = 100_000;

/** A cache of what was made of documents, bounded by their text; the least recently used goes first. */
export interface DocumentCache<T> {
  get(document: string): T | undefined;
  set(document: string, value: T): void;
}

/** Creates an empty cache. */
export function createDocumentCache<T>(capacity = CACHED_CHARACTERS): DocumentCache<T> {
  const entries = new Map<string, T>();
  let size = 0;
  return {
    get(document) {
      const value = entries.get(document);
      if (value === undefined) return undefined;
      entries.delete(document);
      entries.set(document, value);
      return value;
    },
    set(document, value) {
      if (document.length > capacity / 4) return;
      if (!entries.has(document)) size += document.length;
      entries.set(document, value);
      for (const oldest of entries.keys()) {
        if (size <= capacity) return;
        entries.delete(oldest);
        size -= oldest.length;
      }
    },
  };
}
