import { randomBytes } from 'node:crypto';
import type { Change } from './diff.ts';
import { Listeners } from './listeners.ts';

/** A change with its place in the change log. */
export interface ChangeEvent<C = Change> {
  /** Opaque. Given back, it leads on after this change. */
  readonly cursor: string;
  readonly change: C;
}

/** The last changes of one watched cluster, in order. Readers know this interface only: the log may lie elsewhere. */
export interface Changelog<C> {
  /** Adds changes at the end and tells the listeners. */
  append(changes: readonly C[]): void;
  /** How many changes there have been: the position of this moment. */
  readonly length: number;
  /** The cursor of this moment: what comes after it is appended from now on. */
  readonly end: string;
  /**
   * The position after a cursor.
   * @returns -1, at which nothing can be read, for a cursor that is not of this log
   */
  positionOf(cursor: string): number;
  /**
   * The changes after a position, at most `limit` of them; none when there are none yet.
   * @returns undefined where some of what followed the position is no longer kept, so that there would be a gap
   */
  read(position: number, limit?: number): readonly ChangeEvent<C>[] | undefined;
  /** Told whenever changes have been appended, and when the log is closed. */
  readonly listeners: Listeners;
  /** Tells the listeners that nothing more will be appended. */
  close(): void;
}

const NONE: readonly never[] = [];

/**
 * Creates an empty change log in memory.
 * @param capacity how many changes are kept
 * @param onFault told of what a listener has thrown
 */
export function createChangelog<C>(capacity: number, onFault: (error: unknown) => void): Changelog<C> {
  // Cursors of another log must not be taken for those of this one.
  const epoch = randomBytes(6).toString('base64url');
  const ring: (ChangeEvent<C> | undefined)[] = new Array(capacity);
  const listeners = new Listeners(onFault);
  let length = 0;

  const cursorAt = (position: number) => `${epoch}.${position}`;

  return {
    listeners,
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
      if (changes.length > 0) listeners.notify();
    },
    close: () => listeners.notify(),
    positionOf(cursor) {
      const [, ofEpoch, text] = cursor.match(/^([\w-]+)\.(\d{1,15})$/) ?? [];
      const position = Number(text);
      return ofEpoch === epoch && position <= length ? position : -1;
    },
    read(from, limit = Number.POSITIVE_INFINITY) {
      if (from < 0 || length - from > capacity) return undefined;
      if (from === length) return NONE;
      const events: ChangeEvent<C>[] = [];
      for (let at = from; at < length && events.length < limit; at += 1) {
        const event = ring[at % capacity];
        if (event !== undefined) events.push(event);
      }
      return events;
    },
  };
}
