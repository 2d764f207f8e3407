import type { Credentials } from '../../auth/credentials.ts';
import type { Logger } from '../../observability/logger.ts';
import { type Clock, repeat, sleep } from '../../util/clock.ts';
import type { Change } from '../diff.ts';
import type { OpenShared } from '../sharing/open-shared.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import { createMutationLog, type MutationLog } from './audit/mutation-log.ts';
import type { MutationStore } from './audit/mutation-store.ts';
import { type Codec, clusterCodec, viewCodec } from './codec.ts';
import type { KeptLog } from './kept-log.ts';
import { openKeptLog } from './log-writer.ts';
import type { NameLogin } from './logins.ts';
import type { ChangeStore, Found, HistoryQuery, StoreSize } from './store.ts';

/** The two logs of one login in a store. */
export interface KeptChanges {
  readonly views: KeptLog<Change>;
  readonly whole: KeptLog<ClusterChange>;
  /** Present where several gateways share them. */
  readonly sharing?: Sharing;
}

/** What a store is doing. */
export interface StoreState {
  /** Why changes are not being kept; null while they are. */
  readonly failure: string | null;
  /** Since when that is so. */
  readonly since: Date;
  /** How many changes could not be kept, since the start. */
  readonly lost: number;
}

/** Keeps what has happened beyond the life of a watch. */
export interface History {
  /**
   * Opens the logs of a login for its only writer, after whoever had them before has closed them.
   * @returns undefined where the store does not do it: then changes are kept in memory only
   */
  open(credentials: Credentials): Promise<KeptChanges | undefined>;
  /** Ends what `open` has opened; what waits is written first. */
  close(kept: KeptChanges): void;
  /** Changes of the whole cluster that a login has seen. Rejects with what the store throws. */
  find(credentials: Credentials, query: HistoryQuery): Promise<Found>;
  /** What was noted with the changes of the whole cluster. Rejects with what the store throws. */
  notes(credentials: Credentials): Promise<ReadonlyMap<string, string>>;
  /** The records of mutations, of all logins. */
  readonly mutations: MutationLog;
  readonly state: StoreState;
  /** Of how many logins this gateway polls for others as well, and of how many another one does. */
  readonly shared: { readonly polled: number; readonly followed: number } | undefined;
  /** How many changes and records wait to be kept. */
  readonly waiting: number;
  /** How much there is; undefined where the store does not say. */
  size(): Promise<StoreSize | undefined>;
  /**
   * Closes all logs, and the store.
   * @param left milliseconds for writing what is waiting
   */
  stop(left: number): Promise<void>;
}

export interface HistoryOptions {
  readonly store: ChangeStore;
  /** Keeps the records of mutations; they are in memory only when left out. */
  readonly mutations?: MutationStore | undefined;
  readonly nameLogin: NameLogin;
  /** Opens the logs of a login where several gateways share the store. */
  readonly openShared?: OpenShared | undefined;
  /** How many changes, and how many records of mutations, wait for a store that fails. */
  readonly capacity: number;
  /** Milliseconds for which changes are kept, and how many of each log. */
  readonly retention: number;
  readonly retained: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds between two looks for what is too old. */
const TRIM_INTERVAL = 600_000;

/** Milliseconds for which the end of a watch is waited for before its login is watched again. */
const CLOSE_TIMEOUT = 5000;

/** Creates the history of one gateway. */
export function createHistory(options: HistoryOptions): History {
  const { store, nameLogin, openShared, capacity, retention, retained, clock, logger } = options;
  /** Logs that are still being written to, by login. */
  const closing = new Map<string, Promise<void>>();
  const open = new Map<KeptChanges, string>();
  let state: StoreState = { failure: null, since: new Date(clock.date()), lost: 0 };

  const report = {
    failed(error: unknown, isFinal: boolean) {
      const failure = error instanceof Error ? error.message : String(error);
      if (state.failure === null) {
        logger.warn({ reason: failure }, 'Changes cannot be kept; until they can, they are in memory only');
      }
      if (isFinal) logger.error('Another gateway has taken over the history: this one keeps no more changes in it');
      state = { ...state, failure, since: state.failure === null ? new Date(clock.date()) : state.since };
    },
    succeeded() {
      if (state.failure === null) return;
      logger.info('Changes are kept again');
      state = { ...state, failure: null, since: new Date(clock.date()) };
    },
    lost(count: number) {
      logger.warn({ changes: count }, 'Changes were given up that could not be kept in time');
      state = { ...state, lost: state.lost + count };
    },
  };

  const onFault = (error: unknown) => logger.error({ err: error }, 'Unexpected error');

  const log = { store, capacity, clock, report, onFault };
  const openLog = <C>(name: string, codec: Codec<C>) => openKeptLog({ ...log, name, codec });

  async function openLogs(login: string): Promise<KeptChanges> {
    const names = { views: viewsOf(login), whole: wholeOf(login) };
    if (openShared !== undefined) return openShared({ login, names, log });
    return { views: await openLog(names.views, viewCodec), whole: await openLog(names.whole, clusterCodec) };
  }

  const mutations = createMutationLog({
    ...{ capacity, clock },
    kept: options.mutations && { store: options.mutations, report, onFault },
  });

  async function trim(): Promise<void> {
    const kept = { before: clock.date() - retention, capacity: retained };
    try {
      await store.trim(kept);
      await options.mutations?.trim(kept);
    } catch (error) {
      logger.warn({ err: error }, 'Old changes could not be removed');
    }
  }

  const stopTrimming = repeat(clock, TRIM_INTERVAL, () => void trim());
  return {
    async open(credentials) {
      try {
        const login = nameLogin(credentials);
        // One that hangs is not waited for: its file has another owner then.
        await Promise.race([closing.get(login), sleep(clock, CLOSE_TIMEOUT, 'background')]);
        const kept = await openLogs(login);
        open.set(kept, login);
        report.succeeded();
        return kept;
      } catch (error) {
        report.failed(error, false);
        return undefined;
      }
    },
    close(kept) {
      const login = open.get(kept);
      if (login === undefined) return;
      open.delete(kept);
      const flush = () => Promise.all([kept.views.close(), kept.whole.close()]);
      const ended = (kept.sharing?.stop(flush) ?? flush()).then(() => {
        if (closing.get(login) === ended) closing.delete(login);
      });
      closing.set(login, ended);
    },
    find: async (credentials, query) => store.find(wholeOf(nameLogin(credentials)), query),
    notes: async (credentials) => store.notes(wholeOf(nameLogin(credentials))),
    mutations,
    get state() {
      return state;
    },
    get shared() {
      if (openShared === undefined) return undefined;
      const polled = [...open.keys()].filter(({ sharing }) => sharing?.isPolling).length;
      return { polled, followed: open.size - polled };
    },
    get waiting() {
      const changes = [...open.keys()].map(({ views, whole }) => views.waiting + whole.waiting);
      return changes.reduce((sum, count) => sum + count, mutations.waiting);
    },
    size: () => store.size().catch(() => undefined),
    async stop(left) {
      stopTrimming();
      for (const kept of [...open.keys()]) this.close(kept);
      await Promise.race([Promise.all([mutations.close(), ...closing.values()]), sleep(clock, left, 'background')]);
      await store.close();
    },
  };
}

const viewsOf = (login: string) => `views ${login}`;
const wholeOf = (login: string) => `cluster ${login}`;
