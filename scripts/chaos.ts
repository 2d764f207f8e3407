import { spawnSync } from 'node:child_process';
import process from 'node:process';

/* Goes on with what test/chaos does, for as long as asked: npm run chaos [-- MINUTES [SEED]]. */

const [minutes = '10', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
console.log(`${minutes} minutes from seed ${seed}`);
const { status } = spawnSync('vitest', ['run', '--project', 'chaos', '--project', 'alone', 'test/chaos'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    CHAOS_SECONDS: String(Number(minutes) * 60),
    CHAOS_RESTARTS: String(Number(minutes) * 20),
    CHAOS_SEED: seed,
  },
});
process.exitCode = status ?? 1;
