/** Somebody who waits for an answer. */
export interface Passenger<T> {
  /** Told the answer, once. */
  land(answer: T): void;
  /** Told instead that its time is over. */
  late(): void;
}

interface Seated<T> {
  readonly passenger: Passenger<T>;
  readonly deadline: number;
  isWaiting: boolean;
}

interface Flight<T> {
  readonly run: (started: () => void) => Promise<T>;
  readonly seated: Seated<T>[];
}

interface Route<T> {
  /** Whom who comes now joins: Harper was not asked yet. */
  boarding: Flight<T> | undefined;
  /** On its way; the next one departs when it has landed. */
  aloft: Flight<T> | undefined;
}

/**
 * Shares whole answers as flights.ts shares calls: who asks while one is on its way is answered by the next, together with all who ask
 * the same meanwhile, so that nobody gets an answer older than their question. It does so without a promise, a timer or a signal
 * for each request, which is most of what a shared answer costs (bench/queries.ts).
 */
export interface Answers<T> {
  /**
   * Joins the next flight of a key, or starts one.
   * @param run makes the answer and never rejects; it calls `started` when Harper is asked
   */
  ask(key: string, run: (started: () => void) => Promise<T>, passenger: Passenger<T>): void;
}

/**
 * Creates it.
 * @param patience milliseconds each passenger waits, counted from its own asking
 */
export function createAnswers<T>(patience: number): Answers<T> {
  const routes = new Map<string, Route<T>>();
  /** Everybody who waits, in the order of their deadlines, since all have the same patience. */
  const waiting = new Set<Seated<T>>();
  const clock: { timer: NodeJS.Timeout | undefined } = { timer: undefined };

  function watchClock(): void {
    clock.timer = undefined;
    const now = performance.now();
    for (const seated of waiting) {
      if (seated.deadline > now) {
        clock.timer = setTimeout(watchClock, seated.deadline - now);
        return;
      }
      waiting.delete(seated);
      seated.isWaiting = false;
      seated.passenger.late();
    }
  }

  function depart(key: string, route: Route<T>, flight: Flight<T>): void {
    route.aloft = flight;
    const started = () => {
      if (route.boarding === flight) route.boarding = undefined;
    };
    void flight.run(started).then((answer) => {
      started();
      route.aloft = undefined;
      for (const seated of flight.seated) {
        if (!seated.isWaiting) continue;
        waiting.delete(seated);
        seated.passenger.land(answer);
      }
      const next = route.boarding;
      if (next?.seated.some(({ isWaiting }) => isWaiting)) depart(key, route, next);
      else routes.delete(key);
    });
  }

  return {
    ask(key, run, passenger) {
      const seated = { passenger, deadline: performance.now() + patience, isWaiting: true };
      waiting.add(seated);
      clock.timer ??= setTimeout(watchClock, patience);
      let route = routes.get(key);
      if (route === undefined) {
        route = { boarding: undefined, aloft: undefined };
        routes.set(key, route);
      }
      if (route.boarding !== undefined) {
        route.boarding.seated.push(seated);
        return;
      }
      const flight = { run, seated: [seated] };
      route.boarding = flight;
      if (route.aloft === undefined) depart(key, route, flight);
    },
  };
}
