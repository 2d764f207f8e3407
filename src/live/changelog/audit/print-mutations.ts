import type { HistoryRequest } from '../../../config/history-arguments.ts';
import { printable } from '../print-history.ts';
import { SqliteFile } from '../sqlite/sqlite-file.ts';
import { decodeMutation, type MutationRecord } from './mutation-record.ts';
import type { MutationQuery } from './mutation-store.ts';

/** Records that are read at once. */
const BATCH = 500;

/** Milliseconds between two looks for more. */
const FOLLOW_INTERVAL = 500;

/**
 * Prints the mutations that were asked for, as they are kept in a file, a line for each. The gateway may be running or
 * not. One that has not ended is printed again when it has.
 * @param print takes a line
 * @param sleep waits so many milliseconds; settles with false where no more is to be looked for
 * @throws an error where the file cannot be read
 */
export async function printMutations(
  path: string,
  request: HistoryRequest,
  print: (line: string) => void,
  sleep: (milliseconds: number) => Promise<boolean>,
): Promise<void> {
  const file = new SqliteFile(path, { readOnly: true });
  const { since, until, nodes, users } = request;
  const running = new Set<string>();
  let after: string | undefined;

  function find(query: Partial<MutationQuery>): MutationRecord[] {
    const { texts, known } = file.findMutations({ limit: BATCH, from: 'start', ...query }, []);
    // Whatever is left when that one is forgotten has come after it.
    if (query.after !== undefined && !known.includes(query.after)) return find({ ...query, after: undefined });
    return texts.map(decodeMutation);
  }

  function show(record: MutationRecord): void {
    if (record.endedAt === null) running.add(record.id);
    else running.delete(record.id);
    print(request.isJson ? toJson(record) : toLine(record));
  }

  try {
    do {
      const ended = find({ ids: [...running], hasEnded: true });
      for (const record of ended) show(record);
      // One that was forgotten while it ran comes at the end, too.
      const isShown = new Set(ended.map(({ id }) => id));
      for (let isWhole = false; !isWhole; ) {
        const records = find({ after, since, until, nodes, users });
        for (const record of records) if (!isShown.has(record.id)) show(record);
        after = records.at(-1)?.id ?? after;
        isWhole = records.length < BATCH;
      }
    } while (request.isFollowed && (await sleep(FOLLOW_INTERVAL)));
  } finally {
    file.close();
  }
}

function toJson({ id, ...record }: MutationRecord): string {
  return JSON.stringify({ cursor: id, ...record });
}

const WIDTH = 'UPSTREAM_INVALID_RESPONSE'.length + 2;

function toLine(record: MutationRecord): string {
  const { begunAt, mutation, targets, user, durationMs, reason, warnings, steps } = record;
  const outcome = record.outcome ?? 'NOT ENDED';
  const what = [mutation, targets.join(', ')].filter((text) => text !== '').join(' ');
  const by = `by ${user ?? '(no name)'}`;
  const took = durationMs === null ? '' : ` in ${durationMs} ms`;
  const undone = steps.filter(({ result }) => result !== 'DONE').map(({ node, result }) => `${node} ${result}`);
  const notes = [...(reason === null ? [] : [reason]), ...warnings, ...undone];
  const unknown = record.outcomeUnknown ? ' (outcome unknown)' : '';
  const text = `${what} ${by}${took}${unknown}${notes.length === 0 ? '' : `: ${notes.join('; ')}`}`;
  return `${begunAt.toISOString()}  ${outcome.padEnd(WIDTH)}${printable(text)}`;
}
