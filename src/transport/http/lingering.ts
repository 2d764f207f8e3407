import type { Readable } from 'node:stream';
import type { Clock } from '../../util/clock.ts';
import { createTimeoutQueue } from '../../util/timeout-queue.ts';

/**
 * Milliseconds for which a client may go on sending after it was refused. A connection that is closed with bytes
 * unread is reset. That takes the answer away from a client that has not read it yet (RFC 9112, 9.6).
 */
const LINGER = 5000;

/** Lets pass unread what a client still sends, then closes: at its end, when the client is gone, or after LINGER. */
export type Lingering = (unread: Readable, close: () => void) => void;

export function createLingering(clock: Clock): Lingering {
  const queue = createTimeoutQueue(LINGER, clock);
  return (unread, close) => {
    let isWaiting = true;
    function expire(): void {
      if (!isWaiting) return;
      isWaiting = false;
      queue.prune();
      close();
    }
    queue.add({
      get isWaiting() {
        return isWaiting;
      },
      expire,
    });
    unread.once('end', expire).once('close', expire).resume();
  };
}
