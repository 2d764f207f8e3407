/** One call's place in a gate. Exactly one of the three ends it. */
export interface Place {
  /** The call was answered; tells whether it ran in a worker thread (its answer carried `type`). */
  answered(ranInWorker: boolean): void;
  /** The call got no answer within its deadline. */
  timedOut(): void;
  /** The call ended in some other way. */
  failed(): void;
}

/**
 * Lets a limited number of cluster_status calls into one node at a time, whoever asks.
 *
 * Where Harper runs operations in worker threads (4.4 to early 5.x), overlapping cluster_status calls overwrite one
 * another's resolver and all but one are never answered (harper.md, "cluster_status"). Such answers carry `type`. So a
 * gate starts at one, opens to its limit once an answer without `type` has been seen, closes to one again as soon as one
 * with it comes, and stays at one for good once a call has timed out while one that overlapped it was answered.
 */
export interface Gate {
  /** Waits for a place, first come first served. Rejects with the signal's reason when it fires first. */
  enter(signal: AbortSignal): Promise<Place>;
  /** How many calls may be in flight at this moment. */
  readonly width: number;
}

/** Creates a gate that opens to at most `limit` places. */
export function createGate(limit: number): Gate {
  /** Those who wait, the first at the front; one that has given up stays as undefined until its turn. */
  const waiting: ((() => void) | undefined)[] = [];
  /** Calls in flight. */
  const inside: Call[] = [];
  let width = 1;
  let latched = false;

  function admit(): void {
    while (waiting.length > 0 && inside.length < width) waiting.shift()?.();
  }

  function take(): Place {
    const call: Call = { overlapped: false };
    inside.push(call);
    const leave = () => {
      inside.splice(inside.indexOf(call), 1);
      admit();
    };
    return {
      answered(ranInWorker) {
        if (!latched) width = ranInWorker ? 1 : limit;
        for (const other of inside) other.overlapped = true;
        leave();
      },
      timedOut() {
        if (call.overlapped) {
          latched = true;
          width = 1;
        }
        leave();
      },
      failed: leave,
    };
  }

  return {
    get width() {
      return width;
    },
    async enter(signal) {
      signal.throwIfAborted();
      if (inside.length < width && waiting.length === 0) return take();
      return new Promise<Place>((resolve, reject) => {
        const giveUp = () => {
          waiting[waiting.indexOf(proceed)] = undefined;
          reject(signal.reason as Error);
        };
        const proceed = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(take());
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(proceed);
      });
    },
  };
}

interface Call {
  /** Whether another call was answered while this one was in flight. */
  overlapped: boolean;
}
