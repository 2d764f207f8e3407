/**
 * Lets answers that come at the same time be worked on together: what each of them goes through is done for all before the next is done
 * for any. One after the other, every answer's code drives the other's out of the processor's caches, and every write wakes a client or a
 * Harper that has just fallen asleep; together it takes two thirds of the time (docs/performance.md).
 */
export interface Cohort {
  /** Says that an answer is awaited. */
  expect(): void;
  /** Tells that one has come, and what is to be done now: at once where no other is awaited. */
  arrive(act: () => void): void;
  /** Tells that one will not come any more. Whoever is told of that must not wait: the process may be about to end. */
  miss(): void;
}

/** Creates a cohort that awaits nothing. */
export function createCohort(): Cohort {
  let awaited = 0;
  let due: (() => void)[] = [];

  function flush(): void {
    const acts = due;
    due = [];
    for (const act of acts) act();
  }

  return {
    expect() {
      awaited += 1;
    },
    arrive(act) {
      awaited -= 1;
      if (awaited === 0 && due.length === 0) {
        act();
        return;
      }
      // After everything that has come in this turn of the event loop has been read.
      if (due.push(act) === 1) setImmediate(flush);
    },
    miss() {
      awaited -= 1;
    },
  };
}
