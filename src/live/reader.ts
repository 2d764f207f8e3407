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

/**
 * Reads the changes of a watched cluster: registers, replays what came after the cursor, then goes live. The reader is
 * pulled: what it does not take stays in the feed, and a reader that the feed overtakes ends with SLOW_CONSUMER.
 * @throws GatewayError CURSOR_EXPIRED, SLOW_CONSUMER, or the refusal of the credentials
 */
export function readChanges(watcher: Watcher, request: ChangesRequest): AsyncIterableIterator<FeedEvent> {
  const wanted = filterOf(request);
  let cursor = request.after ?? watcher.feed.end;
  const checked = watcher.fresh();
  return createReader(watcher, async function* (signal) {
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
        const { events, end } = snapshotEvents(watcher.snapshot, watcher.feed.end);
        cursor = end;
        for (const event of events) if (wanted(event.change)) yield event;
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
export function readStatus(watcher: Watcher, minInterval: number): AsyncIterableIterator<ClusterStatus> {
  const checked = watcher.fresh();
  return createReader(watcher, async function* (signal) {
    let shown: Snapshot | undefined;
    await untilAborted(checked, signal);
    while (!signal.aborted) {
      if (watcher.ended !== undefined) throw watcher.ended;
      const { snapshot } = watcher;
      if (snapshot !== undefined && (shown === undefined || !isSame(shown, snapshot))) {
        shown = snapshot;
        yield snapshot.status;
        if (minInterval > 0) await wakened((wake) => cancellable(wake, minInterval), signal);
      } else {
        await wakened((wake) => watcher.onSnapshot(wake), signal);
      }
    }
  });
}

let lastSnapshotEvents: { snapshot: Snapshot; end: string; events: readonly FeedEvent[] } | undefined;

/** The SNAPSHOT events of a snapshot; many readers who come at once get the very same ones, so that they can share them. */
function snapshotEvents(snapshot: Snapshot, end: string): { end: string; events: readonly FeedEvent[] } {
  if (lastSnapshotEvents?.snapshot !== snapshot || lastSnapshotEvents.end !== end) {
    lastSnapshotEvents = {
      snapshot,
      end,
      events: snapshotChanges(snapshot).map((change) => ({ cursor: end, change })),
    };
  }
  return lastSnapshotEvents;
}

function cancellable(wake: () => void, milliseconds: number): () => void {
  const timer = setTimeout(wake, milliseconds);
  return () => clearTimeout(timer);
}

/** Whether two statuses differ in nothing but the moment they were read. */
function isSame(one: Snapshot, other: Snapshot): boolean {
  if (one === other) return true;
  const text = ({ status: { observedAt: _, nodeTime: __, ...rest } }: Snapshot) => JSON.stringify(rest);
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
  generate: (signal: AbortSignal) => AsyncGenerator<T>,
): AsyncIterableIterator<T> {
  const controller = new AbortController();
  const leave = watcher.enter();
  const generator = generate(controller.signal);
  const end = () => {
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
