/** The reason a deadline's signal fires with when its time is over. */
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

/** A signal with a time limit. Its owner calls `end` when the work is over, or the timer goes on holding the process. */
export interface Deadline {
  readonly signal: AbortSignal;
  end(): void;
}

/**
 * Starts a deadline.
 * @param milliseconds after which the signal fires with DeadlineExceeded
 */
export function startDeadline(milliseconds: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DeadlineExceeded(milliseconds)), milliseconds);
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
