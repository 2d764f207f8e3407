/**
 * Does some work for any number of callers, one run at a time. Whoever asks while a run is under way waits for the
 * next one: what they ask for may have come after it began.
 * @param work takes no longer than a limited time
 * @param onFault told of what it rejects with
 * @returns asks for a run; it settles when that is over, and never rejects
 */
export function createSharedRun(work: () => Promise<void>, onFault: (error: unknown) => void): () => Promise<void> {
  let latest: Promise<void> = Promise.resolve();
  /** The run that has not begun. */
  let next: Promise<void> | undefined;

  async function run(): Promise<void> {
    next = undefined;
    await work();
  }

  return () => {
    if (next === undefined) {
      next = latest.then(run).catch(onFault);
      latest = next;
    }
    return next;
  };
}
