/** Something that waits, for so long and no longer. */
export interface Waiting {
  readonly isWaiting: boolean;
  /** Told that its time is over, where it still waits then. */
  late(): void;
}

/** One limit of time for many that wait. */
export interface TimeLimit {
  /** Starts the time of one. */
  start(waiting: Waiting): void;
  /** Lets go of those that do not wait any more; to be called when some have been served. */
  release(): void;
}

/** How many places that are done with are kept before the rest is moved to the front. */
const SLACK = 1024;

/**
 * Creates a limit of time. As it is the same for all, who came first is late first: one timer does for any number, where one for each
 * request would cost more than all else that waiting takes. The timer alone keeps no process from ending.
 * A Set would do for the queue, but one whose items come and go all the time is made anew over and over, and an old table keeps the new
 * ones alive until the next full garbage collection (docs/performance.md).
 * @param patience milliseconds each may wait, from its own start
 */
export function createTimeLimit(patience: number): TimeLimit {
  let queue: (Timed | undefined)[] = [];
  let head = 0;
  let isWatched = false;

  /** The oldest that still waits; those before it are let go. */
  function first(): Timed | undefined {
    for (; head < queue.length; head += 1) {
      const timed = queue[head];
      if (timed?.waiting.isWaiting) break;
      queue[head] = undefined;
    }
    if (head > SLACK) {
      queue = queue.slice(head);
      head = 0;
    }
    return queue[head];
  }

  function lookIn(milliseconds: number): void {
    isWatched = true;
    setTimeout(look, milliseconds).unref();
  }

  function look(): void {
    isWatched = false;
    const now = performance.now();
    for (let oldest = first(); oldest !== undefined; oldest = first()) {
      if (oldest.until > now) {
        lookIn(oldest.until - now);
        return;
      }
      queue[head] = undefined;
      oldest.waiting.late();
    }
  }

  return {
    start(waiting) {
      queue.push({ waiting, until: performance.now() + patience });
      if (!isWatched) lookIn(patience);
    },
    release: () => void first(),
  };
}

interface Timed {
  readonly waiting: Waiting;
  readonly until: number;
}
