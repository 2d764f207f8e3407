import type { Clock } from './clock.ts';
import { DeadlineExceeded } from './deadline.ts';
import { createKeyedPool } from './keyed-pool.ts';
import type { Sliced, TimeSlices } from './time-slices.ts';
import { createTimeoutQueue, type Expirable, type TimeoutQueue } from './timeout-queue.ts';
import type { Pending, Waiter } from './waiter.ts';

/** One shared call, as seen by the code that makes it. */
export interface SharedCall<T> {
  /** To be called when its request is sent: whoever comes from then on is answered by the next call. */
  start(): void;
  /**
   * Ends the call, serves its waiters, and begins the next call. Waiters for whom there is no time now are served in
   * later turns of the event loop.
   */
  resolve(answer: T): void;
  /** As `resolve`, for a call that failed. */
  reject(reason: unknown): void;
  /** Called when all waiters have left before `start`: the call is over then and must not be sent. */
  onAbandoned: (() => void) | undefined;
}

/** Makes a call. It may start it at once, but must not end it before it has returned. */
export type MakeCall<T> = (call: SharedCall<T>) => void;

/**
 * Shares reads so that nobody gets an answer older than their question. Whoever asks while a call is in flight waits
 * for the next call, with all others who asked meanwhile. So any number of readers cost two calls. A waiter costs no
 * promise, timer or signal of its own, which would be most of the cost of a shared answer (docs/performance.md).
 */
export interface SingleFlight<T> {
  /**
   * Waits for the next call of a key, or makes it with `makeCall`. Calls of one key never overlap. A call that has
   * started goes on when its waiters have left, because Harper may still be working on it. One that has not is never
   * sent then. The waiter is rejected with why the call failed, or with DeadlineExceeded where its own time is over.
   */
  join(key: string, makeCall: MakeCall<T>, waiter: Waiter<T>): Pending;
}

export interface SingleFlightOptions {
  /** Milliseconds each waiter waits, counted from its own `join`. */
  readonly timeoutMs: number;
  readonly clock?: Clock;
  readonly slices: TimeSlices;
  /** Told of what a waiter has thrown, which it should not. */
  readonly onFault: (fault: unknown) => void;
}

/** Creates a single-flight without calls. */
export function createSingleFlight<T>(options: SingleFlightOptions): SingleFlight<T> {
  const { timeoutMs, clock, slices, onFault } = options;
  const timeouts = createTimeoutQueue(timeoutMs, clock);
  const common = { timeouts, slices, onFault };
  const pool = createKeyedPool(
    (): KeyState<T> => ({ pending: undefined, inFlight: undefined }),
    ({ pending, inFlight }) => pending === undefined && inFlight === undefined,
  );
  return {
    join(key, makeCall, waiter) {
      const state = pool.get(key);
      state.pending ??= new KeyedCall(state, makeCall, common);
      const participation = new WaiterParticipation(state.pending, waiter, timeoutMs);
      state.pending.add(participation);
      timeouts.add(participation);
      if (state.inFlight === undefined) state.pending.begin();
      return participation;
    },
  };
}

/** The calls of one key. Both are the same call while it is being made and its request has not been sent. */
interface KeyState<T> {
  /** The call that whoever comes next joins: its request has not been sent. */
  pending: KeyedCall<T> | undefined;
  /** The call that is being made; the pending one begins when it ends. */
  inFlight: KeyedCall<T> | undefined;
}

class WaiterParticipation<T> implements Pending, Expirable {
  readonly #call: KeyedCall<T>;
  readonly #timeoutMs: number;
  #waiter: Waiter<T> | undefined;

  constructor(call: KeyedCall<T>, waiter: Waiter<T>, timeoutMs: number) {
    this.#call = call;
    this.#waiter = waiter;
    this.#timeoutMs = timeoutMs;
  }

  get isWaiting(): boolean {
    return this.#waiter !== undefined;
  }

  /** Hands the waiter over, once. This object may be kept for longer, so it holds on to the waiter no more. */
  take(): Waiter<T> | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    return waiter;
  }

  cancel(): void {
    if (this.take() !== undefined) this.#call.waiterLeft();
  }

  expire(): void {
    const waiter = this.take();
    this.#call.waiterLeft();
    waiter?.reject(new DeadlineExceeded(this.#timeoutMs));
  }
}

class KeyedCall<T> implements SharedCall<T> {
  onAbandoned: (() => void) | undefined;
  readonly #state: KeyState<T>;
  readonly #common: Common;
  #makeCall: MakeCall<T> | undefined;
  #participations: WaiterParticipation<T>[] = [];
  #waiting = 0;
  #hasStarted = false;

  constructor(state: KeyState<T>, makeCall: MakeCall<T>, common: Common) {
    this.#state = state;
    this.#makeCall = makeCall;
    this.#common = common;
  }

  add(participation: WaiterParticipation<T>): void {
    this.#participations.push(participation);
    this.#waiting += 1;
  }

  begin(): void {
    const makeCall = this.#makeCall;
    this.#makeCall = undefined;
    this.#state.inFlight = this;
    makeCall?.(this);
  }

  start(): void {
    this.#hasStarted = true;
    if (this.#state.pending === this) this.#state.pending = undefined;
  }

  resolve(answer: T): void {
    this.#end((waiter) => waiter.resolve(answer));
  }

  reject(reason: unknown): void {
    this.#end((waiter) => waiter.reject(reason));
  }

  waiterLeft(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0 || this.#hasStarted) return;
    if (this.#state.pending === this) this.#state.pending = undefined;
    if (this.#state.inFlight !== this) return;
    this.#state.inFlight = undefined;
    this.onAbandoned?.();
  }

  #end(serve: (waiter: Waiter<T>) => void): void {
    const state = this.#state;
    if (state.inFlight !== this) return;
    state.inFlight = undefined;
    if (state.pending === this) state.pending = undefined;
    const serving = new Serving(this.#participations, serve, this.#common);
    this.#participations = [];
    serving.runSlice();
    if (state.inFlight === undefined) state.pending?.begin();
  }
}

/** What all calls of one single-flight have in common. */
interface Common extends Pick<SingleFlightOptions, 'slices' | 'onFault'> {
  readonly timeouts: TimeoutQueue;
}

/** The waiters of a call that has ended, who are being served. */
class Serving<T> implements Sliced {
  readonly #participations: readonly WaiterParticipation<T>[];
  readonly #serve: (waiter: Waiter<T>) => void;
  readonly #common: Common;
  #next = 0;

  constructor(participations: readonly WaiterParticipation<T>[], serve: (waiter: Waiter<T>) => void, common: Common) {
    this.#participations = participations;
    this.#serve = serve;
    this.#common = common;
  }

  runSlice(): void {
    const { slices, timeouts, onFault } = this.#common;
    while (this.#next < this.#participations.length) {
      // The first is always served: whoever waits alone does not wait for others.
      if (!slices.hasTime() && this.#next > 0) {
        slices.add(this);
        return;
      }
      const waiter = this.#participations[this.#next]?.take();
      this.#next += 1;
      try {
        if (waiter !== undefined) this.#serve(waiter);
      } catch (fault) {
        // The other waiters are served all the same.
        onFault(fault);
      }
    }
    timeouts.prune();
  }
}
