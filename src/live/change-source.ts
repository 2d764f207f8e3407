import { GatewayError } from '../errors.ts';
import type { ChangeEvent, Changelog } from './changelog/changelog.ts';
import type { Listener } from './listeners.ts';
import type { SnapshotEvents } from './snapshot-events.ts';
import type { Source } from './stream.ts';
import type { Watcher } from './watcher.ts';

/** How many changes are taken from the change log at once. */
const BATCH = 100;

/** How many are read from the store at once. */
const LOADED_BATCH = 500;

export interface ChangeSourceOptions<C> {
  readonly changelog: Changelog<C>;
  /** The cursor, or the position, after which the reader goes on; undefined: it begins now. */
  readonly begin: string | number | undefined;
  readonly isWanted: (change: C) => boolean;
  readonly isSnapshotWanted: boolean;
  /** How things are at the end of the change log; undefined as long as that is not known. */
  readonly snapshotEvents: () => SnapshotEvents<C> | undefined;
  /** Whether a change that came before the snapshot is told all the same. */
  readonly isToldBefore: (change: C) => boolean;
}

/** The changes that one reader is to get. */
export class ChangeSource<C> implements Source<ChangeEvent<C>> {
  readonly #watcher: Watcher;
  readonly #options: ChangeSourceOptions<C>;
  #position: number;
  /** The position of the moment at which it was created. */
  readonly #present: number;
  #isSnapshotDue: boolean;
  /** What was taken from the change log, or is of a snapshot, and how much of that the reader has had. */
  #batch: readonly ChangeEvent<C>[] = [];
  #index = 0;
  #hasRead: boolean;
  #isLoading = false;
  #hasCaughtUp = false;
  /** Why nothing more can be read. */
  #failure: GatewayError | undefined;
  #listener: Listener | undefined;

  constructor(watcher: Watcher, options: ChangeSourceOptions<C>) {
    const { changelog, begin, isSnapshotWanted } = options;
    this.#watcher = watcher;
    this.#options = options;
    this.#present = changelog.length;
    this.#position = typeof begin === 'string' ? changelog.positionOf(begin) : (begin ?? changelog.length);
    this.#isSnapshotDue = isSnapshotWanted;
    this.#hasRead = typeof begin !== 'string';
  }

  check(): void {
    const { changelog } = this.#options;
    // Another gateway may have told it. It is looked at again when the stream begins.
    if (this.#position < 0 && this.#watcher.catchUp !== undefined) return;
    const isKnown = this.#position >= 0 && (changelog.isKept || changelog.read(this.#position, 0) !== undefined);
    if (!isKnown) throw gap(false);
  }

  next(): ChangeEvent<C> | undefined {
    do {
      while (this.#index < this.#batch.length) {
        const event = this.#batch[this.#index];
        this.#index += 1;
        if (event !== undefined && this.#options.isWanted(event.change)) return event;
      }
    } while (this.#fill());
    return undefined;
  }

  listen(listener: Listener): void {
    this.#listener = listener;
    this.#options.changelog.listeners.add(listener);
  }

  unlisten(listener: Listener): void {
    this.#options.changelog.listeners.delete(listener);
  }

  /** Takes what comes next; false when there is nothing yet. */
  #fill(): boolean {
    const { changelog, snapshotEvents, isToldBefore } = this.#options;
    const { ended } = this.#watcher;
    if (ended !== undefined) throw ended;
    if (this.#failure !== undefined) throw this.#failure;
    // A snapshot has all that has happened, so what is in it must not come after it.
    if (this.#isLoading || (this.#isSnapshotDue && !changelog.isSettled)) return false;
    this.#index = 0;
    this.#batch = [];
    if (this.#position < 0 && !this.#isLocated()) return false;
    const snapshot = this.#isSnapshotDue ? snapshotEvents() : undefined;
    if (snapshot !== undefined) {
      // What is in no snapshot is told before it; other changes are in it.
      const earlier = changelog.read(this.#position, BATCH) ?? [];
      this.#position += earlier.length;
      this.#batch = earlier.filter(({ change }) => isToldBefore(change));
      if (earlier.length > 0) return true;
      this.#isSnapshotDue = false;
      this.#position = changelog.length;
      this.#batch = withLast(snapshot, this.#options.isWanted);
      return true;
    }
    const events = changelog.read(this.#position, BATCH);
    if (events === undefined) {
      if (!changelog.isKept) throw gap(this.#hasRead);
      this.#isLoading = true;
      this.#load().catch(this.#watcher.onFault);
      return false;
    }
    this.#take(events);
    return events.length > 0;
  }

  /** Finds the place of the cursor: where it is not known here, once the log is as far as it is in the store. */
  #isLocated(): boolean {
    const { changelog, begin } = this.#options;
    this.#position = typeof begin === 'string' ? changelog.positionOf(begin) : this.#present;
    if (this.#position >= 0) return true;
    const { catchUp, onFault } = this.#watcher;
    if (catchUp === undefined || this.#hasCaughtUp) throw gap(false);
    this.#isLoading = true;
    this.#catchUp(catchUp).catch(onFault);
    return false;
  }

  async #catchUp(catchUp: () => Promise<void>): Promise<void> {
    await catchUp();
    this.#isLoading = false;
    this.#hasCaughtUp = true;
    this.#listener?.notify();
  }

  #take(events: readonly ChangeEvent<C>[]): void {
    this.#position += events.length;
    this.#batch = events;
    this.#hasRead = true;
  }

  /** Takes what comes next from the store, and tells the stream. */
  async #load(): Promise<void> {
    const events = await this.#options.changelog.load(this.#position, LOADED_BATCH);
    this.#isLoading = false;
    const isNothing = events === undefined || events.length === 0;
    // Who has no cursor misses nothing by beginning now.
    if (isNothing && typeof this.#options.begin === 'number') this.#position = this.#present;
    else if (isNothing) this.#failure = gap(this.#hasRead);
    else this.#take(events);
    this.#listener?.notify();
  }
}

/** The error of a reader that cannot go on without a gap: overtaken by the log, or with a cursor that is too old. */
function gap(isOvertaken: boolean): GatewayError {
  return isOvertaken
    ? new GatewayError(
        'SLOW_CONSUMER',
        'The reader fell too far behind; go on from the last cursor, or begin again with a snapshot.',
      )
    : new GatewayError(
        'CURSOR_EXPIRED',
        'What came after this cursor is not known any more: begin again with a snapshot.',
      );
}

/** The events of a snapshot; the cursor of the last one that is wanted leads on. */
function withLast<C>({ events, lastEvents }: SnapshotEvents<C>, isWanted: (change: C) => boolean): ChangeEvent<C>[] {
  const last = events.findLastIndex(({ change }) => isWanted(change));
  return events.map((event, index) => (index === last ? (lastEvents[index] ?? event) : event));
}
