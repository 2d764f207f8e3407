import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { start } from '../support/process.ts';

/** Runs the script with another program in the place of vitest, which ends with a code. */
function runWith(code: number) {
  const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-busy-'));
  const program = join(directory, 'vitest');
  writeFileSync(program, `#!/bin/sh\nexit ${code}\n`);
  chmodSync(program, 0o755);
  const flags = ['scripts/test-busy.ts', '--runs', '2', '--spinners', '1'];
  return start(process.execPath, flags, { PATH: `${directory}:${process.env.PATH}` });
}

it.each([
  [0, 0, ['Run 1 of 2, beside 1 spinners', 'Run 2 of 2, beside 1 spinners']],
  [3, 1, ['Run 1 of 2, beside 1 spinners', 'Run 1 has failed']],
])('a run that ends with %i ends the script with %i, spinners and all', async (code, expected, lines) => {
  await using script = runWith(code);
  expect(await script.ended).toBe(expected);
  expect(script.output().trim().split('\n')).toEqual(lines);
});
