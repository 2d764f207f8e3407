import { createRoster } from './keyed-pool.ts';
import { createTimeLimit, type TimeLimit, type Waiting } from './timeout-queue.ts';

/** Somebody who waits for an answer. Exactly one of the last three is called, unless the seat is left before. */
export interface Passenger<T> {
  /** Told when the request that answers it goes out. */
  readonly started?: (() => void) | undefined;
  landed(answer: T): void;
  failed(reason: unknown): void;
  /** Told that its time is over. */
  late(): void;
}

/** A passenger's place. */
export interface Seat {
  /** Takes the passenger out, who is told nothing more. */
  leave(): void;
}

/** One shared call, as whoever makes it sees it. */
export interface Flight<T> {
  /** To be called when its request goes out: who comes from then on is answered by the next one. */
  start(): void;
  /** Ends it, and the next one departs. */
  land(answer: T): void;
  fail(reason: unknown): void;
  /** To be set where there is something to give up: called when all passengers have left before it started. It is over then. */
  abandoned: (() => void) | undefined;
}

/** Makes the call of a flight. It may start it at once, but not end it before it has returned. */
export type Run<T> = (flight: Flight<T>) => void;

/**
 * Shares reads the safe way: whoever asks while a call is in flight is served by the next one, together with all who asked meanwhile, so
 * that nobody gets an answer older than their question and any number of readers cost two calls. Who waits costs no promise, timer or
 * signal, which is most of what a shared answer costs (docs/performance.md).
 */
export interface Flights<T> {
  /**
   * Joins the next flight of a key, or opens one with `run`. Flights of one key never overlap. A flight that has started goes on when its
   * passengers have left, because a call that is cut off may still be running in Harper. One that has not never starts then.
   */
  join(key: string, run: Run<T>, passenger: Passenger<T>): Seat;
}

/**
 * Creates an empty set of flights.
 * @param patience milliseconds each passenger waits, counted from its own joining
 */
export function createFlights<T>(patience: number): Flights<T> {
  const limit = createTimeLimit(patience);
  const lines = createRoster(
    (): Line<T> => ({ boarding: undefined, aloft: undefined }),
    ({ boarding, aloft }) => boarding === undefined && aloft === undefined,
  );
  return {
    join(key, run, passenger) {
      const line = lines.of(key);
      line.boarding ??= new SharedFlight(line, run, limit);
      const booking = new Booking(line.boarding, passenger);
      line.boarding.board(booking);
      limit.start(booking);
      if (line.aloft === undefined) line.boarding.depart();
      return booking;
    },
  };
}

/** The flights of one key. */
interface Line<T> {
  /** Whom who comes now joins: its request has not gone out. */
  boarding: SharedFlight<T> | undefined;
  /** The one that is being made; the next departs when it is over. */
  aloft: SharedFlight<T> | undefined;
}

class Booking<T> implements Seat, Waiting {
  readonly #flight: SharedFlight<T>;
  #passenger: Passenger<T> | undefined;

  constructor(flight: SharedFlight<T>, passenger: Passenger<T>) {
    this.#flight = flight;
    this.#passenger = passenger;
  }

  get isWaiting(): boolean {
    return this.#passenger !== undefined;
  }

  get passenger(): Passenger<T> | undefined {
    return this.#passenger;
  }

  /** The passenger, who has what it came for. It is let go: this may be remembered for longer. */
  served(): Passenger<T> | undefined {
    const passenger = this.#passenger;
    this.#passenger = undefined;
    return passenger;
  }

  leave(): void {
    if (this.served() !== undefined) this.#flight.left();
  }

  late(): void {
    const passenger = this.served();
    this.#flight.left();
    passenger?.late();
  }
}

class SharedFlight<T> implements Flight<T> {
  abandoned: (() => void) | undefined;
  readonly #line: Line<T>;
  readonly #limit: TimeLimit;
  #run: Run<T> | undefined;
  #bookings: Booking<T>[] = [];
  #waiting = 0;
  #hasStarted = false;

  constructor(line: Line<T>, run: Run<T>, limit: TimeLimit) {
    this.#line = line;
    this.#run = run;
    this.#limit = limit;
  }

  board(booking: Booking<T>): void {
    this.#bookings.push(booking);
    this.#waiting += 1;
  }

  depart(): void {
    const run = this.#run;
    this.#run = undefined;
    this.#line.aloft = this;
    run?.(this);
  }

  start(): void {
    this.#hasStarted = true;
    if (this.#line.boarding === this) this.#line.boarding = undefined;
    for (const { passenger } of this.#bookings) passenger?.started?.();
  }

  land(answer: T): void {
    this.#end((passenger) => passenger.landed(answer));
  }

  fail(reason: unknown): void {
    this.#end((passenger) => passenger.failed(reason));
  }

  left(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0 || this.#hasStarted) return;
    if (this.#line.boarding === this) this.#line.boarding = undefined;
    if (this.#line.aloft !== this) return;
    this.#line.aloft = undefined;
    this.abandoned?.();
  }

  #end(tell: (passenger: Passenger<T>) => void): void {
    const line = this.#line;
    if (line.aloft !== this) return;
    line.aloft = undefined;
    if (line.boarding === this) line.boarding = undefined;
    const bookings = this.#bookings;
    this.#bookings = [];
    const faults: unknown[] = [];
    for (const booking of bookings) {
      const passenger = booking.served();
      try {
        if (passenger !== undefined) tell(passenger);
      } catch (fault) {
        // The others have their answer all the same.
        faults.push(fault);
      }
    }
    this.#limit.release();
    if (line.aloft === undefined) line.boarding?.depart();
    if (faults.length > 0) throw faults[0];
  }
}
