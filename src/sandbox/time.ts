/** The time by which a sandbox lives: the machine's own, or one that a test moves. */
export interface Time {
  /** Milliseconds since a moment of no meaning; never goes back. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** Calls back once, after so many milliseconds. */
  setTimeout(callback: () => void, milliseconds: number): object;
  /** Keeps a timer from firing; without effect on one that has fired, and on undefined. */
  clearTimeout(timer: object | undefined): void;
}

export const SYSTEM_TIME: Time = {
  now: () => performance.now(),
  date: () => Date.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** A node's own clock. It goes as fast as the sandbox's time, and may tell another time of day. */
export class NodeTime implements Time {
  /** Milliseconds by which it is ahead; negative when it is behind. */
  offset = 0;
  readonly #time: Time;

  constructor(time: Time) {
    this.#time = time;
  }

  now(): number {
    return this.#time.now();
  }

  date(): number {
    return this.#time.date() + this.offset;
  }

  setTimeout(callback: () => void, milliseconds: number): object {
    return this.#time.setTimeout(callback, milliseconds);
  }

  clearTimeout(timer: object | undefined): void {
    this.#time.clearTimeout(timer);
  }
}
