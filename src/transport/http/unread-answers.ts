import type { ServerResponse } from 'node:http';
import type { ByteBudget } from '../../util/byte-budget.ts';
import { createTimeoutQueue } from '../../util/timeout-queue.ts';

/** Cuts the connections of clients that do not read their answers. */
export interface UnreadAnswers {
  /**
   * Watches an answer from now until its client has all of it. Costs nothing where that is so already.
   * @param keys what its bytes count by
   */
  watch(res: ServerResponse, keys: readonly string[]): void;
}

/** @param timeout milliseconds that a client may take to read an answer */
export function createUnreadAnswers(bytes: ByteBudget, timeout: number): UnreadAnswers {
  const queue = createTimeoutQueue(timeout);
  return {
    watch(res, keys) {
      if (res.writableFinished || res.closed) return;
      const held = bytes.open(keys);
      res.on('close', () => {
        held.close();
        queue.prune();
      });
      if (!held.set(res.writableLength)) {
        res.destroy();
        return;
      }
      queue.add({
        get isWaiting() {
          return !res.closed;
        },
        expire: () => res.destroy(),
      });
    },
  };
}
