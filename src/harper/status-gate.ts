/** Somebody who wants to make a call. */
export interface Entrant {
  /** Told, once, that it may; maybe before `enter` returns. */
  admitted(place: Place): void;
}

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
  /** Waits for a place, first come first served. */
  enter(entrant: Entrant): void;
  /** Gives up waiting; nothing happens to one who does not wait. */
  leave(entrant: Entrant): void;
  /** How many calls may be in flight at this moment. */
  readonly width: number;
}

/** Creates a gate that opens to at most `limit` places. */
export function createGate(limit: number): Gate {
  /** Those who wait, the first at the front; one that has given up stays as undefined until its turn. */
  const waiting: (Entrant | undefined)[] = [];
  /** Calls in flight. */
  const inside: Call[] = [];
  let width = 1;
  let latched = false;

  function admit(): void {
    while (waiting.length > 0 && inside.length < width) {
      const next = waiting.shift();
      if (next !== undefined) take(next);
    }
  }

  function take(entrant: Entrant): void {
    const call: Call = {
      overlapped: false,
      answered(ranInWorker) {
        if (!latched) width = ranInWorker ? 1 : limit;
        for (const other of inside) other.overlapped = true;
        leave(call);
      },
      timedOut() {
        if (call.overlapped) {
          latched = true;
          width = 1;
        }
        leave(call);
      },
      failed: () => leave(call),
    };
    inside.push(call);
    entrant.admitted(call);
  }

  function leave(call: Call): void {
    inside.splice(inside.indexOf(call), 1);
    admit();
  }

  return {
    get width() {
      return width;
    },
    enter(entrant) {
      if (inside.length < width && waiting.length === 0) take(entrant);
      else waiting.push(entrant);
    },
    leave(entrant) {
      const at = waiting.indexOf(entrant);
      if (at !== -1) waiting[at] = undefined;
    },
  };
}

interface Call extends Place {
  /** Whether another call was answered while this one was in flight. */
  overlapped: boolean;
}
