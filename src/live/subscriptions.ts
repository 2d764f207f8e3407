import { GatewayError } from '../errors.ts';
import type { Timer } from '../util/clock.ts';
import type { ChangeEvent } from './changelog.ts';
import type { Change } from './diff.ts';
import type { LiveStatus, WatchState } from './freshness.ts';
import type { Listener } from './listeners.ts';
import type { SnapshotEvents } from './snapshot-events.ts';
import { type Lifetime, LiveStream, type Source } from './stream.ts';
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

/** How many changes are taken from the change log at once. */
const BATCH = 100;

/**
 * Subscribes to the changes of a watched cluster: it registers, replays what came after the cursor, then goes live.
 * What the reader does not take stays in the change log, and a reader that the log overtakes ends with SLOW_CONSUMER.
 * @throws to whoever reads: GatewayError CURSOR_EXPIRED, SLOW_CONSUMER, or the refusal of the credentials
 */
export function subscribeToChanges(
  watcher: Watcher,
  request: ChangesRequest,
  lifetime: Lifetime,
): LiveStream<ChangeEvent> {
  return new LiveStream(watcher, lifetime, new ChangeSource(watcher, request));
}

/** The changes that one reader is to get. */
class ChangeSource implements Source<ChangeEvent> {
  readonly #watcher: Watcher;
  readonly #isWanted: (change: Change) => boolean;
  #position: number;
  #isSnapshotDue: boolean;
  /** What was taken from the change log, or is of a snapshot, and how much of that the reader has had. */
  #batch: readonly ChangeEvent[] = [];
  #index = 0;

  constructor(watcher: Watcher, request: ChangesRequest) {
    const begin = request.after ?? watcher.lostAt;
    this.#watcher = watcher;
    this.#isWanted = filterOf(request);
    this.#position = begin === undefined ? watcher.changelog.length : watcher.changelog.positionOf(begin);
    this.#isSnapshotDue = request.snapshot === true && !request.after;
  }

  check(): void {
    if (this.#watcher.changelog.read(this.#position, 0) !== undefined) return;
    throw new GatewayError(
      'CURSOR_EXPIRED',
      'What came after this cursor is not known any more: begin again with a snapshot.',
    );
  }

  next(): ChangeEvent | undefined {
    do {
      while (this.#index < this.#batch.length) {
        const event = this.#batch[this.#index];
        this.#index += 1;
        if (event !== undefined && this.#isWanted(event.change)) return event;
      }
    } while (this.#fill());
    return undefined;
  }

  listen(listener: Listener): void {
    this.#watcher.changelog.listeners.add(listener);
  }

  unlisten(listener: Listener): void {
    this.#watcher.changelog.listeners.delete(listener);
  }

  /** Takes what comes next; false when there is nothing yet. */
  #fill(): boolean {
    const { changelog, ended } = this.#watcher;
    if (ended !== undefined) throw ended;
    this.#index = 0;
    const snapshot = this.#isSnapshotDue ? this.#watcher.snapshotEvents : undefined;
    if (snapshot !== undefined) {
      // That Harper cannot be read is told before the snapshot; other changes are in it.
      const earlier = changelog.read(this.#position, BATCH) ?? [];
      this.#position += earlier.length;
      this.#batch = earlier.filter(({ change }) => change.peerName === null);
      if (earlier.length > 0) return true;
      this.#isSnapshotDue = false;
      this.#position = changelog.length;
      this.#batch = withLast(snapshot, this.#isWanted);
      return true;
    }
    const events = changelog.read(this.#position, BATCH);
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

/** The events of a snapshot; the cursor of the last one that is wanted leads on. */
function withLast({ events, lastEvents }: SnapshotEvents, isWanted: (change: Change) => boolean): ChangeEvent[] {
  const last = events.findLastIndex(({ change }) => isWanted(change));
  return events.map((event, index) => (index === last ? (lastEvents[index] ?? event) : event));
}

function filterOf({ nodes, databases }: ChangesRequest): (change: Change) => boolean {
  if (!nodes && !databases) return EVERYTHING;
  return ({ peerName, database }) =>
    (peerName === null || (nodes?.includes(peerName) ?? true)) &&
    (database === null || (databases?.includes(database) ?? true));
}

const EVERYTHING = (): boolean => true;

/**
 * Subscribes to the status of a watched cluster: at once, then whenever anything in it, or its freshness, has changed.
 * A slow reader gets the latest and misses what was in between.
 * @param minInterval least milliseconds between two statuses
 * @throws to whoever reads: the refusal of the credentials
 */
export function subscribeToStatus(watcher: Watcher, minInterval: number, lifetime: Lifetime): LiveStream<LiveStatus> {
  return new LiveStream(watcher, lifetime, new StatusSource(watcher, minInterval));
}

/** The statuses that one reader is to get. */
class StatusSource implements Source<LiveStatus> {
  readonly #watcher: Watcher;
  readonly #minInterval: number;
  #listener: Listener | undefined;
  #shownVersion: number | undefined;
  #shownState: WatchState | undefined;
  #pauseUntil = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(watcher: Watcher, minInterval: number) {
    this.#watcher = watcher;
    this.#minInterval = minInterval;
  }

  check(): void {}

  next(): LiveStatus | undefined {
    const { clock, ended, snapshot, state, status } = this.#watcher;
    if (ended !== undefined) throw ended;
    if (snapshot === undefined || (snapshot.version === this.#shownVersion && state === this.#shownState))
      return undefined;
    const now = clock.now();
    if (now < this.#pauseUntil) {
      this.#timer ??= clock.setTimeout(() => this.#resume(), this.#pauseUntil - now);
      return undefined;
    }
    this.#shownVersion = snapshot.version;
    this.#shownState = state;
    this.#pauseUntil = now + this.#minInterval;
    return status;
  }

  #resume(): void {
    this.#timer = undefined;
    this.#listener?.notify();
  }

  listen(listener: Listener): void {
    this.#listener = listener;
    this.#watcher.listeners.add(listener);
  }

  unlisten(listener: Listener): void {
    this.#watcher.clock.clearTimeout(this.#timer);
    this.#watcher.listeners.delete(listener);
  }
}
