import type { HistoryRequest } from '../../config/history-arguments.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import { clusterCodec } from './codec.ts';
import { SqliteFile } from './sqlite/sqlite-file.ts';

/** Changes that are read at once. */
const BATCH = 500;

/** Milliseconds between two looks for more. */
const FOLLOW_INTERVAL = 500;

/**
 * Prints what has become of the cluster, as it is kept in a file, a line for each change. The gateway may be running or
 * not. Of several logins, that of the gateway is shown, or else the one that was added to last.
 * @param print takes a line
 * @param sleep waits so many milliseconds; settles with false where no more is to be looked for
 * @throws an error where the file cannot be read
 */
export async function printHistory(
  path: string,
  request: HistoryRequest,
  print: (line: string) => void,
  sleep: (milliseconds: number) => Promise<boolean>,
): Promise<void> {
  const file = new SqliteFile(path, { readOnly: true });
  try {
    const { since, until, nodes, databases, kinds } = request;
    let name: string | undefined;
    let after = 0;
    let isMore = true;
    do {
      // The same one also when another is added to.
      name ??=
        file.names.find((each) => each === 'cluster own') ?? file.names.find((each) => each.startsWith('cluster '));
      for (let isWhole = false; name !== undefined && !isWhole; ) {
        const query = { after, since, until, nodes, databases, kinds, limit: BATCH, from: 'start' } as const;
        const { epoch, changes } = file.find(name, query);
        for (const { position, text } of changes) {
          print(request.isJson ? toJson(`${epoch}.${position}`, text) : toLine(clusterCodec.decode(text)));
          after = position;
        }
        isWhole = changes.length < BATCH;
      }
      isMore = request.isFollowed && (await sleep(FOLLOW_INTERVAL));
    } while (isMore);
  } finally {
    file.close();
  }
}

function toJson(cursor: string, text: string): string {
  const { isLate, isSnapshot: _, ...change } = clusterCodec.decode(text);
  return JSON.stringify({ cursor, ...change, seenLate: isLate });
}

const WIDTH = 'STATE_CHANGED'.length + 2;

function toLine({ observedAt, kind, message, isLate }: ClusterChange): string {
  return `${observedAt.toISOString()}  ${kind.padEnd(WIDTH)}${printable(message)}${isLate ? ' (seen late)' : ''}`;
}

/** A text in one line. Names and messages are Harper's: nothing in them may steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, '�');
}
