import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import { createWatcher, type Watcher } from '../../src/live/watcher.ts';
import { status } from './answers.ts';

/** A watch whose polls are answered at once; there is but one unless somebody asks for more. */
export function promptWatcher(): Watcher {
  return createWatcher({
    read: async () => toClusterStatus(statusAnswer.parse(status()), new Date()),
    thresholds: { lag: 5000, backPressure: 75, liveness: 90_000 },
    interval: 60_000,
    capacity: 10,
    linger: 0,
    onEnd: () => undefined,
  });
}

/** Settles when what a finished poll has set off is done. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
