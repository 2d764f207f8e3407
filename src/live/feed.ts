import { randomBytes } from 'node:crypto';
import type { Change } from './diff.ts';

/** A change with its place in the feed. */
export interface FeedEvent {
  /** Opaque; goes on after this change when it is given back. */
  readonly cursor: string;
  readonly change: Change;
}

/**
 * The changes of one watched cluster, in order, as many of the last ones as are kept. The interface is all that readers know
 * of it: one day several gateways will share a feed that lies elsewhere.
 */
export interface Feed {
  /** Adds changes at the end and wakes all who wait. */
  append(changes: readonly Change[]): void;
  /** The cursor of this moment: reading on from it gives what is appended from now on. */
  readonly end: string;
  /**
   * The changes after a cursor, at most `limit` of them; empty when there are none yet, undefined when the cursor is not of
   * this feed or what followed it is no longer kept, so that there would be a gap.
   */
  read(cursor: string, limit?: number): readonly FeedEvent[] | undefined;
  /** Calls back once, when the next changes have been appended or the feed was closed; the returned function takes it back. */
  onAppend(wake: () => void): () => void;
  /** Wakes all who wait: nothing will be appended any more. */
  close(): void;
}

/**
 * Creates an empty feed in memory.
 * @param capacity how many changes are kept
 */
export function createFeed(capacity: number): Feed {
  const epoch = randomBytes(6).toString('base64url');
  const ring: (FeedEvent | undefined)[] = new Array(capacity);
  const wakers = new Set<() => void>();
  let length = 0;

  const cursorAt = (position: number) => `${epoch}.${position}`;

  /** How many changes come up to and with a cursor; undefined for a cursor that is not of this feed. */
  function positionOf(cursor: string): number | undefined {
    const [, ofEpoch, position] = cursor.match(/^([\w-]+)\.(\d{1,15})$/) ?? [];
    const parsed = Number(position);
    return ofEpoch === epoch && parsed <= length ? parsed : undefined;
  }

  function wakeAll(): void {
    const woken = [...wakers];
    wakers.clear();
    for (const wake of woken) wake();
  }

  return {
    get end() {
      return cursorAt(length);
    },
    append(changes) {
      for (const change of changes) {
        ring[length % capacity] = { cursor: cursorAt(length + 1), change };
        length += 1;
      }
      if (changes.length > 0) wakeAll();
    },
    close: wakeAll,
    read(cursor, limit = Number.POSITIVE_INFINITY) {
      const from = positionOf(cursor);
      if (from === undefined || length - from > capacity) return undefined;
      const events: FeedEvent[] = [];
      for (let at = from; at < length && events.length < limit; at += 1) {
        const event = ring[at % capacity];
        if (event !== undefined) events.push(event);
      }
      return events;
    },
    onAppend(wake) {
      wakers.add(wake);
      return () => wakers.delete(wake);
    },
  };
}
