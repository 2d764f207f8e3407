import { startDeadline } from '../util/deadline.ts';

/** The changes that are being made: one that takes several calls is not over between two of them. */
export interface RunningChanges {
  /** Counts a change until it settles, and hands it on. */
  track<T>(change: Promise<T>): Promise<T>;
  /** Settles when none is left, or the time is over. */
  finished(milliseconds: number): Promise<void>;
}

/** Creates an empty set. */
export function createRunningChanges(): RunningChanges {
  const running = new Set<Promise<unknown>>();
  return {
    track(change) {
      running.add(change);
      const forget = () => running.delete(change);
      change.then(forget, forget);
      return change;
    },
    async finished(milliseconds) {
      const grace = startDeadline(milliseconds);
      const over = new Promise((resolve) => {
        grace.giveUp = resolve;
      });
      while (running.size > 0 && grace.exceeded === undefined) await Promise.race([Promise.allSettled(running), over]);
      grace.end();
    },
  };
}
