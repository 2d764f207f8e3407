import type { HistoryRequest } from '../../config/history-arguments.ts';
import { SqliteFile } from './sqlite/sqlite-file.ts';

/** Entries that are read at once. */
export const BATCH = 500;

/** Milliseconds between two looks for more. */
const FOLLOW_INTERVAL = 500;

/**
 * Prints what is kept in a file, whether its gateway is running or not. Each call prints what has come since the last.
 */
export type PrintFile = (file: SqliteFile, request: HistoryRequest, print: (line: string) => void) => void;

/**
 * @param create begins with nothing printed yet
 * @returns prints what is kept in the file of a path, and what comes where the request is to be followed. `print` takes
 * a line; `sleep` waits so many milliseconds, and settles with false where no more is to be looked for. Rejects where
 * the file cannot be read
 */
export function createPrinter(create: () => PrintFile) {
  return async (
    path: string,
    request: HistoryRequest,
    print: (line: string) => void,
    sleep: (milliseconds: number) => Promise<boolean>,
  ): Promise<void> => {
    const printMore = create();
    const file = new SqliteFile(path, { readOnly: true });
    try {
      do printMore(file, request, print);
      while (request.isFollowed && (await sleep(FOLLOW_INTERVAL)));
    } finally {
      file.close();
    }
  };
}

/** A text in one line. Names and messages are Harper's: nothing in them may steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, '�');
}
