import type { SettingName } from '../config/settings.ts';
import { GatewayError } from '../errors.ts';
import { createRoster } from './keyed-pool.ts';

/** A place that is taken. */
export interface Seat {
  /** Gives it back; once more does nothing. */
  leave(): void;
}

/** A bounded number of places, in all or for each of some keys. */
export interface Seats {
  /** Takes a place; the error where there is none left. */
  take(key?: string): Seat | GatewayError;
  /** How many places are taken in all. */
  readonly taken: number;
}

/**
 * Creates free places.
 * @param most how many one key may take
 * @param limit the setting that says so
 * @param what they are, for people
 * @param code LIMIT_EXCEEDED, or RATE_LIMITED where places come free by themselves soon
 */
export function createSeats(
  most: number,
  limit: SettingName,
  what: string,
  code: 'LIMIT_EXCEEDED' | 'RATE_LIMITED' = 'LIMIT_EXCEEDED',
): Seats {
  const counts = createRoster(
    () => ({ count: 0 }),
    ({ count }) => count === 0,
  );
  const all = { count: 0 };
  return {
    get taken() {
      return all.count;
    },
    take(key = '') {
      const held = counts.of(key);
      if (held.count >= most) return new GatewayError(code, `There are ${most} ${what} already.`, { limit });
      return new Taken(held, all);
    },
  };
}

interface Count {
  count: number;
}

/** A class: there are several for each subscriber. */
class Taken implements Seat {
  #held: Count | undefined;
  readonly #all: Count;

  constructor(held: Count, all: Count) {
    held.count += 1;
    all.count += 1;
    this.#held = held;
    this.#all = all;
  }

  leave(): void {
    if (this.#held === undefined) return;
    this.#held.count -= 1;
    this.#all.count -= 1;
    this.#held = undefined;
  }
}

/** Takes a place of each; all or none. */
export function takeAll(...wanted: readonly [seats: Seats, key: string][]): Seat | GatewayError {
  let row: Seat = NOWHERE;
  for (const [seats, key] of wanted) {
    const seat = seats.take(key);
    if (seat instanceof GatewayError) {
      row.leave();
      return seat;
    }
    row = row === NOWHERE ? seat : new Both(row, seat);
  }
  return row;
}

const NOWHERE: Seat = { leave: () => undefined };

class Both implements Seat {
  readonly #one: Seat;
  readonly #other: Seat;

  constructor(one: Seat, other: Seat) {
    this.#one = one;
    this.#other = other;
  }

  leave(): void {
    this.#one.leave();
    this.#other.leave();
  }
}
