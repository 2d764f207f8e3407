import { createKeyedPool } from './keyed-pool.ts';

/** Bytes that are held for one client. They count until it is closed. */
export interface HeldBytes {
  /** Says how many there are now. False where that is too many: the client is to be dropped. */
  set(bytes: number): boolean;
  close(): void;
}

/** Limits the bytes that are held for clients, in all and for each key. */
export interface ByteBudget {
  /** Begins to count for a client, which holds none yet. @param keys what it shares limits with others by */
  open(keys: readonly string[]): HeldBytes;
  /** How many bytes are held for all. */
  readonly held: number;
}

/**
 * Creates a budget.
 * @param mostPerKey bytes for all clients of one key
 * @param most bytes for all clients
 */
export function createByteBudget(mostPerKey: number, most: number): ByteBudget {
  const counts = createKeyedPool(
    () => ({ bytes: 0 }),
    ({ bytes }) => bytes === 0,
  );
  let held = 0;
  return {
    get held() {
      return held;
    },
    open(keys) {
      let own = 0;
      let isClosed = false;
      function set(bytes: number): boolean {
        if (isClosed) return false;
        const change = bytes - own;
        own = bytes;
        held += change;
        let fits = held <= most;
        for (const key of keys) {
          // Looked up each time: one that has fallen to nothing may have been removed.
          const count = counts.get(key);
          count.bytes += change;
          if (count.bytes > mostPerKey) fits = false;
        }
        return fits || change <= 0;
      }
      return {
        set,
        close() {
          set(0);
          isClosed = true;
        },
      };
    },
  };
}
