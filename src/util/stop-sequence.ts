/** What has been started, to be stopped in the reverse order. */
export interface StopSequence {
  /** Fires when stopping begins. */
  readonly stopping: AbortSignal;
  /** Adds what stops a part that has just been started. */
  add(stop: () => Promise<unknown>): void;
  /** Stops everything, once. Never rejects. */
  readonly stop: () => Promise<void>;
}

/**
 * Creates an empty sequence.
 * @param onError told of a part that does not stop cleanly; the others are stopped all the same
 */
export function createStopSequence(onError: (error: unknown) => void): StopSequence {
  const steps: (() => Promise<unknown>)[] = [];
  const controller = new AbortController();
  let stopped: Promise<void> | undefined;

  async function unwind(): Promise<void> {
    controller.abort();
    for (const step of steps.reverse()) await step().catch(onError);
  }

  return {
    stopping: controller.signal,
    add: (stop) => steps.push(stop),
    stop() {
      stopped ??= unwind();
      return stopped;
    },
  };
}
