import type { Clock } from './clock.ts';

/** Something whose work can be done in parts. */
export interface Sliced {
  /** Goes on with the work, and asks `hasTime` before each part of it. */
  runSlice(): void;
}

/** Shares the time of the event loop between work that may take long in all, and everything else. */
export interface TimeSlices {
  /** Whether there is time left in this turn of the event loop. */
  hasTime(): boolean;
  /** Lets work go on in a later turn, after all that was added before. */
  add(work: Sliced): void;
  /** Settles when it is time for a piece of work; undefined where that is now. */
  turn(): Promise<void> | undefined;
}

/** Milliseconds of one turn that go into such work. No turn may take over 50: this leaves room for one long part. */
const SLICE = 20;

/** So many places of the queue may have been served before they are given up. */
const COMPACTED_AT = 1024;

/** Creates the time slices of all work that shares them. */
export function createTimeSlices(clock: Pick<Clock, 'now'>): TimeSlices {
  let queue: Sliced[] = [];
  let head = 0;
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
  async function beginSlice(): Promise<void> {
    sliceEnd = undefined;
    while (head < queue.length && hasTime()) {
      const work = queue[head];
      head += 1;
      work?.runSlice();
      // What waits for a turn works now, within the same turn of the event loop.
      await undefined;
    }
    if (head === queue.length || head > COMPACTED_AT) {
      queue = queue.slice(head);
      head = 0;
    }
  }

  function add(work: Sliced): void {
    // Has a slice begin where none will by itself.
    hasTime();
    queue.push(work);
  }

  return {
    hasTime,
    add,
    turn() {
      const isNow = head === queue.length && hasTime();
      return isNow ? undefined : new Promise((resolve) => add({ runSlice: resolve }));
    },
  };
}
