import { randomUUID } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';

/** What this gateway asks whoever polls for. */
export interface PollRequests {
  /** Asks for a poll at once. Settles when that is over, or does not come in time. */
  request(): Promise<void>;
  /** A poll that was asked for is over. */
  end(id: string): void;
  stop(): void;
}

/**
 * @param ask asks for a poll under a name
 * @param timeoutMs longest wait for it, in milliseconds
 */
export function createPollRequests(ask: (id: string) => void, timeoutMs: number, clock: Clock): PollRequests {
  const pending = new Map<string, () => void>();
  let latest: Promise<void> | undefined;

  function begin(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const id = randomUUID();
    const timer = clock.setTimeout(done, timeoutMs, 'background');
    function done(): void {
      clock.clearTimeout(timer);
      pending.delete(id);
      resolve();
    }
    pending.set(id, done);
    ask(id);
    // Whoever asks in this turn gets the same poll.
    setImmediate(() => {
      latest = undefined;
    });
    return promise;
  }

  return {
    async request() {
      latest ??= begin();
      return latest;
    },
    end: (id) => pending.get(id)?.(),
    stop() {
      for (const done of pending.values()) done();
    },
  };
}
