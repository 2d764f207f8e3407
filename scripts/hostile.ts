import { spawnSync } from 'node:child_process';
import process from 'node:process';

/* Attacks a gateway for longer than the tests do: npm run hostile [-- SCALE]. */

const [scale = '5'] = process.argv.slice(2);
const { status } = spawnSync('vitest', ['run', '--project', 'hostile'], {
  stdio: 'inherit',
  env: { ...process.env, HOSTILE_SCALE: scale },
});
process.exitCode = status ?? 1;
