import { createRoster } from '../../roster.ts';

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
  /** Emptied when it departs, as `seated` is when it has landed. */
  run: ((started: () => void) => Promise<T>) | undefined;
  seated: Seated<T>[];
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
  const routes = createRoster(
    (): Route<T> => ({ boarding: undefined, aloft: undefined }),
    ({ boarding, aloft }) => boarding === undefined && aloft === undefined,
  );
  const waiting = createQueue<Seated<T>>(({ isWaiting }) => isWaiting);
  const clock: { timer: NodeJS.Timeout | undefined } = { timer: undefined };

  function watchClock(): void {
    clock.timer = undefined;
    const now = performance.now();
    for (let first = waiting.first(); first !== undefined; first = waiting.first()) {
      if (first.deadline > now) {
        clock.timer = setTimeout(watchClock, first.deadline - now);
        return;
      }
      first.isWaiting = false;
      first.passenger.late();
    }
  }

  /**
   * A flight lets go of its passengers when they have been served. What it was run with may be remembered by others for much longer
   * (a WeakMap keeps what it holds until the next full garbage collection), and would keep every request alive: that made garbage
   * collection a quarter of all processor time.
   */
  function depart(route: Route<T>, flight: Flight<T>): void {
    const { run } = flight;
    flight.run = undefined;
    route.aloft = flight;
    const started = () => {
      if (route.boarding === flight) route.boarding = undefined;
    };
    void run?.(started).then((answer) => {
      started();
      route.aloft = undefined;
      const { seated: served } = flight;
      flight.seated = [];
      for (const seated of served) {
        if (!seated.isWaiting) continue;
        seated.isWaiting = false;
        seated.passenger.land(answer);
      }
      waiting.first();
      const next = route.boarding;
      if (next?.seated.some(({ isWaiting }) => isWaiting)) depart(route, next);
      else route.boarding = undefined;
    });
  }

  return {
    ask(key, run, passenger) {
      const seated = { passenger, deadline: performance.now() + patience, isWaiting: true };
      waiting.push(seated);
      clock.timer ??= setTimeout(watchClock, patience);
      const route = routes.of(key);
      if (route.boarding !== undefined) {
        route.boarding.seated.push(seated);
        return;
      }
      const flight = { run, seated: [seated] };
      route.boarding = flight;
      if (route.aloft === undefined) depart(route, flight);
    },
  };
}

/** What was added, oldest first, without what has become of no interest. */
interface Queue<T> {
  push(item: T): void;
  /** The oldest that is still of interest; those before it are forgotten. */
  first(): T | undefined;
}

/** How many forgotten places are kept before the rest is moved to the front. */
const SLACK = 1024;

/**
 * Creates a queue. A Set would do, but one whose items come and go all the time is made anew over and over, and an old table keeps
 * the new ones alive until the next full garbage collection. Together with what `depart` guards against it cost a quarter of the throughput.
 */
function createQueue<T>(isOfInterest: (item: T) => boolean): Queue<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    push(item) {
      items.push(item);
    },
    first() {
      for (; head < items.length; head += 1) {
        const item = items[head];
        if (item !== undefined && isOfInterest(item)) break;
        items[head] = undefined;
      }
      if (head > SLACK) {
        items = items.slice(head);
        head = 0;
      }
      return items[head];
    },
  };
}
