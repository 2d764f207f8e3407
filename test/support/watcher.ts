import type { NodeInfo } from '../../src/cluster/nodes/node.ts';
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
  graces: { change: 1000, recovery: 13_000, cut: 30_000 },
  onEnd: () => undefined,
  // A rejection that nobody handles fails the run.
  onFault: (error: unknown) => void Promise.reject(error),
};

/** A status with these connections, as cluster_status names them. */
export function statusOf(connections?: unknown): ClusterStatus {
  return toClusterStatus(statusAnswer.parse(status(connections)), new Date());
}

/** What is known of a node of which nothing was asked yet. */
export function nodeInfo(rank = 0): NodeInfo {
  const url = `http://127.0.0.1:${9925 + rank}`;
  return {
    address: { origin: url, displayUrl: url },
    ...{ rank, isConfigured: true, name: undefined, formerNames: [], version: null, aliasOf: undefined },
  };
}

/** A watch whose time stands still, and whose polls are answered at once. */
export function promptWatcher(): Watcher {
  const only = { info: nodeInfo(), read: async () => statusOf() };
  return createWatcher({ ...OPTIONS, clock: new TestClock(), nodes: () => [only] });
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
  const info = nodeInfo();
  const read = () => {
    polls += 1;
    inFlight = Promise.withResolvers();
    return inFlight.promise;
  };
  const only = { info, read };
  async function pollBegun(): Promise<void> {
    await settled();
    // Jitter makes an interval a little longer, and failures longer still.
    for (let waits = 0; inFlight === undefined && waits < 60; waits += 1) await clock.advance(INTERVAL);
    if (inFlight === undefined) throw new Error('nothing is polled');
  }
  return {
    watcher: createWatcher({ ...OPTIONS, clock, nodes: () => [only], ...options }),
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
