import type { Clock } from './clock.ts';

/** Something whose work can be done in parts. */
export interface Sliced {
  /** Goes on with the work, and asks `hasTime` before each part of it. */
  runSlice(): void;
}

/** Shares the time of the event loop between work for many readers and everything else. */
export interface TimeSlices {
  /** Whether there is time left in this turn of the event loop. */
  hasTime(): boolean;
  /** Lets work go on in a later turn, after all that was added before. */
  add(work: Sliced): void;
}

/** Milliseconds of one turn that go into such work. No turn may take over 50: this leaves room for one long part. */
const SLICE = 20;

/** Creates the time slices of all work that shares them. */
export function createTimeSlices(clock: Pick<Clock, 'now'>): TimeSlices {
  let queue: Sliced[] = [];
  let sliceEnd: number | undefined;

  function hasTime(): boolean {
    const now = clock.now();
    if (sliceEnd === undefined) {
      sliceEnd = now + SLICE;
      setImmediate(beginSlice);
    }
    return now < sliceEnd;
  }

  /** A turn is over: what waits goes on. */
  function beginSlice(): void {
    sliceEnd = undefined;
    if (queue.length === 0) return;
    const waiting = queue;
    queue = [];
    let next = 0;
    while (next < waiting.length && hasTime()) {
      waiting[next]?.runSlice();
      next += 1;
    }
    // What these have added comes after those that have not had their turn.
    if (next < waiting.length) queue = waiting.slice(next).concat(queue);
  }

  return {
    hasTime,
    add: (work) => void queue.push(work),
  };
}
