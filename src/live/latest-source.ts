import type { Timer } from '../util/clock.ts';
import type { Listener, Listeners } from './listeners.ts';
import type { Source } from './stream.ts';
import type { Watcher } from './watcher.ts';

/** Something of which only the latest counts. */
export interface Latest<T> {
  /** Told when there may be another. */
  listeners(watcher: Watcher): Listeners;
  /**
   * Reads it.
   * @param isFirst whether the reader has had none yet
   * @returns it with what changes whenever it does; undefined as long as there is none
   */
  read(watcher: Watcher, isFirst: boolean): { readonly value: T; readonly version: string | number } | undefined;
}

/**
 * The latest for one reader: at once, and then whenever it is another. A slow reader misses what was in between, and so
 * does one that wants a pause.
 */
export class LatestSource<T> implements Source<T> {
  readonly #watcher: Watcher;
  readonly #latest: Latest<T>;
  readonly #minInterval: number;
  #listener: Listener | undefined;
  #version: string | number | undefined;
  #pauseUntil = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  /** @param minInterval least milliseconds between two */
  constructor(watcher: Watcher, latest: Latest<T>, minInterval: number) {
    this.#watcher = watcher;
    this.#latest = latest;
    this.#minInterval = minInterval;
  }

  check(): void {}

  next(): T | undefined {
    const { clock, ended } = this.#watcher;
    if (ended !== undefined) throw ended;
    const latest = this.#latest.read(this.#watcher, this.#version === undefined);
    if (latest === undefined || latest.version === this.#version) return undefined;
    const now = clock.now();
    if (now < this.#pauseUntil) {
      this.#timer ??= clock.setTimeout(() => this.#resume(), this.#pauseUntil - now);
      return undefined;
    }
    this.#version = latest.version;
    this.#pauseUntil = now + this.#minInterval;
    return latest.value;
  }

  #resume(): void {
    this.#timer = undefined;
    this.#listener?.notify();
  }

  listen(listener: Listener): void {
    this.#listener = listener;
    this.#latest.listeners(this.#watcher).add(listener);
  }

  unlisten(listener: Listener): void {
    this.#watcher.clock.clearTimeout(this.#timer);
    this.#latest.listeners(this.#watcher).delete(listener);
  }
}
