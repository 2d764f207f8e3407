/** A timer that has been set; of use to the clock that set it only. */
export type Timer = object;

/** Time as something that is handed in, so that tests can move it. */
export interface Clock {
  /** Milliseconds since a moment of no meaning; never goes back. */
  now(): number;
  /** Milliseconds since 1970, for what others have dated. Somebody may set it, forward and back. */
  date(): number;
  /** Calls back once, after so many milliseconds. A timer in the background keeps no process from ending. */
  setTimeout(callback: () => void, milliseconds: number, where?: 'background'): Timer;
  /** Keeps a timer from firing; without effect on one that has fired, and on undefined. */
  clearTimeout(timer: Timer | undefined): void;
}

/** The time of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  setTimeout(callback, milliseconds, where) {
    const timer = setTimeout(callback, milliseconds);
    return where === 'background' ? timer.unref() : timer;
  },
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** Longest delay that a timer takes, in milliseconds. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** Settles after so many milliseconds; in the background it keeps no process from ending meanwhile. */
export function sleep(clock: Clock, milliseconds: number, where?: 'background'): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, milliseconds, where));
}

/**
 * Calls back again and again, in the background.
 * @returns ends that
 */
export function repeat(clock: Clock, milliseconds: number, callback: () => void): () => void {
  let timer: Timer;
  const start = () => {
    timer = clock.setTimeout(
      () => {
        start();
        callback();
      },
      milliseconds,
      'background',
    );
  };
  start();
  return () => clock.clearTimeout(timer);
}
