import { createTimeLimit, type Waiting } from './timeout-queue.ts';

/** Why work was given up: its time was over. */
export class DeadlineExceeded extends Error {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    super(`deadline of ${milliseconds} ms exceeded`);
    this.name = 'DeadlineExceeded';
    this.milliseconds = milliseconds;
  }
}

/** A deadline that was exceeded before anything was sent: whoever was to be asked has certainly not seen it. */
export class UnsentInTime extends DeadlineExceeded {}

/**
 * A time limit of some work. An AbortSignal does as much and, with its listener and timer, costs more than executing a query
 * (docs/performance.md).
 */
export class Deadline implements Waiting {
  /** Gives up what is being done; told once, when the time is over. Who begins another piece of the work sets it anew. */
  giveUp: ((reason: DeadlineExceeded) => void) | undefined;
  readonly #milliseconds: number;
  #exceeded: DeadlineExceeded | undefined;
  #isWaiting = true;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Why nothing more is to be begun; undefined as long as there is time. */
  get exceeded(): DeadlineExceeded | undefined {
    return this.#exceeded;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  late(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#exceeded = new DeadlineExceeded(this.#milliseconds);
    this.giveUp?.(this.#exceeded);
  }

  /** To be called when the work is over. */
  end(): void {
    this.#isWaiting = false;
    this.giveUp = undefined;
  }
}

/** Starts a deadline with a timer of its own, which keeps the process from ending until `end`. */
export function startDeadline(milliseconds: number): Deadline {
  return new TimedDeadline(milliseconds);
}

class TimedDeadline extends Deadline {
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    super(milliseconds);
    this.#timer = setTimeout(() => this.late(), milliseconds);
  }

  override end(): void {
    super.end();
    clearTimeout(this.#timer);
  }
}

/** Starts deadlines that are all as long; one timer does for all of them, and keeps no process from ending. */
export interface Deadlines {
  start(): Deadline;
  /** Ends one. */
  end(deadline: Deadline): void;
}

/** Creates the means to start deadlines of so many milliseconds. */
export function createDeadlines(milliseconds: number): Deadlines {
  const limit = createTimeLimit(milliseconds);
  return {
    start() {
      const deadline = new Deadline(milliseconds);
      limit.start(deadline);
      return deadline;
    },
    end(deadline) {
      deadline.end();
      limit.release();
    },
  };
}
