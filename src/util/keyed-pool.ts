/**
 * Objects by key that are needed again and again, such as the state kept for each login. Idle ones stay until there
 * are many of them. A Map that loses and gains an entry with every request is rebuilt over and over. Its old tables
 * keep what was in the new ones, whole requests included, from the garbage collector. That took a tenth of all
 * processor time (docs/performance.md).
 */
export interface KeyedPool<T> {
  /** The object of a key; a new one where there is none. */
  get(key: string): T;
  /** How many keys are known, idle ones included. */
  readonly size: number;
}

/** So many objects may be idle before idle ones are removed. */
const THRESHOLD = 1000;

/**
 * Creates an empty pool.
 * @param create makes the object of a key
 * @param isIdle whether nothing is lost when the object is removed
 */
export function createKeyedPool<T>(create: () => T, isIdle: (object: T) => boolean): KeyedPool<T> {
  const objects = new Map<string, T>();
  let limit = THRESHOLD;

  function removeIdle(): void {
    for (const [key, object] of objects) if (isIdle(object)) objects.delete(key);
    limit = THRESHOLD + objects.size * 2;
  }

  return {
    get size() {
      return objects.size;
    },
    get(key) {
      const known = objects.get(key);
      if (known !== undefined) return known;
      if (objects.size >= limit) removeIdle();
      const created = create();
      objects.set(key, created);
      return created;
    },
  };
}
