import type { Timer } from '../../util/clock.ts';
import { waitAfter } from '../../util/wait-after.ts';
import type { KeptLog, KeptLogOptions, LogState } from './kept-log.ts';
import { type Addition, StoreConflict, type StoredChange } from './store.ts';

/** A log that is written. */
export interface LogWriter<C> extends KeptLog<C> {
  /** Whether readers have changes that the store does not have. */
  readonly hasShownMore: boolean;
  /** How many changes were sent to the store of which nobody knows whether it has them. */
  readonly unsure: number;
  /** Whether readers do not wait for the store: it fails, or is too slow. */
  readonly isBehind: boolean;
  /**
   * Tries at once what has failed.
   * @param isLost whether the store has less than it had, so that another epoch is begun
   */
  retry(isLost: boolean): void;
  /** Ends without writing what is waiting. */
  abandon(): void;
}

/** Milliseconds readers wait for the store to have a change. */
const APPEND_TIMEOUT = 1000;

/**
 * Opens a log to go on with it.
 * @throws what the store throws
 */
export async function openKeptLog<C>(options: KeptLogOptions<C>): Promise<KeptLog<C>> {
  const opened = await options.store.open(options.name);
  return createLogWriter(options, { ...opened, offset: 0, begin: 0 });
}

/** Goes on with a log that is open. */
export function createLogWriter<C>(options: KeptLogOptions<C>, opened: LogState): LogWriter<C> {
  const { store, name, codec, capacity, clock, report, onOwnerLost, onRecovered, onFault } = options;
  const notes = new Map(opened.notes);
  let { epoch, length, offset, begin } = opened;
  let appended = length;
  let queue: StoredChange[] = [];
  let changedNotes = new Map<string, string | undefined>();
  let messages: Message[] = [];
  /** What is being written, or has to be written again as it is: nobody knows whether the store has it. */
  let batch: Addition | undefined;
  let listener: (upTo: number) => void = () => undefined;
  let isWriting = false;
  let writing: Promise<void> = Promise.resolve();
  let failures = 0;
  let isRestartDue = false;
  /** Whether to try again at once where what is being written fails: it was sent before that was asked for. */
  let isRetryDue = false;
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
    // Some before them may have been given up.
    queue = queue.map((change, at) => ({ ...change, position: length + at + 1 }));
    offset = last - length;
    begin = length;
    changedNotes = new Map(notes);
    batch = undefined;
    messages = [];
    isRestartDue = false;
  }

  /** All at once: what is noted belongs to the last of them. */
  function takeBatch(): Addition {
    const changes = queue.map((change) => ({ ...change, position: change.position + offset }));
    const addition = {
      ...{ epoch, length: length + offset, changes },
      ...{ notes: changedNotes, messages: messages.map(write) },
    };
    changedNotes = new Map();
    messages = [];
    return addition;
  }

  function write({ after, texts, body }: Message): string {
    return JSON.stringify({ ...body, epoch, after: after + offset, changes: texts });
  }

  async function writeBatch(): Promise<void> {
    if (isRestartDue) await restart();
    batch ??= takeBatch();
    await store.append(name, batch);
    queue.splice(0, batch.changes.length);
    length += batch.changes.length;
    batch = undefined;
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    try {
      while ((isRestartDue || queue.length > 0 || changedNotes.size > 0 || messages.length > 0 || batch) && !isClosed) {
        await writeBatch();
        failures = 0;
        isRetryDue = false;
        report.succeeded();
        const wasBehind = isBehind;
        isBehind = false;
        waitForStore();
        listener(length);
        if (wasBehind) onRecovered?.();
      }
    } catch (error) {
      fail(error);
    } finally {
      // At once: whoever was just told may append, and that has to be written as well.
      isWriting = false;
    }
  }

  function fail(error: unknown): void {
    const conflict = error instanceof StoreConflict ? error.reason : undefined;
    const isFinal = conflict === 'owner' && onOwnerLost === undefined;
    if (conflict === 'owner' && onOwnerLost?.()) {
      if (!isBehind) waitForStore();
    } else {
      report.failed(error, isFinal);
      fallBehind();
    }
    if (isFinal) {
      stop();
      return;
    }
    // It is well, and has another log: the next one is tried soon.
    isRestartDue ||= conflict === 'log';
    failures = conflict === 'log' ? 0 : failures;
    retry = clock.setTimeout(startWriting, isRetryDue ? 0 : waitAfter(failures), 'background');
    isRetryDue = false;
    failures += 1;
  }

  /** Writes what is waiting, unless that is being done. */
  function startWriting(): void {
    clock.clearTimeout(retry);
    retry = undefined;
    if (!isWriting && !isClosed) writing = writeAll().catch(onFault);
  }

  function stop(): void {
    isClosed = true;
    queue = [];
    messages = [];
    clock.clearTimeout(retry);
    clock.clearTimeout(timer);
  }

  /** A store that fails for too long misses what has happened meanwhile. */
  function shed(): void {
    const inFlight = isWriting ? (batch?.changes.length ?? 0) : 0;
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
    append(changes, noted, message) {
      for (const [key, value] of noted) {
        if (value === undefined) notes.delete(key);
        else notes.set(key, value);
      }
      const encoded = changes.map((change, at) => codec.encode(change, appended + at + 1));
      // Nobody needs to know later how things are now. The last one finds out whether the store is well again.
      if (isBehind) messages = [];
      if (message !== undefined)
        messages.push({ after: appended, texts: encoded.map(({ text }) => text), body: message });
      appended += changes.length;
      if (!isClosed) queue.push(...encoded);
      if (isClosed || isBehind) listener(appended);
      if (isClosed) return;
      for (const [key, value] of noted) changedNotes.set(key, value);
      shed();
      if (timer === undefined && !isBehind) waitForStore();
      if (retry === undefined) startWriting();
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
    get hasShownMore() {
      return isBehind && appended > length;
    },
    get unsure() {
      return batch?.changes.length ?? 0;
    },
    get isBehind() {
      return isBehind;
    },
    retry(isLost) {
      isRestartDue ||= isLost;
      isRetryDue = isWriting;
      startWriting();
    },
    abandon: stop,
    async close() {
      await writing;
      if (isClosed) return;
      startWriting();
      await writing;
      if (queue.length > 0) report.lost(queue.length);
      stop();
      await store.release(name).catch((error: unknown) => report.failed(error, false));
    },
  };
}

/** What other gateways are told with changes. */
interface Message {
  /** The position before the changes. */
  readonly after: number;
  readonly texts: readonly string[];
  readonly body: object;
}
