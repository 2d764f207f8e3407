import type { KeptLog, KeptLogOptions } from '../changelog/kept-log.ts';
import { createLogWriter, type LogWriter } from '../changelog/log-writer.ts';
import type { Notes, StoredLog } from '../changelog/store.ts';

/** How far a process has the log of the store. */
export interface StoredEnd {
  readonly epoch: string;
  readonly storedLength: number;
}

/** A log that several gateways keep together: one of them writes it, and the others read what that has written. */
export interface SharedLog<C> extends KeptLog<C> {
  /** Whether this gateway writes it; otherwise what is appended was read in it. */
  readonly isWriting: boolean;
  /** Whether readers have changes that the store does not have. */
  readonly hasShownMore: boolean;
  /**
   * Begins to write, after all that is in it was appended.
   * @param notes those that are in the store
   */
  write(notes: ReadonlyMap<string, string>): void;
  /** Ceases to write. What was not written is given up; it must not have been shown. */
  stopWriting(): void;
  /** Begins another epoch in the store, which has lost some: readers of this process go on all the same. */
  restart(notes: Notes): Promise<void>;
  /** Whether this gateway writes it, and the store does not take it. */
  readonly isFailing: boolean;
  /**
   * Tries to write at once what has failed.
   * @param isLost whether the store has less than it had
   */
  retry(isLost: boolean): void;
  /**
   * Whether the log in the store is that of this process.
   * @param before how far this process had it before the store was asked: it may have added to it meanwhile
   * @returns `same`: it can be gone on with; `longer` or `other`: somebody else went on with it; `lost`: the store has
   * less than it had, or nothing
   */
  compare(stored: StoredLog, before: StoredEnd): 'same' | 'longer' | 'other' | 'lost';
  /** The position in the store up to which this process has it. */
  readonly storedLength: number;
  /** Changes of the store after a position of it, at most `limit`; undefined where there is a gap. */
  load(after: number, limit: number): Promise<readonly C[] | undefined>;
  decode(text: string): C;
}

/** Creates the log, which is read at first. */
export function createSharedLog<C>(options: KeptLogOptions<C>, opened: StoredLog): SharedLog<C> {
  const { store, name, codec, report } = options;
  let listener: (upTo: number) => void = () => undefined;
  let writer: LogWriter<C> | undefined;
  /** How it stands while it is read. */
  let state = { epoch: opened.epoch, length: opened.length, offset: 0, begin: 0 };
  const present = () => writer ?? state;

  return {
    notes: opened.notes,
    get epoch() {
      return present().epoch;
    },
    get length() {
      return present().length;
    },
    get offset() {
      return present().offset;
    },
    get begin() {
      return present().begin;
    },
    get storedLength() {
      return present().length + present().offset;
    },
    get isWriting() {
      return writer !== undefined;
    },
    get hasShownMore() {
      return writer?.hasShownMore ?? false;
    },
    get waiting() {
      return writer?.waiting ?? 0;
    },
    append(changes, notes, message) {
      if (writer !== undefined) {
        writer.append(changes, notes, message);
        return;
      }
      state = { ...state, length: state.length + changes.length };
      listener(state.length);
    },
    async read(from, limit) {
      if (writer !== undefined) return writer.read(from, limit);
      if (from < state.begin || from >= state.length) return undefined;
      try {
        const { epoch, offset, length } = state;
        const texts = await store.read(name, epoch, from + offset, Math.min(limit, length - from));
        return texts?.map((text) => codec.decode(text));
      } catch (error) {
        report.failed(error, false);
        return undefined;
      }
    },
    follow(next) {
      listener = next;
      writer?.follow(next);
    },
    write(notes) {
      writer = createLogWriter(options, { ...state, notes });
      writer.follow(listener);
    },
    async restart(notes) {
      const { epoch, length: begin } = await store.restart(name);
      state = { epoch, length: state.length, offset: begin - state.length, begin: state.length };
      this.write(new Map());
      this.append([], notes);
    },
    stopWriting() {
      if (writer === undefined) return;
      const { epoch, length, offset, begin } = writer;
      writer.abandon();
      writer = undefined;
      // Whoever writes it now reports how that goes.
      report.succeeded();
      state = { epoch, length, offset, begin };
    },
    get isFailing() {
      return writer?.isBehind ?? false;
    },
    retry: (isLost) => writer?.retry(isLost),
    compare({ epoch, length }, before) {
      const known = this.storedLength;
      if (epoch !== present().epoch) {
        if (epoch === before.epoch) return 'same';
        return length === 0 ? 'lost' : 'other';
      }
      if (length === known + (writer?.unsure ?? 0)) return 'same';
      if (length > known) return 'longer';
      const least = epoch === before.epoch ? before.storedLength : present().begin + present().offset;
      return length < least ? 'lost' : 'same';
    },
    async load(after, limit) {
      const texts = await store.read(name, present().epoch, after, limit);
      return texts?.map((text) => codec.decode(text));
    },
    decode: (text) => codec.decode(text),
    async close() {
      await writer?.close();
    },
  };
}
