import { type Clock, SYSTEM_CLOCK } from './clock.ts';

/** Work in progress, which closing waits for. */
export interface RunningWork {
  /** Counts work until it settles, and returns it. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when none is in progress, after `timeoutMs` milliseconds at the latest. */
  finished(timeoutMs: number): Promise<void>;
}

/** Creates an empty set. */
export function createRunningWork(clock: Clock = SYSTEM_CLOCK): RunningWork {
  const running = new Set<Promise<unknown>>();
  return {
    track(work) {
      running.add(work);
      const forget = () => running.delete(work);
      work.then(forget, forget);
      return work;
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
