import type { Clock, Timer } from '../../../util/clock.ts';
import { waitAfter } from '../../../util/wait-after.ts';
import type { StoreReport } from '../kept-log.ts';
import { StoreConflict } from '../store.ts';
import { decodeMutation, encodeMutation, type MutationRecord } from './mutation-record.ts';
import { isWantedMutation, type MutationQuery, type MutationStore } from './mutation-store.ts';

/** The records of all mutations of one gateway, in the order in which these began. */
export interface MutationLog {
  /** Adds a record, or takes it for the one with the same id. Nobody waits for a store here. */
  put(record: MutationRecord): void;
  /**
   * Finds records, those that wait for the store as well. Rejects with what the store throws.
   * @returns undefined where a cursor is not of this log
   */
  find(query: MutationQuery): Promise<readonly MutationRecord[] | undefined>;
  /** Whether a mutation runs in this process at this moment. */
  isRunning(id: string): boolean;
  /** How many records wait for the store; 0 where there is none. */
  readonly waiting: number;
  /** Writes what is waiting, once more where that has failed, and nothing after that. */
  close(): Promise<void>;
}

/** Where records are kept, and who is told how that goes. */
export interface KeptMutations {
  readonly store: MutationStore;
  readonly report: StoreReport;
  /** Told of an error in our own code. */
  readonly onFault: (error: unknown) => void;
}

export interface MutationLogOptions {
  /** How many records are in memory: all of them without a store, up to a tenth more, or those that wait for one. */
  readonly capacity: number;
  readonly clock: Clock;
  /** In memory only when left out. */
  readonly kept?: KeptMutations | undefined;
}

/** Records that are written at once. */
const BATCH = 500;

/** Milliseconds after which a write counts as one that fails. */
const SLOW = 1000;

/**
 * Share of the capacity that is dropped at once. One by one would be dear (bench/queries.ts, row mutation): to find the
 * first record, a Map steps over all that were deleted before it.
 */
const DROPPED = 0.1;

/** Creates an empty log, or one that goes on with what its store has. */
export function createMutationLog({ capacity, clock, kept }: MutationLogOptions): MutationLog {
  /** What the store does not have yet, or not as it is now. Without a store that is everything. */
  const held = new Map<string, MutationRecord>();
  const running = new Set<string>();
  let inFlight: readonly MutationRecord[] = [];
  /** When the present write began, by the clock. */
  let writingSince: number | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failures = 0;
  let retry: Timer | undefined;
  /** Whether nothing more is written: it is closed, or the store belongs to another gateway. */
  let isOver = kept === undefined;

  async function writeAll({ store, report }: KeptMutations): Promise<void> {
    writingSince = clock.now();
    try {
      while (held.size > 0 && !isOver) {
        writingSince = clock.now();
        inFlight = [...held.values().take(BATCH)];
        await store.put(inFlight.map(encodeMutation));
        // One that has ended meanwhile has to be written again.
        for (const record of inFlight) if (held.get(record.id) === record) held.delete(record.id);
        failures = 0;
        report.succeeded();
      }
    } catch (error) {
      const isTakenOver = error instanceof StoreConflict && error.reason === 'owner';
      report.failed(error, isTakenOver);
      failures += 1;
      if (isTakenOver) isOver = true;
      else retry = clock.setTimeout(write, waitAfter(failures - 1), 'background');
    } finally {
      inFlight = [];
      writingSince = undefined;
    }
  }

  /** Writes what is waiting, unless that is being done. */
  function write(): void {
    retry = undefined;
    if (kept !== undefined && writingSince === undefined) writing = writeAll(kept).catch(kept.onFault);
  }

  /** A store that works gets everything, however much comes at once. */
  function shed(): void {
    const isSlow = writingSince !== undefined && clock.now() - writingSince > SLOW;
    const isLost = kept !== undefined && !isOver;
    const most = isLost ? capacity : capacity * (1 + DROPPED);
    if (held.size <= most || !(isOver || isSlow || failures > 0)) return;
    const written = new Set(inFlight);
    const dropped = held
      .values()
      .filter((record) => !written.has(record))
      .take(isLost ? Math.ceil(capacity * DROPPED) : held.size - capacity)
      .toArray();
    for (const { id } of dropped) held.delete(id);
    if (isLost) kept.report.lost(dropped.length);
  }

  return {
    put(record) {
      if (record.endedAt === null) running.add(record.id);
      else running.delete(record.id);
      held.set(record.id, record);
      shed();
      if (retry === undefined && !isOver) write();
    },
    async find(query) {
      // Before the store is asked: what is written meanwhile is in one of both at least.
      const newer = new Map(held);
      const ids = [...newer.keys()];
      // So many may turn out not to be wanted any more.
      const limit = query.limit + ids.length;
      const found = kept === undefined ? NOTHING : await kept.store.find({ ...query, limit }, ids);
      const known = new Set(found.known);
      const cursors = [query.after, query.before].filter((cursor) => cursor !== undefined);
      if (cursors.some((cursor) => !known.has(cursor) && !newer.has(cursor))) return undefined;
      const stored = found.texts.map(decodeMutation).map((record) => newer.get(record.id) ?? record);
      const added = between(
        [...newer.values()].filter(({ id }) => !known.has(id)),
        query,
        known,
      );
      const all = [...stored, ...added].filter((record) => isWantedMutation(record, query));
      if (query.from === 'start') return all.slice(0, query.limit);
      return all.slice(Math.max(0, all.length - query.limit));
    },
    isRunning: (id) => running.has(id),
    get waiting() {
      return kept === undefined ? 0 : held.size;
    },
    async close() {
      await writing;
      clock.clearTimeout(retry);
      write();
      await writing;
      clock.clearTimeout(retry);
      if (kept !== undefined && !isOver && held.size > 0) kept.report.lost(held.size);
      isOver = true;
    },
  };
}

const NOTHING = { texts: [], known: [] };

/** Those between the cursors, of records that come after all in the store. */
function between(
  added: readonly MutationRecord[],
  { after, before }: MutationQuery,
  known: ReadonlySet<string>,
): readonly MutationRecord[] {
  // Before a record of the store there is none of them.
  if (before !== undefined && known.has(before)) return [];
  const end = added.findIndex(({ id }) => id === before);
  return added.slice(added.findIndex(({ id }) => id === after) + 1, end === -1 ? added.length : end);
}
