import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { type Change, snapshotChanges } from './diff.ts';
import type { FeedEvent } from './feed.ts';
import type { Snapshot } from './snapshot.ts';
import type { Watcher } from './watcher.ts';

/** What a reader of changes asked for. */
export interface ChangesRequest {
  /** Only changes of these peers, and those that are of no peer; all when left out. */
  readonly nodes?: readonly string[] | null | undefined;
  /** Only changes of these databases, and those that are of no database; all when left out. */
  readonly databases?: readonly string[] | null | undefined;
  /** Goes on after this cursor. */
  readonly after?: string | null | undefined;
  /** Begins with one SNAPSHOT per socket; without effect beside `after`. */
  readonly snapshot?: boolean | null | undefined;
}

/** How long a reader may go on, besides the watch itself. */
export interface Lifetime {
  /** Calls back once when it is over, with what the reader is to end with; the returned function takes it back. */
  onEnded(callback: (reason: Error) => void): () => void;
}

/**
 * Reads the changes of a watched cluster: registers, replays what came after the cursor, then goes live. The reader is
 * pulled: what it does not take stays in the feed, and a reader that the feed overtakes ends with SLOW_CONSUMER.
 * @throws GatewayError CURSOR_EXPIRED, SLOW_CONSUMER, or the refusal of the credentials
 */
export function readChanges(
  watcher: Watcher,
  request: ChangesRequest,
  lifetime: Lifetime,
): AsyncIterableIterator<FeedEvent> {
  const wanted = filterOf(request);
  let cursor = request.after ?? watcher.lostAt ?? watcher.feed.end;
  const checked = watcher.fresh();
  return createReader(watcher, lifetime, async function* (signal) {
    let snapshotDue = request.snapshot === true && !request.after;
    if (watcher.feed.read(cursor, 0) === undefined) {
      throw new GatewayError(
        'CURSOR_EXPIRED',
        'What came after this cursor is not known any more: begin again with a snapshot.',
      );
    }
    await untilAborted(checked, signal);
    while (!signal.aborted) {
      if (watcher.ended !== undefined) throw watcher.ended;
      if (snapshotDue && watcher.snapshot !== undefined) {
        snapshotDue = false;
        // What was said of Harper before there was a snapshot.
        for (let said = watcher.feed.read(cursor); said?.length; said = watcher.feed.read(cursor)) {
          for (const event of said) {
            cursor = event.cursor;
            if (event.change.peerName === null) yield event;
          }
        }
        const { events, lasts, end } = snapshotEvents(watcher.snapshot, watcher.feed.end);
        cursor = end;
        const last = events.findLastIndex(({ change }) => wanted(change));
        for (const [index, event] of events.entries()) {
          if (wanted(event.change)) yield index === last ? (lasts[index] ?? event) : event;
        }
      }
      const events = watcher.feed.read(cursor, 100);
      if (events === undefined) {
        throw new GatewayError(
          'SLOW_CONSUMER',
          'The reader fell too far behind; go on from the last cursor, or begin again with a snapshot.',
        );
      }
      for (const event of events) {
        cursor = event.cursor;
        if (wanted(event.change)) yield event;
      }
      if (events.length === 0) await wakened((wake) => watcher.feed.onAppend(wake), signal);
    }
  });
}

/**
 * Reads the status of a watched cluster: at once, then whenever anything in it has changed. A slow reader gets the latest and
 * misses what was in between.
 * @param minInterval least milliseconds between two statuses
 */
export function readStatus(
  watcher: Watcher,
  minInterval: number,
  lifetime: Lifetime,
): AsyncIterableIterator<ClusterStatus> {
  const checked = watcher.fresh();
  return createReader(watcher, lifetime, async function* (signal) {
    let shown: Snapshot | undefined;
    await untilAborted(checked, signal);
    while (!signal.aborted) {
      if (watcher.ended !== undefined) throw watcher.ended;
      const { snapshot } = watcher;
      if (snapshot !== undefined && (shown === undefined || !isSame(shown, snapshot))) {
        shown = snapshot;
        yield snapshot.status;
        if (minInterval > 0) await wakened((wake) => afterOrEnd(wake, minInterval, watcher), signal);
      } else {
        await wakened((wake) => watcher.onSnapshot(wake), signal);
      }
    }
  });
}

interface SnapshotEvents {
  readonly snapshot: Snapshot;
  readonly end: string;
  /** Their cursor leads nowhere: who is cut off in the middle of a snapshot has to begin again. */
  readonly events: readonly FeedEvent[];
  /** The same as the last of a snapshot: their cursor goes on after it. */
  readonly lasts: readonly FeedEvent[];
}

let latestSnapshotEvents: SnapshotEvents | undefined;

/** The SNAPSHOT events of a snapshot; many readers who come at once get the very same ones, so that they can share them. */
function snapshotEvents(snapshot: Snapshot, end: string): SnapshotEvents {
  if (latestSnapshotEvents?.snapshot !== snapshot || latestSnapshotEvents.end !== end) {
    const changes = snapshotChanges(snapshot);
    const events = changes.map((change) => ({ cursor: `${end}~`, change }));
    const lasts = changes.map((change) => ({ cursor: end, change }));
    latestSnapshotEvents = { snapshot, end, events, lasts };
  }
  return latestSnapshotEvents;
}

/** Calls back when the time is over, or the watch is. */
function afterOrEnd(wake: () => void, milliseconds: number, watcher: Watcher): () => void {
  const timer = setTimeout(wake, milliseconds);
  const cancel = watcher.onEnded(wake);
  return () => {
    clearTimeout(timer);
    cancel();
  };
}

/** Whether two statuses differ in nothing but the moment they were read. */
function isSame(one: Snapshot, other: Snapshot): boolean {
  if (one === other) return true;
  // A state may move with time alone: a peer falls silent.
  const text = ({ status: { observedAt: _, nodeTime: __, ...rest }, assessments }: Snapshot) =>
    JSON.stringify([rest, [...assessments.values()].map(({ state }) => state)]);
  return text(one) === text(other);
}

function filterOf({ nodes, databases }: ChangesRequest): (change: Change) => boolean {
  return ({ peerName, database }) =>
    (peerName === null || (nodes?.includes(peerName) ?? true)) &&
    (database === null || (databases?.includes(database) ?? true));
}

/**
 * Makes an iterator of a generator that waits on a signal. `return()` of a bare generator would not settle while the
 * generator waits; here it fires the signal first.
 */
function createReader<T>(
  watcher: Watcher,
  lifetime: Lifetime,
  generate: (signal: AbortSignal) => AsyncGenerator<T>,
): AsyncIterableIterator<T> {
  const controller = new AbortController();
  const leave = watcher.enter();
  const generator = generate(controller.signal);
  let ended: Error | undefined;
  const forget = lifetime.onEnded((reason) => {
    ended = reason;
    controller.abort();
  });
  const end = () => {
    forget();
    leave();
    controller.abort();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const result = await generator.next();
        if (ended !== undefined) throw ended;
        if (result.done) end();
        return result;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      await generator.return(undefined);
      return { done: true, value: undefined };
    },
    async throw(error) {
      end();
      throw error;
    },
  };
}

/** Waits for a call back or for the signal; never rejects. */
function wakened(register: (wake: () => void) => () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = register(done);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** Waits for a promise that does not reject, or for the signal. */
function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return wakened((wake) => {
    void promise.then(wake);
    return () => undefined;
  }, signal);
}
