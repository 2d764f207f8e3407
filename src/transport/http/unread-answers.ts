import type { ServerResponse } from 'node:http';
import type { ByteBudget } from '../../util/byte-budget.ts';
import type { Clock } from '../../util/clock.ts';
import { createTimeoutQueue } from '../../util/timeout-queue.ts';

/** An answer, and what its bytes count by. */
export interface Answer {
  readonly res: ServerResponse;
  readonly keys: readonly string[];
}

/** Cuts the connections of clients that do not read their answers. */
export interface UnreadAnswers {
  /**
   * Takes an answer that has just been written whole. Most are handed to the kernel within the turn of the loop. So
   * all answers of a turn are looked at together at its end (bench/queries.ts, row 3x2).
   */
  written(answer: Answer): void;
  /** Watches an answer from now until its client has all of it. */
  watch(answer: Answer): void;
}

/** @param timeout milliseconds that a client may take to read an answer */
export function createUnreadAnswers(bytes: ByteBudget, timeout: number, clock: Clock): UnreadAnswers {
  const queue = createTimeoutQueue(timeout, clock);
  let ofTurn: Answer[] = [];

  function look(): void {
    const answers = ofTurn;
    ofTurn = [];
    for (const answer of answers) watch(answer);
  }

  function watch(answer: Answer): void {
    const { res } = answer;
    if (res.writableFinished || res.closed) return;
    const held = bytes.open(answer.keys);
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
  }

  return {
    watch,
    written(answer) {
      if (ofTurn.length === 0) setImmediate(look);
      ofTurn.push(answer);
    },
  };
}
