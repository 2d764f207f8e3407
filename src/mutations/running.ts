import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';

/** The mutations in progress. One that takes several calls is in progress between two of them, too. */
export interface RunningMutations {
  /** Counts a mutation until it settles, and returns it. */
  track<T>(mutation: Promise<T>): Promise<T>;
  /** Resolves when none is in progress, after `timeoutMs` milliseconds at the latest. */
  finished(timeoutMs: number): Promise<void>;
}

/** Creates an empty set. */
export function createRunningMutations(clock: Clock = SYSTEM_CLOCK): RunningMutations {
  const running = new Set<Promise<unknown>>();
  return {
    track(mutation) {
      running.add(mutation);
      const forget = () => running.delete(mutation);
      mutation.then(forget, forget);
      return mutation;
    },
    async finished(timeoutMs) {
      const timeout = Promise.withResolvers<void>();
      let isOver = false;
      const timer = clock.setTimeout(() => {
        isOver = true;
        timeout.resolve();
      }, timeoutMs);
      while (running.size > 0 && !isOver) await Promise.race([Promise.allSettled(running), timeout.promise]);
      clock.clearTimeout(timer);
    },
  };
}
