import { BATCH, createPrinter, printable } from '../print-file.ts';
import type { SqliteFile } from '../sqlite/sqlite-file.ts';
import { decodeMutation, type MutationRecord } from './mutation-record.ts';
import type { MutationQuery } from './mutation-store.ts';

/** Prints the mutations that were asked for, a line for each. One that has not ended is printed again when it has. */
export const printMutations = createPrinter(() => {
  const running = new Set<string>();
  let after: string | undefined;
  return (file, { since, until, nodes, users, isJson }, print) => {
    function show(record: MutationRecord): void {
      if (record.endedAt === null) running.add(record.id);
      else running.delete(record.id);
      print(isJson ? toJson(record) : toLine(record));
    }

    const ended = find(file, { ids: [...running], hasEnded: true });
    for (const record of ended) show(record);
    // One that was forgotten while it ran comes at the end, too.
    const isShown = new Set(ended.map(({ id }) => id));
    for (let isWhole = false; !isWhole; ) {
      const records = find(file, { after, since, until, nodes, users });
      for (const record of records) if (!isShown.has(record.id)) show(record);
      after = records.at(-1)?.id ?? after;
      isWhole = records.length < BATCH;
    }
  };
});

function find(file: SqliteFile, query: Partial<MutationQuery>): MutationRecord[] {
  const { texts, known } = file.findMutations({ limit: BATCH, from: 'start', ...query }, []);
  // Whatever is left when that one is forgotten has come after it.
  if (query.after !== undefined && !known.includes(query.after)) return find(file, { ...query, after: undefined });
  return texts.map(decodeMutation);
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
