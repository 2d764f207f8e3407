/** A timer that has been set; of use to the clock that set it only. */
export type Timer = object;

/** Time as something that is handed in, so that tests can move it. */
export interface Clock {
  /** Milliseconds since a moment of no meaning; never goes back. */
  now(): number;
  /** Calls back once, after so many milliseconds. */
  setTimeout(callback: () => void, milliseconds: number): Timer;
  /** Keeps a timer from firing; without effect on one that has fired, and on undefined. */
  clearTimeout(timer: Timer | undefined): void;
}

/** The time of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};
