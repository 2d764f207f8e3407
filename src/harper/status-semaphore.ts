/** How a call of cluster_status ended. */
export type StatusResult =
  /** It was answered by a worker thread: the answer has `type`. */
  | 'answered by a worker'
  /** It was answered by the main thread: the answer has no `type`. */
  | 'answered by the main thread'
  /** It was sent and not answered within its deadline. */
  | 'timed out'
  /** It ended in any other way. */
  | 'failed';

/** The right to make one call. */
export interface Permit {
  /** To be called once, when the call has ended. */
  release(result: StatusResult): void;
}

/**
 * Limits how many cluster_status calls one node gets at a time, whoever asks.
 *
 * Overlapping calls lose answers where Harper runs operations in worker threads (4.4 to early 5.x): they overwrite
 * one another's resolver (docs/harper.md, cluster_status). Such answers have `type`. So the semaphore begins with one
 * permit. It has its limit of permits from an answer without `type` on, and one again from an answer with it on. It
 * stays at one for good once a call has timed out while a call that overlapped it was answered.
 */
export interface StatusSemaphore {
  /**
   * Waits for a permit, first come first served.
   * @param onPermit called once with the permit, possibly before `acquire` returns
   * @returns gives up waiting; does nothing once the permit was given
   */
  acquire(onPermit: (permit: Permit) => void): () => void;
  /** How many calls may be in flight at this moment. */
  readonly width: number;
}

/**
 * Creates a semaphore without calls.
 * @param limit most permits at a time where overlap is safe
 */
export function createStatusSemaphore(limit: number): StatusSemaphore {
  /** The first to come at the front; one that has given up stays as undefined until its turn. */
  const waiting: (((permit: Permit) => void) | undefined)[] = [];
  const inFlight = new Set<Call>();
  let width = 1;
  let isLatched = false;

  function grant(onPermit: (permit: Permit) => void): void {
    const call: Call = { wasOverlapped: false };
    inFlight.add(call);
    onPermit({
      release(result) {
        inFlight.delete(call);
        learn(call, result);
        grantNext();
      },
    });
  }

  function learn(call: Call, result: StatusResult): void {
    if (result === 'timed out' && call.wasOverlapped) {
      isLatched = true;
      width = 1;
    }
    if (result === 'timed out' || result === 'failed') return;
    if (!isLatched) width = result === 'answered by a worker' ? 1 : limit;
    for (const other of inFlight) other.wasOverlapped = true;
  }

  function grantNext(): void {
    while (waiting.length > 0 && inFlight.size < width) {
      const next = waiting.shift();
      if (next !== undefined) grant(next);
    }
  }

  return {
    get width() {
      return width;
    },
    acquire(onPermit) {
      if (inFlight.size < width && waiting.length === 0) {
        grant(onPermit);
        return () => undefined;
      }
      waiting.push(onPermit);
      return () => {
        const at = waiting.indexOf(onPermit);
        if (at !== -1) waiting[at] = undefined;
      };
    },
  };
}

/** A call in flight. */
interface Call {
  /** Whether another call was answered while this one was in flight. */
  wasOverlapped: boolean;
}
