import type { Clock, Timer } from '../util/clock.ts';
import { Deadline } from '../util/deadline.ts';

/** Sends a read, and sends it again while nothing comes back. The first answer, or the first failure, counts. */
export type SendRepeatedly = <T>(send: (deadline: Deadline) => Promise<T>, deadline: Deadline) => Promise<T>;

export interface StatusRetryOptions {
  /** Milliseconds without an answer after which the read is sent again (`STATUS_RETRY_AFTER`). */
  readonly retryAfter: number;
  readonly clock: Clock;
  /** Told whenever the read is sent again. */
  readonly onRetry: () => void;
}

/** The wait after a retry is this part of the first wait. */
const NEXT_WAITS = 0.25;
/** So many times as long as the node usually takes is waited at least. */
const OF_USUAL = 3;
/** Weight of the latest answer in what is usual. */
const WEIGHT = 0.25;

/**
 * Creates the retries of cluster_status at one node.
 *
 * Where Harper runs operations in worker threads, whoever else asks can take an answer away, and the call stays open
 * for ever (docs/harper.md, cluster_status). So the call is sent again within its deadline. The calls before it stay
 * open, because a node may just be slow; they are cut when one is answered. A node that is usually slow is given three
 * times as long as it usually takes.
 */
export function createStatusRetry({ retryAfter, clock, onRetry }: StatusRetryOptions): SendRepeatedly {
  let usual = 0;
  return (send, deadline) =>
    new Promise((resolve, reject) => {
      const attempts: Deadline[] = [];
      let timer: Timer | undefined;

      function end(): void {
        clock.clearTimeout(timer);
        deadline.onTimeout = undefined;
        for (const attempt of attempts) attempt.expire();
      }

      function begin(wait: number): void {
        const attempt = new Deadline(deadline.timeoutMs);
        const begun = clock.now();
        attempts.push(attempt);
        timer = clock.setTimeout(
          () => {
            onRetry();
            begin(retryAfter * NEXT_WAITS);
          },
          Math.max(wait, usual * OF_USUAL),
        );
        send(attempt).then(
          (answer) => {
            usual += (clock.now() - begun - usual) * WEIGHT;
            attempt.end();
            end();
            resolve(answer);
          },
          (error: unknown) => {
            end();
            reject(error);
          },
        );
      }

      deadline.onTimeout = end;
      begin(retryAfter);
    });
}
