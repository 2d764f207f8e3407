import { randomBytes } from 'node:crypto';
import type { Change } from './diff.ts';

/** Somebody who is told that there may be more. */
export interface Waker {
  wake(): void;
}

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
  /** How many changes there have been: the position of this moment. */
  readonly length: number;
  /** The cursor of this moment: reading on from it gives what is appended from now on. */
  readonly end: string;
  /** How many changes come up to and with a cursor; -1, which nothing can be read from, for a cursor that is not of this feed. */
  positionOf(cursor: string): number;
  /**
   * The changes after a position, at most `limit` of them; empty when there are none yet, undefined when what followed it is no longer
   * kept, so that there would be a gap.
   */
  read(position: number, limit?: number): readonly FeedEvent[] | undefined;
  /** Whom to wake whenever changes have been appended, or the feed was closed. */
  readonly wakers: Set<Waker>;
  /** Wakes all who wait: nothing will be appended any more. */
  close(): void;
}

const NOTHING: readonly FeedEvent[] = [];

/**
 * Creates an empty feed in memory.
 * @param capacity how many changes are kept
 */
export function createFeed(capacity: number): Feed {
  const epoch = randomBytes(6).toString('base64url');
  const ring: (FeedEvent | undefined)[] = new Array(capacity);
  const wakers = new Set<Waker>();
  let length = 0;

  const cursorAt = (position: number) => `${epoch}.${position}`;

  function wakeAll(): void {
    for (const waker of [...wakers]) waker.wake();
  }

  return {
    wakers,
    get length() {
      return length;
    },
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
    positionOf(cursor) {
      const [, ofEpoch, text] = cursor.match(/^([\w-]+)\.(\d{1,15})$/) ?? [];
      const position = Number(text);
      return ofEpoch === epoch && position <= length ? position : -1;
    },
    read(from, limit = Number.POSITIVE_INFINITY) {
      if (from < 0 || length - from > capacity) return undefined;
      if (from === length) return NOTHING;
      const events: FeedEvent[] = [];
      for (let at = from; at < length && events.length < limit; at += 1) {
        const event = ring[at % capacity];
        if (event !== undefined) events.push(event);
      }
      return events;
    },
  };
}
