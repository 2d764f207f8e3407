import { spawnSync } from 'node:child_process';
import process from 'node:process';

/* Runs the suite on another Node: `npm run test:node -- 22.19`. Its binary comes from the npm package `node`. */

const [version, ...rest] = process.argv.slice(2);
if (version === undefined || !/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Usage: npm run test:node -- <version>, such as 22.19');
  process.exit(2);
}
const onNode = ['exec', '--yes', `--package=node@${version}`, '--', 'node'];
const { stdout } = spawnSync('npm', [...onNode, '--version'], { encoding: 'utf8' });
if (!stdout.startsWith(`v${version}`)) {
  console.error(`npm did not bring Node ${version}, but ${stdout.trim() || 'nothing'}`);
  process.exit(1);
}
console.log(`On Node ${stdout.trim()}`);
const { status } = spawnSync('npm', [...onNode, 'node_modules/vitest/vitest.mjs', 'run', ...rest], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
