import type { Clock } from '../util/clock.ts';

/** Shortest wait between two polls, in milliseconds: many readers may ask for one at almost the same time. */
const SHORTEST_WAIT = 20;

export interface PollLoopOptions {
  /** Polls once. Polls come less often as long as it resolves with false, or rejects. */
  readonly poll: () => Promise<boolean>;
  /** Milliseconds between two polls. */
  readonly interval: number;
  /** Which part of the interval a poll comes earlier after one that was asked for, from 0 to 1; 0 when left out. */
  readonly phase?: number;
  /** Longest wait between two polls while they fail, in milliseconds, where the interval itself is not longer. */
  readonly longestWait: number;
  readonly clock: Clock;
  /** Told of what `poll` rejects with. */
  readonly onFault: (error: unknown) => void;
}

/** Polls, one at a time: at an interval, and at once where it is asked for. */
export interface PollLoop {
  start(): void;
  /** Asks for a poll at once. Settles when one that begins after this call is over, however it ends. */
  pollNow(): Promise<void>;
  /** What the last call of `pollNow` returned; undefined before the first. */
  readonly requested: Promise<void> | undefined;
  /** Begins no poll any more, and releases who waits for one. */
  stop(): void;
}

/** Creates a loop; nothing is polled before `start`. */
export function createPollLoop({ poll, interval, phase = 0, longestWait, clock, onFault }: PollLoopOptions): PollLoop {
  /** Settles with the end of the next poll to begin. */
  let next = Promise.withResolvers<void>();
  let requested: Promise<void> | undefined;
  /** Whether the next poll is to begin at once. */
  let isUrgent = false;
  /** Whether the poll that is running, or was last, was asked for; the first is. */
  let wasUrgent = true;
  let isStopped = false;
  let failures = 0;
  let endWait: (() => void) | undefined;

  async function run(): Promise<void> {
    while (!isStopped) {
      const current = next;
      next = Promise.withResolvers();
      isUrgent = false;
      const isShifted = wasUrgent;
      wasUrgent = false;
      try {
        failures = (await poll()) ? 0 : failures + 1;
      } catch (error) {
        failures += 1;
        onFault(error);
      }
      current.resolve();
      if (!isStopped) await pause(isShifted ? 1 - phase : 1);
    }
  }

  async function pause(part: number): Promise<void> {
    const begunAt = clock.now();
    const backOff = failures === 0 ? interval : Math.min(interval * 2 ** (failures - 1), longestWait);
    // With jitter, so that many gateways do not poll in step.
    const regular = failures === 0 ? interval * part : Math.max(interval, backOff);
    if (!isUrgent) await wait(regular * (0.95 + Math.random() * 0.1));
    wasUrgent = isUrgent;
    const left = SHORTEST_WAIT - (clock.now() - begunAt);
    if (!isStopped && left > 0) await wait(left);
  }

  function wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clock.clearTimeout(timer);
        endWait = undefined;
        resolve();
      };
      const timer = clock.setTimeout(end, milliseconds);
      endWait = end;
    });
  }

  return {
    start: () => void run().catch(onFault),
    pollNow() {
      requested = isStopped ? Promise.resolve() : next.promise;
      // Not again: it would cut the shortest wait.
      if (!isUrgent) endWait?.();
      isUrgent = true;
      return requested;
    },
    get requested() {
      return requested;
    },
    stop() {
      isStopped = true;
      next.resolve();
      endWait?.();
    },
  };
}
