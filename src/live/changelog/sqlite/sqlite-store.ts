import { Worker } from 'node:worker_threads';
import type { MutationStore } from '../audit/mutation-store.ts';
import { type ChangeStore, StoreConflict } from '../store.ts';
import type { SqliteAnswer, SqliteRequest } from './history-thread.ts';

/** Milliseconds for closing the file. */
const CLOSE_TIMEOUT = 1000;

/** What a file keeps. */
export interface SqliteStore extends ChangeStore {
  /** Records of mutations. `trim` of the whole store forgets those too. */
  readonly mutations: MutationStore;
}

/**
 * Keeps change logs and records of mutations in a file, on a thread of its own.
 * @param onFault told when the thread ends by itself: nothing is kept from then on
 * @throws an error where the file cannot be opened or written, is no history, or is one of a later release
 */
export async function openSqliteStore(path: string, onFault: (error: unknown) => void): Promise<SqliteStore> {
  // Beside this module: as it is written, and as it is published.
  const name = import.meta.url.endsWith('.ts') ? './history-thread.ts' : './history-thread.js';
  const worker = new Worker(new URL(name, import.meta.url), {
    workerData: path,
    // Node 22 calls SQLite, and running TypeScript, experimental.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  let ended: Error | undefined;

  function expectAnswer(id: number): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    return answer.promise;
  }

  function end(error: Error): void {
    ended = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  worker.on('message', ({ id, result, failure }: SqliteAnswer) => {
    const answer = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) answer?.resolve(result);
    else answer?.reject(failure.conflict ? new StoreConflict(failure.conflict) : new Error(failure.message));
  });
  worker.on('error', (error) => {
    end(error instanceof Error ? error : new Error(String(error)));
    onFault(error);
  });
  worker.on('exit', () => end(new Error('the history is closed')));

  async function ask<T>(method: SqliteRequest['method'], ...parameters: unknown[]): Promise<T> {
    if (ended !== undefined) throw ended;
    count += 1;
    worker.postMessage({ id: count, method, parameters } satisfies SqliteRequest);
    return (await expectAnswer(count)) as T;
  }

  try {
    await expectAnswer(0);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    open: (log) => ask('open', log),
    release: (log) => ask('release', log),
    notes: (log) => ask('notes', log),
    append: (log, addition) => ask('append', log, addition),
    read: (log, epoch, after, limit) => ask('read', log, epoch, after, limit),
    find: (log, query) => ask('find', log, query),
    restart: (log) => ask('restart', log),
    size: () => ask('size'),
    mutations: {
      put: (records) => ask('putMutations', records),
      find: (query, newer) => ask('findMutations', query, newer),
      trim: async () => undefined,
    },
    async trim(retention) {
      while (await ask<boolean>('trim', retention));
    },
    async close() {
      if (ended !== undefined) return;
      const closed = ask('close').catch(() => undefined);
      const timeout = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT).unref());
      await Promise.race([closed, timeout]);
      // A thread that waits for its disk is not waited for.
      await worker.terminate();
    },
  };
}
