import { spawnSync } from 'node:child_process';
import process from 'node:process';

/* Fuzzes for longer than the tests do, from a seed of its own: npm run fuzz [-- CASES [SEED]]. */

const [cases = '1000000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
console.log(`${cases} cases from seed ${seed}`);
const { status } = spawnSync('vitest', ['run', 'test/fuzz'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_CASES: cases, FUZZ_SEED: seed },
});
process.exitCode = status ?? 1;
