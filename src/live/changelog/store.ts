import { randomBytes } from 'node:crypto';

/** One change as a store keeps it. */
export interface StoredChange {
  /** Its place in the log, counted from 1. */
  readonly position: number;
  /** When it was observed, in milliseconds since 1970. */
  readonly at: number;
  readonly kind: string;
  /** The nodes and databases it is about, by which it can be found. */
  readonly nodes: readonly string[];
  readonly databases: readonly string[];
  /** The change as JSON. */
  readonly text: string;
}

/** A log as it lies in a store. */
export interface StoredLog {
  /** Names this row of positions. Where it cannot be gone on with, another one begins. */
  readonly epoch: string;
  /** Position of the last change; 0 before the first. */
  readonly length: number;
  /** What its writer has noted with its changes, by key: how things were when the last change was appended. */
  readonly notes: ReadonlyMap<string, string>;
  /** Whether its end may be lost: cursors of that must not lead to what comes in its place. False when left out. */
  readonly mayHaveLostEnd?: boolean;
}

/** Bytes of an epoch: none is ever taken for another. */
const EPOCH_BYTES = 6;

/** Names an epoch. */
export function newEpoch(): string {
  return randomBytes(EPOCH_BYTES).toString('base64url');
}

/** Notes to be changed; undefined takes one away. */
export type Notes = ReadonlyMap<string, string | undefined>;

/** What is added at the end of a log, all of it or nothing. */
export interface Addition {
  readonly epoch: string;
  /** Position of the last change before; that of the first one less one when left out. */
  readonly length?: number;
  /** The changes, whose positions follow that of the last one; may be none. */
  readonly changes: readonly StoredChange[];
  readonly notes: Notes;
  /** What other gateways are told with it, where several share the store. */
  readonly messages?: readonly string[];
}

/** Which entries are wanted, of changes and of records of mutations. */
export interface EntryQuery {
  /** Only those of this time or later, and of before that one, in milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Which of them where there are more. They come in order all the same. */
  readonly from: 'start' | 'end';
}

/** Which changes of a log are wanted. */
export interface HistoryQuery extends EntryQuery {
  /** Only changes at greater, and at smaller positions. */
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  /** Only changes about one of these nodes. */
  readonly nodes?: readonly string[] | undefined;
  /** Only changes about one of these databases, and those about none. */
  readonly databases?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
}

/** What was found in a log. */
export interface Found {
  readonly epoch: string;
  readonly changes: readonly StoredChange[];
}

/** How far back a log goes. */
export interface Retention {
  /** Changes observed before this time go, in milliseconds since 1970. */
  readonly before: number;
  /** Most changes that each log keeps. */
  readonly capacity: number;
}

/** How much a store has. */
export interface StoreSize {
  readonly bytes: number;
  readonly changes: number;
  /** When the oldest change was observed, in milliseconds since 1970; null where there is none. */
  readonly oldestAt: number | null;
}

/** Keeps change logs by name. Every promise may be rejected with what kept it from being done. */
export interface ChangeStore {
  /** Reads a log to write it; creates an empty one where there is none. It stays, however old, until it is released. */
  open(name: string): Promise<StoredLog>;
  /** Ends that. */
  release(name: string): Promise<void>;
  /** What was noted in a log; nothing where there is none. */
  notes(name: string): Promise<ReadonlyMap<string, string>>;
  /**
   * Adds to a log. The same object may be given again where nobody knows whether it was added.
   * @throws StoreConflict where the log has another epoch or length, and where the store has got another owner
   */
  append(name: string, addition: Addition): Promise<void>;
  /**
   * The changes after a position as JSON, at most `limit`; none where there are no more.
   * @returns undefined where some of what followed is no longer kept, or the log has another epoch
   */
  read(name: string, epoch: string, after: number, limit: number): Promise<readonly string[] | undefined>;
  /** Changes of any epoch by what they are about, with the present epoch. */
  find(name: string, query: HistoryQuery): Promise<Found>;
  /** Begins another epoch of a log, after its last change and without notes. */
  restart(name: string): Promise<StoredLog>;
  size(): Promise<StoreSize>;
  /** Forgets what is too old, or too much. */
  trim(retention: Retention): Promise<void>;
  close(): Promise<void>;
}

/** Why an addition was refused for good. */
export class StoreConflict extends Error {
  /** `owner`: somebody else has opened the store since; `log`: the log is not as its writer left it. */
  readonly reason: 'owner' | 'log';

  constructor(reason: 'owner' | 'log') {
    super(reason === 'owner' ? 'another gateway has taken over the history' : 'the log is not as it was left');
    this.name = 'StoreConflict';
    this.reason = reason;
  }
}
