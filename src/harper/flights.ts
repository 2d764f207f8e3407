import { createRoster } from '../roster.ts';

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
   * @param onStart called when the request that answers this passenger goes out
   * @throws the signal's reason, or whatever the flight failed with
   */
  join<T>(key: string, run: Run<T>, signal: AbortSignal, onStart?: () => void): Promise<T>;
}

/** The flights of one key. */
interface Line {
  boarding: Flight<unknown> | undefined;
  /** Settles when the last flight there is has landed; undefined when none is on its way. */
  landing: Promise<unknown> | undefined;
}

/** Creates an empty set of flights. */
export function createFlights(): Flights {
  const lines = createRoster(
    (): Line => ({ boarding: undefined, landing: undefined }),
    ({ landing }) => landing === undefined,
  );

  function open<T>(line: Line, run: Run<T>): Flight<T> {
    const controller = new AbortController();
    const before = line.landing;
    const flight: Flight<T> = { promise: depart(), controller, passengers: 0, starting: [], started: false };
    async function depart(): Promise<T> {
      await before;
      return run(controller.signal, () => {
        flight.started = true;
        line.boarding = undefined;
        for (const start of flight.starting) start();
      });
    }
    const close = () => {
      if (line.boarding === flight) line.boarding = undefined;
      if (line.landing === landing) line.landing = undefined;
    };
    const landing = flight.promise.then(close, close);
    line.boarding = flight;
    line.landing = landing;
    return flight;
  }

  return {
    async join<T>(key: string, run: Run<T>, signal: AbortSignal, onStart?: () => void): Promise<T> {
      signal.throwIfAborted();
      const line = lines.of(key);
      const flight = (line.boarding as Flight<T> | undefined) ?? open(line, run);
      flight.passengers += 1;
      if (onStart !== undefined) flight.starting.push(onStart);
      try {
        return await untilAborted(flight.promise, signal);
      } finally {
        flight.passengers -= 1;
        if (flight.passengers === 0 && !flight.started) {
          if (line.boarding === flight) line.boarding = undefined;
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
    const stay = () => signal.removeEventListener('abort', leave);
    promise.then(
      (value) => {
        stay();
        resolve(value);
      },
      (reason: unknown) => {
        stay();
        reject(reason);
      },
    );
  });
}
