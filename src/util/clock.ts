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

/** Milliseconds by which a timer is delayed where the process was stopped, or busy for long. */
const DELAYED = 50;

/**
 * The time of this machine. A timer that is delayed fires after what has arrived meanwhile was read. A process that was
 * stopped finds answers together with their timeouts, and Node would look at the timers first.
 */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  setTimeout: (callback, milliseconds, where) => new SystemTimer(callback, milliseconds, where === 'background'),
  clearTimeout(timer) {
    if (timer instanceof SystemTimer) timer.clear();
  },
};

class SystemTimer {
  readonly #callback: () => void;
  readonly #due: number;
  readonly #isBackground: boolean;
  readonly #timeout: NodeJS.Timeout;
  #immediate: NodeJS.Immediate | undefined;

  constructor(callback: () => void, milliseconds: number, isBackground: boolean) {
    this.#callback = callback;
    this.#due = performance.now() + milliseconds;
    this.#isBackground = isBackground;
    this.#timeout = setTimeout(() => this.#fire(), milliseconds);
    if (isBackground) this.#timeout.unref();
  }

  #fire(): void {
    if (performance.now() - this.#due < DELAYED) {
      this.#callback();
      return;
    }
    // Node reads what has arrived between its timers and its immediates.
    this.#immediate = setImmediate(this.#callback);
    if (this.#isBackground) this.#immediate.unref();
  }

  clear(): void {
    clearTimeout(this.#timeout);
    clearImmediate(this.#immediate);
  }
}

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
