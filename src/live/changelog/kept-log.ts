import type { Clock } from '../../util/clock.ts';
import type { Codec } from './codec.ts';
import type { ChangeStore, Notes } from './store.ts';

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
  /**
   * Adds changes at the end, and what is noted with them. They are written in order, many at once.
   * @param message what other gateways are told with them
   */
  append(changes: readonly C[], notes: Notes, message?: object): void;
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

/** Where a log is gone on with. Positions are those of this process. */
export interface LogState extends Pick<KeptLog<unknown>, 'epoch' | 'length' | 'offset' | 'begin' | 'notes'> {}

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
  /**
   * Told when another gateway may write the log, where several share it. What waits is tried again later then. It is
   * final when left out.
   * @returns whether it will be clear soon who writes it: nothing is shown before
   */
  readonly onOwnerLost?: () => boolean;
  /** Told when the store has taken what it did not take for too long. */
  readonly onRecovered?: () => void;
  /** Told of an error in our own code. */
  readonly onFault: (error: unknown) => void;
}
