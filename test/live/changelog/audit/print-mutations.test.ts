import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, it } from 'vitest';
import { parseArguments } from '../../../../src/config/arguments.ts';
import type { MutationRecord } from '../../../../src/live/changelog/audit/mutation-record.ts';
import { printMutations } from '../../../../src/live/changelog/audit/print-mutations.ts';
import { SqliteFile } from '../../../../src/live/changelog/sqlite/sqlite-file.ts';
import { begun, ended, stored } from '../../../support/mutation-records.ts';
import { start } from '../../../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-print-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RECORDS = [
  ended(1),
  ended(2, {
    ...{ user: null, mutation: 'configureCluster', targets: ['node-3', 'node-4'], outcome: 'PARTIAL' },
    warnings: ['Failed on \u001B[2Jnode-4.'],
    steps: [
      { at: null, node: 'node-3', kind: 'ADD', result: 'DONE', message: 'added' },
      { at: null, node: 'node-4', kind: 'ADD', result: 'FAILED', message: 'refused' },
    ],
  }),
  ended(3, {
    user: 'bob',
    targets: ['node-9'],
    outcome: 'UPSTREAM_TIMEOUT',
    outcomeUnknown: true,
    reason: 'Too late.',
  }),
  begun(4),
];

/** A file of a gateway that is still running. */
function writeFile(name: string, records: readonly MutationRecord[] = RECORDS) {
  const path = join(folder, name);
  const file = new SqliteFile(path);
  file.putMutations(stored(...records));
  return { path, file };
}

/** What is printed with these flags, when more is looked for so often. */
async function print(flags: readonly string[], look: (() => boolean)[] = []): Promise<string[]> {
  const command = parseArguments(['history', '--mutations', ...flags]);
  if (command.kind !== 'history') throw new Error('that is another command');
  const lines: string[] = [];
  await printMutations(
    command.request.file ?? '',
    command.request,
    (line) => lines.push(line),
    async () => look.shift()?.() ?? false,
  );
  return lines;
}

const at = (second: number) => new Date(second * 1000).toISOString();

describe('harper-gateway history --mutations', { timeout: 120_000 }, () => {
  it('prints a line for each, with nothing in it that steers the terminal', async () => {
    const { path, file } = writeFile('lines.db');
    const lines = await print(['--file', path]);
    expect(lines).toEqual([
      `${at(1)}  DONE                       removeNode node-2 by ada in 5 ms`,
      `${at(2)}  PARTIAL                    configureCluster node-3, node-4 by (no name) in 5 ms: ` +
        'Failed on �[2Jnode-4.; node-4 FAILED',
      `${at(3)}  UPSTREAM_TIMEOUT           removeNode node-9 by bob in 5 ms (outcome unknown): Too late.`,
      `${at(4)}  NOT ENDED                  removeNode node-2 by ada`,
    ]);
    file.close();
    // Also when the gateway has ended.
    expect(await print(['--file', path])).toEqual(lines);
  });

  it('prints JSON', async () => {
    const { path, file } = writeFile('json.db');
    const lines = await print(['--file', path, '--json', '--user', 'bob']);
    const { id, ...record } = RECORDS[2] as MutationRecord;
    expect(lines).toEqual([JSON.stringify({ cursor: id, ...record })]);
    file.close();
  });

  it.each<[string[], number[]]>([
    [
      ['--node', 'node-4', '--node', 'node-9'],
      [2, 3],
    ],
    [
      ['--user', 'ada'],
      [1, 4],
    ],
    [
      ['--since', at(3)],
      [3, 4],
    ],
    [['--until', at(2)], [1]],
    [['--since', '1h'], []],
  ])('shows with %j what was asked for', async (flags, expected) => {
    const { path, file } = writeFile(`${flags.join('').replaceAll(/\W/g, '')}.db`);
    expect((await print(['--file', path, ...flags])).map((line) => line.split(' ')[0])).toEqual(expected.map(at));
    file.close();
  });

  it('goes on with what comes, and shows again what has ended', async () => {
    const { path, file } = writeFile('follow.db');
    const put = (...records: MutationRecord[]) => {
      file.putMutations(stored(...records));
      return true;
    };
    const lines = await print(
      ['--file', path, '--follow'],
      [
        () => put(begun(5)),
        () => true,
        () => put(ended(5), ended(6)),
        // All that it has seen is forgotten meanwhile.
        () => !file.trim({ before: 7000, capacity: 100 }) && put(ended(7)),
        () => true,
        () => put(ended(4)),
      ],
    );
    expect(lines.slice(4).map((line) => line.includes('NOT ENDED'))).toEqual([true, false, false, false, false]);
    expect(lines.slice(4).map((line) => new Date(line.split(' ')[0] ?? '').getTime() / 1000)).toEqual([5, 5, 6, 7, 4]);
    file.close();
  });

  it('reads more than a batch, and a file without any', async () => {
    const { path, file } = writeFile(
      'many.db',
      Array.from({ length: 1201 }, (_, number) => ended(number)),
    );
    expect((await print(['--file', path])).map((line) => line.split(' ')[0])).toEqual(
      Array.from({ length: 1201 }, (_, number) => at(number)),
    );
    file.close();
    const empty = join(folder, 'empty.db');
    new SqliteFile(empty).close();
    expect(await print(['--file', empty])).toEqual([]);
  });

  it('is what the command does', async () => {
    const { path, file } = writeFile('command.db');
    await using program = start(process.execPath, ['src/cli.ts', 'history', '--mutations'], { HISTORY_FILE: path });
    expect(await program.ended).toBe(0);
    expect(program.stdout().split('\n')).toHaveLength(5);
    file.close();
  });

  it.each<[string[], RegExp]>([
    [['--mutations', '--kind', 'SPLIT'], /--database and --kind are of changes: leave them out beside --mutations/],
    [['--mutations', '--database', 'data'], /--database and --kind are of changes/],
    [['--user', 'ada'], /--user is of mutations: give --mutations as well/],
  ])('refuses %j', (flags, message) => {
    expect(() => parseArguments(['history', ...flags])).toThrow(message);
  });
});
