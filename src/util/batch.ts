/**
 * Answers that arrive together are processed together: each step runs for all of them before the next step runs for
 * any. Processed one after the other, the code of each step evicts that of the others from the processor's caches.
 * Every write also wakes a client or a Harper that has just gone to sleep. Together they take two thirds of the time
 * (docs/performance.md).
 */
export interface Batch {
  /** Says that one more answer is pending. */
  begin(): void;
  /** Ends a pending answer that has arrived; `task` processes it, at once where no other answer is pending. */
  enqueue(task: () => void): void;
  /** Ends a pending answer that will not arrive. Whoever cancels must not wait: the process may be about to end. */
  cancel(): void;
}

/** Creates a batch without pending answers. Tasks must not throw. */
export function createBatch(): Batch {
  let pending = 0;
  let queue: (() => void)[] = [];

  function flush(): void {
    const tasks = queue;
    queue = [];
    for (const task of tasks) task();
  }

  return {
    begin() {
      pending += 1;
    },
    enqueue(task) {
      pending -= 1;
      if (pending === 0 && queue.length === 0) {
        task();
        return;
      }
      // setImmediate runs after everything that this turn of the event loop has received was read.
      if (queue.push(task) === 1) setImmediate(flush);
    },
    cancel() {
      pending -= 1;
    },
  };
}
