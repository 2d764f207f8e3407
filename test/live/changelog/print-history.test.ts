import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/config/arguments.ts';
import { clusterCodec } from '../../../src/live/changelog/codec.ts';
import { printHistory } from '../../../src/live/changelog/print-history.ts';
import { SqliteFile } from '../../../src/live/changelog/sqlite/sqlite-file.ts';
import type { ClusterChange } from '../../../src/live/whole/cluster-change.ts';
import { start } from '../../support/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'harper-print-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NOW = Date.now();
const HOUR = 3_600_000;

function change(ago: number, about: Partial<ClusterChange>): ClusterChange {
  return {
    kind: 'NODE_DOWN',
    observedAt: new Date(NOW - ago),
    nodes: ['node-2'],
    databases: [],
    state: 'DEGRADED',
    message: 'node-2 does not answer any more.',
    disagreement: null,
    isSnapshot: false,
    isLate: false,
    ...about,
  };
}

const CHANGES = [
  change(3 * HOUR, {}),
  change(2 * HOUR, { kind: 'NODE_UP', message: 'node-2 answers.', isLate: true }),
  change(60_000, {
    kind: 'LINK_DOWN',
    nodes: ['node-1', 'node-3'],
    databases: ['dev'],
    message: 'node-1 and \u001B[2Jnode\u202E-3 are not connected any more for dev.',
  }),
];

/** A file of a gateway that is still running. */
function writeFile(name: string): { readonly path: string; readonly file: SqliteFile; readonly epoch: string } {
  const path = join(folder, name);
  const file = new SqliteFile(path);
  // The login of a caller was added to later than that of the gateway.
  for (const log of ['cluster own', 'cluster other', 'views own']) {
    const { epoch } = file.open(log);
    const changes = log === 'cluster own' ? CHANGES : CHANGES.slice(0, 1);
    file.append(log, {
      epoch,
      changes: changes.map((each, at) => clusterCodec.encode(each, at + 1)),
      notes: new Map(),
    });
  }
  return { path, file, epoch: file.open('cluster own').epoch };
}

/** What is printed with these flags. */
async function print(...flags: string[]): Promise<string[]> {
  const command = parseArguments(['history', ...flags]);
  if (command.kind !== 'history') throw new Error('that is another command');
  const lines: string[] = [];
  const path = command.request.file ?? '';
  await printHistory(
    path,
    command.request,
    (line) => lines.push(line),
    async () => false,
  );
  return lines;
}

const at = (index: number) => CHANGES[index]?.observedAt.toISOString();

describe('harper-gateway history', { timeout: 120_000 }, () => {
  it('prints a line for each change, with nothing in it that steers the terminal', async () => {
    const { path, file } = writeFile('lines.db');
    const lines = await print('--file', path);
    expect(lines).toEqual([
      `${at(0)}  NODE_DOWN      node-2 does not answer any more.`,
      `${at(1)}  NODE_UP        node-2 answers. (seen late)`,
      `${at(2)}  LINK_DOWN      node-1 and �[2Jnode�-3 are not connected any more for dev.`,
    ]);
    file.close();
    // Also when the gateway has ended.
    expect(await print('--file', path)).toEqual(lines);
  });

  it('prints JSON, whose cursors lead on in the stream', async () => {
    const { path, file, epoch } = writeFile('json.db');
    const lines = await print('--file', path, '--json', '--node', 'node-3', '--node', 'node-9');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ cursor: `${epoch}.3`, kind: 'LINK_DOWN', observedAt: at(2), nodes: ['node-1', 'node-3'] },
        ...{ databases: ['dev'], state: 'DEGRADED', message: CHANGES[2]?.message, disagreement: null, seenLate: false },
      },
    ]);
    file.close();
  });

  it.each<[string[], number[]]>([
    [['--since', '1h'], [2]],
    [
      ['--since', '150m'],
      [1, 2],
    ],
    [
      ['--until', '1h'],
      [0, 1],
    ],
    [['--since', '1d', '--until', new Date(NOW - 2.5 * HOUR).toISOString()], [0]],
    [['--kind', 'node_up'], [1]],
    [['--node', 'node-2', '--kind', 'NODE_DOWN', '--kind', 'LINK_DOWN'], [0]],
    [
      ['--database', 'other'],
      [0, 1],
    ],
  ])('shows with %j what was asked for', async (flags, expected) => {
    const { path, file } = writeFile(`${flags.join('').replaceAll(/\W/g, '')}.db`);
    const lines = await print('--file', path, ...flags);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(expected.map(at));
    file.close();
  });

  it('goes on with what comes, until it is stopped', async () => {
    const { path, file, epoch } = writeFile('follow.db');
    await using program = start(process.execPath, ['src/cli.ts', 'history', '--follow', '--since', '1h'], {
      HISTORY_FILE: path,
    });
    await program.until(/LINK_DOWN/);
    const next = clusterCodec.encode(change(0, { kind: 'SPLIT', message: 'The cluster is split.' }), 4);
    file.append('cluster own', { epoch, changes: [next], notes: new Map() });
    await program.until(/SPLIT +The cluster is split\.\n/);
    expect(program.stdout().match(/LINK_DOWN/g)).toHaveLength(1);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe('SIGTERM');
    file.close();
  });

  it('says where there is none', async () => {
    await using program = start(process.execPath, ['src/cli.ts', 'history', '--file', join(folder, 'none.db')]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/^The history in .*none\.db cannot be read: unable to open database file$/m);
    expect(program.output()).not.toMatch(/ {4}at /);
  });

  it('does not read something else', async () => {
    writeFileSync(join(folder, 'text'), 'This is a text that is longer than the header of a database file is.');
    await expect(print('--file', join(folder, 'text'))).rejects.toThrow('file is not a database');
  });

  it.each<[string[], RegExp]>([
    [['--since', 'yesterday'], /--since is neither a time such as 90m, 1h or 7d, nor a date/],
    [['--until', '5w'], /--until is neither/],
    [['--nodes', 'x'], /Unknown option '--nodes'/],
  ])('refuses %j', (flags, message) => {
    expect(() => parseArguments(['history', ...flags])).toThrow(message);
  });
});
