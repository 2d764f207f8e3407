import { parentPort, workerData } from 'node:worker_threads';
import { StoreConflict } from '../store.ts';
import { SqliteFile } from './sqlite-file.ts';

/*
 * The thread that a history file has for itself: a disk that is slow holds up nobody but those who wait for it.
 */

/** What can be asked of the thread: a method of `SqliteFile`. */
export interface SqliteRequest {
  readonly id: number;
  readonly method: Exclude<keyof SqliteFile, 'names'>;
  readonly parameters: readonly unknown[];
}

/** What it answers. The first answer, with id 0, says whether the file could be opened. */
export interface SqliteAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: { readonly message: string; readonly conflict?: StoreConflict['reason'] };
}

function failureOf(error: unknown): NonNullable<SqliteAnswer['failure']> {
  if (error instanceof StoreConflict) return { message: error.message, conflict: error.reason };
  return { message: error instanceof Error ? error.message : String(error) };
}

function answer(id: number, work: () => unknown): void {
  let reply: SqliteAnswer;
  try {
    reply = { id, result: work() };
  } catch (error) {
    reply = { id, failure: failureOf(error) };
  }
  parentPort?.postMessage(reply);
}

let file: SqliteFile | undefined;
answer(0, () => {
  file = new SqliteFile(String(workerData));
});

parentPort?.on('message', ({ id, method, parameters }: SqliteRequest) => {
  answer(id, () => {
    if (file === undefined) throw new Error('the history file is not open');
    const work = file[method] as (...parameters: unknown[]) => unknown;
    return work.apply(file, [...parameters]);
  });
  if (method === 'close') parentPort?.close();
});
