import { type Clock, SYSTEM_CLOCK, sleep } from './clock.ts';

/** What has been started, to be stopped in the reverse order. */
export interface StopSequence {
  /** Fires when stopping begins. */
  readonly stopping: AbortSignal;
  /**
   * Adds what stops a part that has just been started.
   * @param stop is given the milliseconds that are left for it, 0 where none are
   */
  add(stop: (leftMs: number) => Promise<unknown>): void;
  /**
   * Stops everything, once. Never rejects.
   * @param delayMs milliseconds after `stopping` in which everything goes on as before; none when left out
   */
  stop(delayMs?: number): Promise<void>;
}

/**
 * Creates an empty sequence. All parts share one time: what one of them takes, the next ones lack.
 * @param graceMs milliseconds that stopping may wait for what is under way
 * @param onError told of a part that does not stop cleanly; the others are stopped all the same
 */
export function createStopSequence(
  graceMs: number,
  onError: (error: unknown) => void,
  clock: Clock = SYSTEM_CLOCK,
): StopSequence {
  const steps: ((leftMs: number) => Promise<unknown>)[] = [];
  const controller = new AbortController();
  let stopped: Promise<void> | undefined;

  async function unwind(delayMs: number): Promise<void> {
    controller.abort();
    if (delayMs > 0) await sleep(clock, delayMs);
    const endsAt = clock.now() + graceMs;
    for (const step of steps.reverse()) await step(Math.max(0, endsAt - clock.now())).catch(onError);
  }

  return {
    stopping: controller.signal,
    add: (stop) => steps.push(stop),
    stop(delayMs = 0) {
      stopped ??= unwind(delayMs);
      return stopped;
    },
  };
}
