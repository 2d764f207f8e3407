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
  const waiting = new Set<() => void>();
  /** Calls in flight; true where another call was answered while this one was in flight. */
  const inside = new Map<Place, boolean>();
  let width = 1;
  let latched = false;

  function admit(): void {
    for (const next of waiting) {
      if (inside.size >= width) return;
      waiting.delete(next);
      next();
    }
  }

  function leave(place: Place): void {
    inside.delete(place);
    admit();
  }

  function take(): Place {
    const place: Place = {
      answered(ranInWorker) {
        if (!latched) width = ranInWorker ? 1 : limit;
        for (const other of inside.keys()) inside.set(other, true);
        leave(place);
      },
      timedOut() {
        if (inside.get(place)) {
          latched = true;
          width = 1;
        }
        leave(place);
      },
      failed: () => leave(place),
    };
    inside.set(place, false);
    return place;
  }

  return {
    get width() {
      return width;
    },
    async enter(signal) {
      signal.throwIfAborted();
      if (inside.size < width && waiting.size === 0) return take();
      return new Promise<Place>((resolve, reject) => {
        const giveUp = () => {
          waiting.delete(proceed);
          reject(signal.reason as Error);
        };
        const proceed = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(take());
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.add(proceed);
      });
    },
  };
}
