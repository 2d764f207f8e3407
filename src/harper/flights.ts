/** The shared work of one flight; it calls `started` when its request goes out. The signal fires only before that. */
export type Run<T> = (signal: AbortSignal, started: () => void) => Promise<T>;

interface Flight<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  passengers: number;
  /** Passengers who want to be told when its request goes out. */
  readonly starting: (() => void)[];
  /** True once its request has gone out: from then on nobody may board. */
  started: boolean;
}

/**
 * Shares reads the safe way: whoever asks while a call is in flight is served by the next one, together with all who
 * asked meanwhile, so that nobody gets an answer older than their question and any number of readers cost two calls.
 */
export interface Flights {
  /**
   * Joins the next flight of `key`, or starts one with `run`. Flights of one key never overlap. The signal takes only its
   * owner out: a flight that has started goes on, because a call that is cut off may still be running in Harper. One that
   * has not started, and that nobody waits for any more, never does.
   * @param signal takes nobody out when left out
   * @param onStart called when the request that answers this passenger goes out
   * @throws the signal's reason, or whatever the flight failed with
   */
  join<T>(key: string, run: Run<T>, signal?: AbortSignal, onStart?: () => void): Promise<T>;
}

/** Creates an empty set of flights. */
export function createFlights(): Flights {
  const boarding = new Map<string, Flight<unknown>>();
  const landings = new Map<string, Promise<unknown>>();

  function open<T>(key: string, run: Run<T>): Flight<T> {
    const controller = new AbortController();
    const before = landings.get(key);
    const flight: Flight<T> = { promise: depart(), controller, passengers: 0, starting: [], started: false };
    async function depart(): Promise<T> {
      await before;
      return run(controller.signal, () => {
        flight.started = true;
        boarding.delete(key);
        for (const start of flight.starting) start();
      });
    }
    const close = () => {
      if (boarding.get(key) === flight) boarding.delete(key);
      if (landings.get(key) === landing) landings.delete(key);
    };
    const landing = flight.promise.then(close, close);
    boarding.set(key, flight);
    landings.set(key, landing);
    return flight;
  }

  return {
    async join<T>(key: string, run: Run<T>, signal?: AbortSignal, onStart?: () => void): Promise<T> {
      signal?.throwIfAborted();
      const flight = (boarding.get(key) as Flight<T> | undefined) ?? open(key, run);
      flight.passengers += 1;
      if (onStart !== undefined) flight.starting.push(onStart);
      if (signal === undefined) return flight.promise;
      try {
        return await untilAborted(flight.promise, signal);
      } finally {
        flight.passengers -= 1;
        if (flight.passengers === 0 && !flight.started) {
          if (boarding.get(key) === flight) boarding.delete(key);
          flight.controller.abort(signal.reason);
        }
      }
    },
  };
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
