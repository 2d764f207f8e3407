import { spawnSync } from 'node:child_process';
import process from 'node:process';

/* Runs the suite on another Node: `npm run test:node -- 22.19`. Its binary comes from the npm package `node`. */

const [version, ...rest] = process.argv.slice(2);
if (version === undefined || !/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Usage: npm run test:node -- <version>, such as 22.19');
  process.exit(2);
}
const { status } = spawnSync(
  'npm',
  ['exec', '--yes', `--package=node@${version}`, '--', 'node', 'node_modules/vitest/vitest.mjs', 'run', ...rest],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
