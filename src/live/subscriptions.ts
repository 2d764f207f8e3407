import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { FeedEvent, Waker } from './changelog.ts';
import { type Change, snapshotChanges } from './diff.ts';
import type { Snapshot } from './snapshot.ts';
import { type Lifetime, Reading, type Source } from './stream.ts';
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

/** How many changes are taken from the feed at once. */
const BATCH = 100;

/**
 * Reads the changes of a watched cluster: registers, replays what came after the cursor, then goes live. What the reader does not take
 * stays in the feed, and a reader that the feed overtakes ends with SLOW_CONSUMER.
 * @throws GatewayError CURSOR_EXPIRED, SLOW_CONSUMER, or the refusal of the credentials
 */
export function readChanges(watcher: Watcher, request: ChangesRequest, lifetime: Lifetime): Reading<FeedEvent> {
  return new Reading(watcher, lifetime, new Changes(watcher, request));
}

/** The changes that a reader is to get. */
class Changes implements Source<FeedEvent> {
  readonly #watcher: Watcher;
  readonly #isWanted: (change: Change) => boolean;
  #position: number;
  #isSnapshotDue: boolean;
  /** What was taken from the feed, or is of a snapshot, and how much of that the reader has had. */
  #batch: readonly FeedEvent[] = [];
  #at = 0;

  constructor(watcher: Watcher, request: ChangesRequest) {
    const begin = request.after ?? watcher.lostAt;
    this.#watcher = watcher;
    this.#isWanted = filterOf(request);
    this.#position = begin === undefined ? watcher.feed.length : watcher.feed.positionOf(begin);
    this.#isSnapshotDue = request.snapshot === true && !request.after;
  }

  check(): void {
    if (this.#watcher.feed.read(this.#position, 0) !== undefined) return;
    throw new GatewayError(
      'CURSOR_EXPIRED',
      'What came after this cursor is not known any more: begin again with a snapshot.',
    );
  }

  next(): FeedEvent | undefined {
    do {
      while (this.#at < this.#batch.length) {
        const event = this.#batch[this.#at];
        this.#at += 1;
        if (event !== undefined && this.#isWanted(event.change)) return event;
      }
    } while (this.#fill());
    return undefined;
  }

  listen(waker: Waker): void {
    this.#watcher.feed.wakers.add(waker);
  }

  unlisten(waker: Waker): void {
    this.#watcher.feed.wakers.delete(waker);
  }

  /** Takes what comes next; false when there is nothing yet. */
  #fill(): boolean {
    const { feed, snapshot, ended } = this.#watcher;
    if (ended !== undefined) throw ended;
    this.#at = 0;
    if (this.#isSnapshotDue && snapshot !== undefined) {
      // What was said of Harper before there was a snapshot comes first.
      const said = feed.read(this.#position, BATCH) ?? [];
      this.#position += said.length;
      this.#batch = said.filter(({ change }) => change.peerName === null);
      if (said.length > 0) return true;
      this.#isSnapshotDue = false;
      this.#position = feed.length;
      this.#batch = snapshotFor(snapshot, feed.end, this.#isWanted);
      return true;
    }
    const events = feed.read(this.#position, BATCH);
    if (events === undefined) {
      throw new GatewayError(
        'SLOW_CONSUMER',
        'The reader fell too far behind; go on from the last cursor, or begin again with a snapshot.',
      );
    }
    this.#position += events.length;
    this.#batch = events;
    return events.length > 0;
  }
}

/**
 * Reads the status of a watched cluster: at once, then whenever anything in it has changed. A slow reader gets the latest and
 * misses what was in between.
 * @param minInterval least milliseconds between two statuses
 */
export function readStatus(watcher: Watcher, minInterval: number, lifetime: Lifetime): Reading<ClusterStatus> {
  let shown: number | undefined;
  let pauseUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let reader: Waker | undefined;
  return new Reading(watcher, lifetime, {
    check: () => undefined,
    next() {
      if (watcher.ended !== undefined) throw watcher.ended;
      const { snapshot, version } = watcher;
      if (snapshot === undefined || shown === version) return undefined;
      const now = performance.now();
      if (now < pauseUntil) {
        timer ??= setTimeout(() => {
          timer = undefined;
          reader?.wake();
        }, pauseUntil - now);
        return undefined;
      }
      shown = version;
      pauseUntil = now + minInterval;
      return snapshot.status;
    },
    listen(waker) {
      reader = waker;
      watcher.wakers.add(waker);
    },
    unlisten(waker) {
      clearTimeout(timer);
      watcher.wakers.delete(waker);
    },
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

function snapshotFor(snapshot: Snapshot, end: string, wanted: (change: Change) => boolean): readonly FeedEvent[] {
  const { events, lasts } = snapshotEvents(snapshot, end);
  const last = events.findLastIndex(({ change }) => wanted(change));
  return events.map((event, index) => (index === last ? (lasts[index] ?? event) : event));
}

function filterOf({ nodes, databases }: ChangesRequest): (change: Change) => boolean {
  if (!nodes && !databases) return EVERYTHING;
  return ({ peerName, database }) =>
    (peerName === null || (nodes?.includes(peerName) ?? true)) &&
    (database === null || (databases?.includes(database) ?? true));
}

const EVERYTHING = (): boolean => true;
