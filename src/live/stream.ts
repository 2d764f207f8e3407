import type { Waker } from './changelog.ts';
import type { Watcher } from './watcher.ts';

/** How long a reader may go on, besides the watch itself. */
export interface Lifetime {
  /** Calls back once when it is over, with what the reader is to end with; the returned function takes it back. */
  onEnded(callback: (reason: Error) => void): () => void;
}

/** Whatever items go to. */
export interface Sink<T> {
  /** Takes an item. False: it takes no more until it says `resume`. Never throws. */
  take(item: T): boolean;
  /** The reading is over, once: with the reason for it, or undefined where it was left. */
  end(reason: unknown): void;
}

/** Where the items come from. */
export interface Source<T> {
  /** Looks at the request before anything is waited for. */
  check(): void;
  /** The next item there is; undefined when there is none at this moment. Throws where there will be none any more. */
  next(): T | undefined;
  /** Wakes somebody whenever there may be more, or the watch has ended, until it is left alone. */
  listen(waker: Waker): void;
  unlisten(waker: Waker): void;
}

const DONE = { done: true, value: undefined } as const;

/**
 * What is read off a watch. It may be iterated or piped, which costs a fraction of that for each item; both take an item only when they
 * have room for it, so what is not taken stays where it is. It registers with the watch at once, and gives nothing before a poll that
 * began after that is over. A class, because there are tens of thousands: closures would take twice the memory.
 */
export class Reading<T> implements Waker, AsyncIterableIterator<T> {
  readonly #source: Source<T>;
  #sink: Sink<T> | undefined;
  #isReady = false;
  #isPaused = false;
  #isRunning = false;
  #isOver = false;
  #reason: unknown;
  /** What takes this reading out of everywhere it is registered. */
  readonly #leave: () => void;
  readonly #outlive: () => void;

  /** @throws to whoever reads: what the source throws, the reason of the lifetime */
  constructor(watcher: Watcher, lifetime: Lifetime, source: Source<T>) {
    this.#source = source;
    // Before it enters: that may begin a poll, which is then the one to wait for.
    const checked = watcher.fresh();
    this.#leave = watcher.enter();
    this.#outlive = lifetime.onEnded((reason) => this.#end(reason));
    void checked.then(() => {
      if (this.#isOver) return;
      this.#isReady = true;
      source.listen(this);
      this.#run();
    });
  }

  /** Gives every item to a sink, from now on, as soon as it is there and the sink takes it. Once, instead of iterating. */
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

  wake(): void {
    this.#run();
  }

  /** Gives on what the sink has not taken yet. */
  resume(): void {
    this.#isPaused = false;
    this.#run();
  }

  #run(): void {
    const sink = this.#sink;
    if (sink === undefined || !this.#isReady || this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (!this.#isPaused && !this.#isOver) {
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
    this.#leave();
    this.#outlive();
    this.#source.unlisten(this);
    this.#sink?.end(reason);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #iterating: Iterating<T> | undefined;

  next(): Promise<IteratorResult<T>> {
    const isFirst = this.#iterating === undefined;
    this.#iterating ??= new Iterating();
    const result = this.#iterating.ask();
    if (isFirst) this.pipe(this.#iterating);
    else this.resume();
    return result;
  }

  /** Leaves the reading; who waits for an item is told that there is none. */
  async return(): Promise<IteratorResult<T>> {
    this.#end(undefined);
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<T>> {
    this.#end(undefined);
    throw error;
  }
}

/** A sink that takes one item for each that is asked for. */
class Iterating<T> implements Sink<T> {
  readonly #asked: PromiseWithResolvers<IteratorResult<T>>[] = [];
  #isOver = false;
  #reason: unknown;

  ask(): Promise<IteratorResult<T>> {
    const asked = Promise.withResolvers<IteratorResult<T>>();
    this.#asked.push(asked);
    if (this.#isOver) this.#finish();
    return asked.promise;
  }

  take(value: T): boolean {
    this.#asked.shift()?.resolve({ done: false, value });
    return this.#asked.length > 0;
  }

  end(reason: unknown): void {
    this.#isOver = true;
    this.#reason = reason;
    this.#finish();
  }

  /** Tells the first who asks the reason, and the others that there is no more, as iterators do. */
  #finish(): void {
    if (this.#reason !== undefined && this.#asked.length > 0) {
      this.#asked.shift()?.reject(this.#reason);
      this.#reason = undefined;
    }
    for (const each of this.#asked.splice(0)) each.resolve(DONE);
  }
}
