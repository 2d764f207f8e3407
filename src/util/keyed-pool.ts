/**
 * Things by key that come back again and again, such as what is kept for each login. One that is idle stays until there are many: a Map
 * that loses and gets an entry with every request is built anew over and over, and its old tables keep what was in the new ones from the
 * garbage collector, whole requests among it. That took a tenth of all processor time (docs/performance.md).
 */
export interface Roster<T> {
  /** What is kept for a key; made anew where there is nothing. */
  of(key: string): T;
  /** How many keys are known, idle ones included. */
  readonly size: number;
}

/** So many may be idle before they are looked through. */
const SLACK = 1000;

/**
 * Creates an empty roster.
 * @param make makes what is kept for a key
 * @param isIdle whether nothing is lost when it is forgotten
 */
export function createRoster<T>(make: () => T, isIdle: (kept: T) => boolean): Roster<T> {
  const entries = new Map<string, T>();
  let limit = SLACK;

  function sweep(): void {
    for (const [key, kept] of entries) if (isIdle(kept)) entries.delete(key);
    limit = SLACK + entries.size * 2;
  }

  return {
    get size() {
      return entries.size;
    },
    of(key) {
      const known = entries.get(key);
      if (known !== undefined) return known;
      if (entries.size >= limit) sweep();
      const made = make();
      entries.set(key, made);
      return made;
    },
  };
}
