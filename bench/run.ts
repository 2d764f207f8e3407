import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { HAS_PEERS } from './lib/contestants.ts';

/* Everything there is to measure, one after the other, in some 45 minutes. Nothing else should run meanwhile. */

const run = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'inherit' }).status === 0;

if (!HAS_PEERS && !run('npm', 'ci', '--prefix', 'bench/peers', '--ignore-scripts', '--no-audit', '--no-fund'))
  console.error('The servers of others could not be installed: the gateway is measured without them.');

const failed = [
  run('npm', 'run', 'build'),
  run(process.execPath, 'bench/poll.ts'),
  run(process.execPath, 'bench/cluster.ts'),
  run(process.execPath, 'bench/nodes.ts'),
  run(process.execPath, 'bench/history.ts'),
  run(process.execPath, 'bench/gateways.ts'),
  run(process.execPath, 'bench/cold-start.ts'),
  ...['1000', '5000', '10000'].map((count) => run(process.execPath, 'bench/fanout.ts', '--subscribers', count)),
  run(process.execPath, 'bench/slow.ts'),
  run(process.execPath, 'bench/queries.ts'),
  run(process.execPath, 'bench/console.ts'),
].includes(false);
process.exit(failed ? 1 : 0);
