import type { Sliced, TimeSlices } from '../util/time-slices.ts';
import type { Listener } from './listeners.ts';
import type { Watcher } from './watcher.ts';

/** How long a reader may go on, besides the watch itself. */
export interface Lifetime {
  /** Calls back once, when it is over, with what the reader is to end with. The returned function cancels that. */
  onEnded(callback: (reason: Error) => void): () => void;
}

/** Whatever items go to. */
export interface Sink<T> {
  /** Takes an item. False: it takes no more until it calls `resume`. Never throws. */
  take(item: T): boolean;
  /** The stream is over, once: with the reason for it, or undefined where it was stopped. */
  end(reason: unknown): void;
}

/** Where the items come from. */
export interface Source<T> {
  /** Looks at the request before anything is waited for. Throws where it cannot be served. */
  check(): void;
  /** The next item there is; undefined when there is none at this moment. Throws where there will be none any more. */
  next(): T | undefined;
  /** Notifies a listener whenever there may be more, or the watch has ended. */
  listen(listener: Listener): void;
  unlisten(listener: Listener): void;
}

const DONE = { done: true, value: undefined } as const;

/**
 * What one subscriber gets from a watch. It may be iterated, or piped, which costs a fraction of that for each item.
 * Both take an item only when they have room for it, so what is not taken stays where it is. All streams of a gateway
 * share the time of a turn of the event loop. What does not fit is taken in later turns.
 *
 * It registers with the watch at once. It gives nothing before a poll that began after that is over: Harper has then
 * checked the login. Where Harper is late or cannot be read it does not wait, but begins with what was last seen.
 * A class, because there are tens of thousands: closures would take twice the memory.
 */
export class LiveStream<T> implements Listener, Sliced, AsyncIterableIterator<T> {
  readonly #source: Source<T>;
  readonly #slices: TimeSlices;
  #sink: Sink<T> | undefined;
  #isReady = false;
  #isPaused = false;
  #isRunning = false;
  /** Whether it waits for a later turn. */
  #isQueued = false;
  #isOver = false;
  #reason: unknown;
  readonly #releaseWatcher: () => void;
  readonly #cancelLifetime: () => void;

  /** @throws to whoever reads: what the source throws, the reason of the lifetime */
  constructor(watcher: Watcher, lifetime: Lifetime, source: Source<T>) {
    this.#source = source;
    this.#slices = watcher.slices;
    // Before it enters: that may begin a poll, which is then the one to wait for.
    const polled = watcher.pollNow();
    this.#releaseWatcher = watcher.enter({ lingers: true });
    this.#cancelLifetime = lifetime.onEnded((reason) => this.#end(reason));
    if (watcher.snapshot !== undefined && watcher.state !== 'LIVE') this.#start();
    else polled.then(() => this.#start()).catch(watcher.onFault);
  }

  #start(): void {
    if (this.#isOver) return;
    this.#isReady = true;
    this.#source.listen(this);
    this.#run();
  }

  /** Gives every item to a sink as soon as it is there and the sink takes it. Called once, instead of iterating. */
  pipe(sink: Sink<T>): void {
    this.#sink = sink;
    if (this.#isOver) {
      sink.end(this.#reason);
      return;
    }
    try {
      this.#source.check();
    } catch (error) {
      this.#end(error);
    }
    this.#run();
  }

  notify(): void {
    this.#run();
  }

  /** Goes on where the sink has taken no more. */
  resume(): void {
    this.#isPaused = false;
    this.#run();
  }

  runSlice(): void {
    this.#isQueued = false;
    this.#run();
  }

  #run(): void {
    const sink = this.#sink;
    if (sink === undefined || !this.#isReady || this.#isRunning || this.#isQueued) return;
    this.#isRunning = true;
    try {
      while (!this.#isPaused && !this.#isOver) {
        if (!this.#slices.hasTime()) {
          this.#isQueued = true;
          this.#slices.add(this);
          break;
        }
        const item = this.#source.next();
        if (item === undefined) break;
        // Before it takes: it may resume before it has answered.
        this.#isPaused = true;
        if (sink.take(item)) this.#isPaused = false;
      }
    } catch (error) {
      this.#end(error);
    }
    this.#isRunning = false;
  }

  #end(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reason = reason;
    this.#releaseWatcher();
    this.#cancelLifetime();
    this.#source.unlisten(this);
    this.#sink?.end(reason);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #iteration: Iteration<T> | undefined;

  next(): Promise<IteratorResult<T>> {
    const isFirst = this.#iteration === undefined;
    this.#iteration ??= new Iteration();
    const result = this.#iteration.next();
    if (isFirst) this.pipe(this.#iteration);
    else this.resume();
    return result;
  }

  /** Ends it: no item is given any more. */
  stop(): void {
    this.#end(undefined);
  }

  /** Ends the stream; who waits for an item is told that there is none. */
  async return(): Promise<IteratorResult<T>> {
    this.#end(undefined);
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<T>> {
    this.#end(undefined);
    throw error;
  }
}

/** A sink that takes one item for each that is waited for. */
class Iteration<T> implements Sink<T> {
  readonly #waiting: PromiseWithResolvers<IteratorResult<T>>[] = [];
  #isOver = false;
  #reason: unknown;

  next(): Promise<IteratorResult<T>> {
    const result = Promise.withResolvers<IteratorResult<T>>();
    this.#waiting.push(result);
    if (this.#isOver) this.#finish();
    return result.promise;
  }

  take(value: T): boolean {
    this.#waiting.shift()?.resolve({ done: false, value });
    return this.#waiting.length > 0;
  }

  end(reason: unknown): void {
    this.#isOver = true;
    this.#reason = reason;
    this.#finish();
  }

  /** Tells the first who waits the reason, and the others that there is no more, as iterators do. */
  #finish(): void {
    const reason = this.#reason;
    const first = reason === undefined ? undefined : this.#waiting.shift();
    if (first !== undefined) this.#reason = undefined;
    first?.reject(reason);
    for (const each of this.#waiting.splice(0)) each.resolve(DONE);
  }
}
