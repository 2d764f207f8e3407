import type { Clock, Timer } from '../../src/util/clock.ts';

/** Settles when everything that is under way, and needs no time to pass, is done. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The moment at which every clock of a test begins, in milliseconds since 1970. */
const START = Date.UTC(2026, 0, 1);

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  readonly #timers = new Map<Timer, { readonly at: number; readonly callback: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  date(): number {
    return START + this.#now;
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    const timer = {};
    this.#timers.set(timer, { at: this.#now + milliseconds, callback });
    return timer;
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer !== undefined) this.#timers.delete(timer);
  }

  /** Lets time pass while something is being done: no timer fires. */
  work(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Lets time pass. Timers fire in order, and what one sets off is done before the next. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      const [first] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at);
      if (first === undefined || first[1].at > until) break;
      this.#timers.delete(first[0]);
      this.#now = first[1].at;
      first[1].callback();
      await settled();
    }
    this.#now = until;
    await settled();
  }
}

/** A clock that goes on like that of the machine, and can be moved forward besides: for what needs real sockets. */
export class ForwardClock implements Clock {
  readonly #timers = new Map<Timer, { readonly at: number; readonly callback: () => void; timer: NodeJS.Timeout }>();
  #moved = 0;

  now(): number {
    return performance.now() + this.#moved;
  }

  date(): number {
    return Date.now() + this.#moved;
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    const key = {};
    const entry = { at: this.now() + milliseconds, callback, timer: this.#start(key, milliseconds) };
    this.#timers.set(key, entry);
    return key;
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer === undefined) return;
    clearTimeout(this.#timers.get(timer)?.timer);
    this.#timers.delete(timer);
  }

  /** Moves it forward: what is due by then is called at once, in order. */
  advance(milliseconds: number): void {
    this.#moved += milliseconds;
    for (const [key, entry] of [...this.#timers].sort(([, a], [, b]) => a.at - b.at)) {
      clearTimeout(entry.timer);
      if (!this.#timers.has(key)) continue;
      if (entry.at <= this.now()) this.#fire(key);
      else entry.timer = this.#start(key, entry.at - this.now());
    }
  }

  #start(key: Timer, milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#fire(key), milliseconds);
  }

  #fire(key: Timer): void {
    const entry = this.#timers.get(key);
    this.#timers.delete(key);
    entry?.callback();
  }
}
