import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';

/*
 * Runs the tests while other processes keep the processors busy. What is left out builds and installs, takes random
 * input in great numbers, or has real time as its subject and therefore runs alone.
 *
 *   npm run test:stress              three times, with twice as many spinners as there are processors
 *   npm run test:busy                once, with one spinner
 *
 * Browsers take minutes beside a spinner, so only the first has them.
 */

const { values } = parseArgs({
  options: { runs: { type: 'string' }, spinners: { type: 'string' }, browsers: { type: 'boolean', default: false } },
});
const runs = Number(values.runs ?? 3);
const spinners = Number(values.spinners ?? 2 * availableParallelism());

const PROJECTS = ['tests', 'faked', ...(values.browsers ? ['browser'] : [])].flatMap((name) => ['--project', name]);

/** Milliseconds for each run. One that takes longer has failed. */
const LONGEST_RUN = 30 * 60_000;

/** Keeps a processor busy for as long as its parent lives, however that ends. */
const SPINNER = 'for (const parent = process.ppid; process.ppid === parent; );';

const spinning = Array.from({ length: spinners }, () => spawn(process.execPath, ['-e', SPINNER], { stdio: 'ignore' }));
function stopSpinning(): void {
  for (const child of spinning) child.kill('SIGKILL');
}
process.on('exit', stopSpinning);

for (let run = 1; run <= runs; run += 1) {
  console.log(`Run ${run} of ${runs}, beside ${spinners} spinners`);
  const { status } = spawnSync('vitest', ['run', ...PROJECTS, '--reporter', 'dot'], {
    stdio: 'inherit',
    timeout: LONGEST_RUN,
  });
  if (status !== 0) {
    console.error(`Run ${run} has failed`);
    process.exit(1);
  }
}
// The process would wait for them.
stopSpinning();
