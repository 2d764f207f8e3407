import { GatewayError } from '../errors.ts';
import type { ChangeEvent, Changelog } from './changelog.ts';
import type { Listener } from './listeners.ts';
import type { SnapshotEvents } from './snapshot-events.ts';
import type { Source } from './stream.ts';
import type { Watcher } from './watcher.ts';

/** How many changes are taken from the change log at once. */
const BATCH = 100;

export interface ChangeSourceOptions<C> {
  readonly changelog: Changelog<C>;
  /** The cursor after which the reader goes on; undefined: it begins now. */
  readonly begin: string | undefined;
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
  #isSnapshotDue: boolean;
  /** What was taken from the change log, or is of a snapshot, and how much of that the reader has had. */
  #batch: readonly ChangeEvent<C>[] = [];
  #index = 0;

  constructor(watcher: Watcher, options: ChangeSourceOptions<C>) {
    const { changelog, begin, isSnapshotWanted } = options;
    this.#watcher = watcher;
    this.#options = options;
    this.#position = begin === undefined ? changelog.length : changelog.positionOf(begin);
    this.#isSnapshotDue = isSnapshotWanted;
  }

  check(): void {
    if (this.#options.changelog.read(this.#position, 0) !== undefined) return;
    throw new GatewayError(
      'CURSOR_EXPIRED',
      'What came after this cursor is not known any more: begin again with a snapshot.',
    );
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
    this.#index = 0;
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
function withLast<C>({ events, lastEvents }: SnapshotEvents<C>, isWanted: (change: C) => boolean): ChangeEvent<C>[] {
  const last = events.findLastIndex(({ change }) => isWanted(change));
  return events.map((event, index) => (index === last ? (lastEvents[index] ?? event) : event));
}
