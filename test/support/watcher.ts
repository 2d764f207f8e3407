import type { ClusterStatus } from '../../src/harper/domain.ts';
import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import { createWatcher, type Watcher, type WatcherOptions } from '../../src/live/watcher.ts';
import { status } from './answers.ts';
import { settled, TestClock } from './clock.ts';

export { settled } from './clock.ts';

/** Milliseconds between two polls of these watches. */
export const INTERVAL = 1000;

const OPTIONS = {
  thresholds: { lag: 5000, backPressure: 75, liveness: 90_000 },
  interval: INTERVAL,
  capacity: 10,
  linger: 0,
  onEnd: () => undefined,
  // A rejection that nobody handles fails the run.
  onFault: (error: unknown) => void Promise.reject(error),
};

/** A status with these connections, as cluster_status names them. */
export function statusOf(connections?: unknown): ClusterStatus {
  return toClusterStatus(statusAnswer.parse(status(connections)), new Date());
}

/** A watch whose time stands still, and whose polls are answered at once. */
export function promptWatcher(): Watcher {
  return createWatcher({ ...OPTIONS, clock: new TestClock(), read: async () => statusOf() });
}

/** A watch whose polls are answered by hand, and whose time is moved by hand. */
export interface HeldWatcher {
  readonly watcher: Watcher;
  readonly clock: TestClock;
  /** How many polls have begun. */
  readonly polls: number;
  /** Lets time pass until a poll is in flight. */
  pollBegun(): Promise<void>;
  /** Answers the poll that is in flight, or the next; rejects it where the answer is an Error. */
  answer(answer: ClusterStatus | Error): Promise<void>;
}

export function heldWatcher(options: Partial<WatcherOptions> = {}): HeldWatcher {
  const clock = new TestClock();
  let inFlight: PromiseWithResolvers<ClusterStatus> | undefined;
  let polls = 0;
  const read = () => {
    polls += 1;
    inFlight = Promise.withResolvers();
    return inFlight.promise;
  };
  async function pollBegun(): Promise<void> {
    await settled();
    // Jitter makes an interval a little longer, and failures longer still.
    for (let waits = 0; inFlight === undefined && waits < 60; waits += 1) await clock.advance(INTERVAL);
    if (inFlight === undefined) throw new Error('nothing is polled');
  }
  return {
    watcher: createWatcher({ ...OPTIONS, clock, read, ...options }),
    clock,
    get polls() {
      return polls;
    },
    pollBegun,
    async answer(answer) {
      await pollBegun();
      const poll = inFlight;
      inFlight = undefined;
      if (answer instanceof Error) poll?.reject(answer);
      else poll?.resolve(answer);
      await settled();
    },
  };
}
