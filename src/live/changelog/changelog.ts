import { randomBytes } from 'node:crypto';
import type { Change } from '../diff.ts';
import { Listeners } from '../listeners.ts';
import type { KeptLog } from './kept-log.ts';
import type { Notes } from './store.ts';

/** A change with its place in the change log. */
export interface ChangeEvent<C = Change> {
  /** Opaque. Given back, it leads on after this change. */
  readonly cursor: string;
  readonly change: C;
}

/** The changes of one watched cluster, in order. Readers know this interface only, wherever the log lies. */
export interface Changelog<C> {
  /**
   * Adds changes at the end. The listeners are told when they can be read: at once, or when the store has them.
   * @param notes how things are with these changes, for a writer that goes on with the log later
   * @param message what other gateways are told with them
   */
  append(changes: readonly C[], notes?: Notes, message?: object): void;
  /** Takes back what cannot be read yet. */
  rewind(): void;
  /** How many changes there have been: the position of this moment. */
  readonly length: number;
  /** Whether all of them can be read. */
  readonly isSettled: boolean;
  /** The cursor of this moment: what comes after it is appended from now on. */
  readonly end: string;
  /**
   * The position after a cursor.
   * @returns -1, at which nothing can be read, for a cursor that is not of this log
   */
  positionOf(cursor: string): number;
  /**
   * The changes after a position that are in memory, at most `limit` of them; none when there are none yet.
   * @returns undefined where some of what followed the position is not in memory
   */
  read(position: number, limit?: number): readonly ChangeEvent<C>[] | undefined;
  /** All changes that are in memory. */
  held(): readonly ChangeEvent<C>[];
  /** Whether there is a store. */
  readonly isKept: boolean;
  /**
   * The same from the store.
   * @returns undefined where that does not have all of them either, so that there would be a gap
   */
  load(position: number, limit: number): Promise<readonly ChangeEvent<C>[] | undefined>;
  /** Told whenever changes can be read, and when the log is closed. */
  readonly listeners: Listeners;
  /** Tells the listeners that nothing more will be appended. */
  close(): void;
}

const NONE: readonly never[] = [];
const NO_NOTES: Notes = new Map();

/**
 * Creates a change log. What it holds in memory begins now.
 * @param capacity how many changes are held in memory
 * @param onFault told of what a listener has thrown
 * @param kept where the changes are kept besides, so that it goes on after those; in memory only when left out
 */
export function createChangelog<C>(
  capacity: number,
  onFault: (error: unknown) => void,
  kept?: KeptLog<C>,
): Changelog<C> {
  // Cursors of another log must not be taken for those of this one.
  const own = randomBytes(6).toString('base64url');
  const ring: (C | undefined)[] = new Array(capacity);
  const events: (ChangeEvent<C> | undefined)[] = new Array(capacity);
  const listeners = new Listeners(onFault);
  const start = kept?.length ?? 0;
  let length = start;
  /** Up to here they can be read. */
  let readable = start;

  /**
   * A position that the store has is named by its epoch, so that every process knows it. Another one is good in this
   * process only: after it the store may give the place to another change.
   */
  function cursorAt(position: number): string {
    if (kept === undefined) return `${own}.${position}`;
    const epoch = position <= kept.length ? kept.epoch : `${kept.epoch}~${own}`;
    return `${epoch}.${position + kept.offset}`;
  }

  /** Up to which position there are cursors, by their epoch. What the store does not have may have another place. */
  function ends(): ReadonlyMap<string, number> {
    if (kept === undefined) return new Map([[own, length]]);
    return new Map([
      [kept.epoch, kept.length],
      [`${kept.epoch}~${own}`, length],
    ]);
  }

  function makeReadable(upTo: number): void {
    if (upTo <= readable) return;
    // Of those that are no longer in memory there is nothing to be made.
    for (let at = Math.max(readable, length - capacity); at < upTo; at += 1) {
      events[at % capacity] = { cursor: cursorAt(at + 1), change: ring[at % capacity] as C };
    }
    readable = upTo;
    listeners.notify();
  }
  kept?.follow(makeReadable);

  function read(from: number, limit = Number.POSITIVE_INFINITY): readonly ChangeEvent<C>[] | undefined {
    if (from < start || length - from > capacity) return undefined;
    if (from >= readable) return NONE;
    const found: ChangeEvent<C>[] = [];
    for (let at = from; at < readable && found.length < limit; at += 1) {
      const event = events[at % capacity];
      if (event !== undefined) found.push(event);
    }
    return found;
  }

  return {
    listeners,
    read,
    held: () => read(Math.max(start, length - capacity)) ?? NONE,
    isKept: kept !== undefined,
    get length() {
      return length;
    },
    get isSettled() {
      return readable === length;
    },
    get end() {
      return cursorAt(length);
    },
    append(changes, notes = NO_NOTES, message = undefined) {
      for (const change of changes) {
        ring[length % capacity] = change;
        length += 1;
      }
      if (kept === undefined) makeReadable(length);
      else if (changes.length > 0 || notes.size > 0 || message) kept.append(changes, notes, message);
    },
    rewind() {
      length = readable;
    },
    close: () => listeners.notify(),
    positionOf(cursor) {
      const [, epoch, text] = cursor.match(/^([\w-]+(?:~[\w-]+)?)\.(\d{1,15})$/) ?? [];
      const position = Number(text) - (kept?.offset ?? 0);
      const end = ends().get(epoch ?? '') ?? -1;
      return position >= (kept?.begin ?? 0) && position <= end ? position : -1;
    },
    async load(from, limit) {
      if (from < 0) return undefined;
      const changes = await kept?.read(from, limit);
      return changes?.map((change, at) => ({ cursor: cursorAt(from + at + 1), change }));
    },
  };
}
