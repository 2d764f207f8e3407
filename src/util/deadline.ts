import { type Clock, SYSTEM_CLOCK, type Timer } from './clock.ts';
import { createTimeoutQueue, type Expirable } from './timeout-queue.ts';

/** Work was not finished within its time. */
export class DeadlineExceeded extends Error {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`deadline of ${timeoutMs} ms exceeded`);
    this.name = 'DeadlineExceeded';
    this.timeoutMs = timeoutMs;
  }
}

/** The deadline was exceeded before anything was sent: Harper has certainly not seen the request. */
export class ExceededBeforeSend extends DeadlineExceeded {}

/**
 * A time limit for some work. An AbortSignal does the same; with its listener and timer it costs more than executing a
 * query (docs/performance.md).
 */
export class Deadline implements Expirable {
  /** Called once when the time is over, to stop the running step. Whoever begins another step sets its own. */
  onTimeout: ((reason: DeadlineExceeded) => void) | undefined;
  readonly timeoutMs: number;
  #exceeded: DeadlineExceeded | undefined;
  #isWaiting = true;

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  /** Why no further step may begin; undefined as long as there is time. */
  get exceeded(): DeadlineExceeded | undefined {
    return this.#exceeded;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  expire(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#exceeded = new DeadlineExceeded(this.timeoutMs);
    this.onTimeout?.(this.#exceeded);
  }

  /** To be called when the work is finished. */
  end(): void {
    this.#isWaiting = false;
    this.onTimeout = undefined;
  }
}

/** Starts a deadline with its own timer, which keeps the process alive until `end`. */
export function startDeadline(timeoutMs: number, clock: Clock = SYSTEM_CLOCK): Deadline {
  return new TimedDeadline(timeoutMs, clock);
}

class TimedDeadline extends Deadline {
  readonly #clock: Clock;
  readonly #timer: Timer;

  constructor(timeoutMs: number, clock: Clock) {
    super(timeoutMs);
    this.#clock = clock;
    this.#timer = clock.setTimeout(() => this.expire(), timeoutMs);
  }

  override end(): void {
    super.end();
    this.#clock.clearTimeout(this.#timer);
  }
}

/** Deadlines of the same length, for which one timer does. It keeps no process from ending. */
export interface Deadlines {
  start(): Deadline;
  /** Ends a deadline of this set. */
  end(deadline: Deadline): void;
}

/** Creates a set of deadlines. */
export function createDeadlines(timeoutMs: number, clock: Clock = SYSTEM_CLOCK): Deadlines {
  const queue = createTimeoutQueue(timeoutMs, clock);
  return {
    start() {
      const deadline = new Deadline(timeoutMs);
      queue.add(deadline);
      return deadline;
    },
    end(deadline) {
      deadline.end();
      queue.prune();
    },
  };
}
