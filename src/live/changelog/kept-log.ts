import type { Clock, Timer } from '../../util/clock.ts';
import type { Codec } from './codec.ts';
import { type ChangeStore, type Notes, StoreConflict, type StoredChange } from './store.ts';

/** A log in a store, as its only writer has it. Positions are those of this process. */
export interface KeptLog<C> {
  readonly epoch: string;
  /** Up to which position the store has the changes. */
  readonly length: number;
  /** What is added to a position to get that in the store. */
  readonly offset: number;
  /** Before this position nothing is in the present epoch. */
  readonly begin: number;
  /** How things were when the last change was appended, by whoever wrote the log before. */
  readonly notes: ReadonlyMap<string, string>;
  /** Adds changes at the end, and what is noted with them. They are written in order, many at once. */
  append(changes: readonly C[], notes: Notes): void;
  /**
   * The changes after a position, at most `limit`.
   * @returns undefined where the store does not have all of them, or cannot be read
   */
  read(from: number, limit: number): Promise<readonly C[] | undefined>;
  /**
   * Told up to which position the changes may be read. That is when the store has them, or does not take them in time.
   */
  follow(listener: (upTo: number) => void): void;
  /** How many changes wait to be written. */
  readonly waiting: number;
  /** Writes what is waiting, once more where that has failed, and nothing after that. */
  close(): Promise<void>;
}

/** Told how a store does. */
export interface StoreReport {
  /** An addition could not be written. `isFinal`: nor will any other be. */
  failed(error: unknown, isFinal: boolean): void;
  succeeded(): void;
  /** So many changes could not be written in time, and were given up. */
  lost(count: number): void;
}

export interface KeptLogOptions<C> {
  readonly store: ChangeStore;
  readonly name: string;
  readonly codec: Codec<C>;
  /** How many changes wait for a store that fails. */
  readonly capacity: number;
  readonly clock: Clock;
  readonly report: StoreReport;
  /** Told of an error in our own code. */
  readonly onFault: (error: unknown) => void;
}

/** Milliseconds readers wait for the store to have a change. */
const APPEND_TIMEOUT = 1000;

/** Milliseconds until a failed write is tried again. Each wait is twice as long as the one before. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/**
 * Opens a log to go on with it.
 * @throws what the store throws
 */
export async function openKeptLog<C>(options: KeptLogOptions<C>): Promise<KeptLog<C>> {
  const { store, name, codec, capacity, clock, report, onFault } = options;
  const opened = await store.open(name);
  const notes = new Map(opened.notes);
  let { epoch, length } = opened;
  let appended = length;
  let offset = 0;
  /** Before this position nothing is in the present epoch. */
  let begin = 0;
  let queue: StoredChange[] = [];
  let changedNotes = new Map<string, string | undefined>();
  let listener: (upTo: number) => void = () => undefined;
  let isWriting = false;
  /** How many of the first in the queue are being written. */
  let inFlight = 0;
  let writing: Promise<void> = Promise.resolve();
  let failures = 0;
  let isRestartDue = false;
  /** Whether readers do not wait for the store. */
  let isBehind = false;
  let isClosed = false;
  let timer: Timer | undefined;
  let retry: Timer | undefined;

  /** Readers wait for what is in the queue, but not for long. */
  function waitForStore(): void {
    clock.clearTimeout(timer);
    timer = queue.length === 0 ? undefined : clock.setTimeout(fallBehind, APPEND_TIMEOUT, 'background');
  }

  function fallBehind(): void {
    clock.clearTimeout(timer);
    timer = undefined;
    isBehind = true;
    listener(appended);
  }

  async function restart(): Promise<void> {
    const { epoch: next, length: last } = await store.restart(name);
    epoch = next;
    length = appended - queue.length;
    offset = last - length;
    begin = length;
    changedNotes = new Map(notes);
    isRestartDue = false;
  }

  async function writeBatch(): Promise<void> {
    if (isRestartDue) await restart();
    // All at once: what is noted belongs to the last of them.
    const batch = [...queue];
    const taken = changedNotes;
    changedNotes = new Map();
    inFlight = batch.length;
    try {
      const changes = batch.map((change) => ({ ...change, position: change.position + offset }));
      await store.append(name, { epoch, changes, notes: taken });
    } catch (error) {
      changedNotes = new Map([...taken, ...changedNotes]);
      throw error;
    } finally {
      inFlight = 0;
    }
    queue.splice(0, batch.length);
    length += batch.length;
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    try {
      while ((queue.length > 0 || changedNotes.size > 0) && !isClosed) {
        await writeBatch();
        failures = 0;
        report.succeeded();
        isBehind = false;
        waitForStore();
        listener(length);
      }
    } catch (error) {
      fail(error);
    } finally {
      // At once: whoever was just told may append, and that has to be written as well.
      isWriting = false;
    }
  }

  function fail(error: unknown): void {
    const isTakenOver = error instanceof StoreConflict && error.reason === 'owner';
    report.failed(error, isTakenOver);
    fallBehind();
    if (isTakenOver) {
      stop();
      return;
    }
    if (error instanceof StoreConflict) isRestartDue = true;
    const wait = Math.min(FIRST_WAIT * 2 ** failures, LONGEST_WAIT);
    failures += 1;
    retry = clock.setTimeout(write, wait * (0.75 + Math.random() * 0.5), 'background');
  }

  /** Writes what is waiting, unless that is being done, or has failed a short time ago. */
  function write(): void {
    retry = undefined;
    if (!isWriting) writing = writeAll().catch(onFault);
  }

  function stop(): void {
    isClosed = true;
    queue = [];
    clock.clearTimeout(retry);
    clock.clearTimeout(timer);
  }

  /** A store that fails for too long misses what has happened meanwhile. */
  function shed(): void {
    if (!isBehind || queue.length - inFlight <= capacity) return;
    report.lost(queue.length - inFlight);
    queue = queue.slice(0, inFlight);
    isRestartDue = true;
  }

  return {
    get epoch() {
      return epoch;
    },
    get length() {
      return length;
    },
    get offset() {
      return offset;
    },
    get begin() {
      return begin;
    },
    notes: opened.notes,
    append(changes, noted) {
      for (const [key, value] of noted) {
        if (value === undefined) notes.delete(key);
        else notes.set(key, value);
      }
      for (const change of changes) {
        appended += 1;
        if (!isClosed) queue.push(codec.encode(change, appended));
      }
      if (isClosed || isBehind) listener(appended);
      if (isClosed) return;
      for (const [key, value] of noted) changedNotes.set(key, value);
      shed();
      if (timer === undefined && !isBehind) waitForStore();
      if (retry === undefined) write();
    },
    async read(from, limit) {
      // What is beyond is somebody else's.
      if (from < begin || from >= length) return undefined;
      try {
        const found = await store.read(name, epoch, from + offset, Math.min(limit, length - from));
        return found?.map((text) => codec.decode(text));
      } catch (error) {
        report.failed(error, false);
        return undefined;
      }
    },
    follow(next) {
      listener = next;
    },
    get waiting() {
      return queue.length;
    },
    async close() {
      await writing;
      if (isClosed) return;
      clock.clearTimeout(retry);
      write();
      await writing;
      if (queue.length > 0) report.lost(queue.length);
      stop();
      await store.leave(name).catch((error: unknown) => report.failed(error, false));
    },
  };
}
