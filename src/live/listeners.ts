/** Told that there may be something new. */
export interface Listener {
  notify(): void;
}

/** Those who are told together. A class of its own, so that one that throws keeps no other from being told. */
export class Listeners implements Listener {
  readonly #listeners = new Set<Listener>();
  readonly #onFault: (error: unknown) => void;

  /** @param onFault told of what a listener has thrown, which it should not */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
  }

  delete(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** Tells all there are at this moment: some leave, and others come, while they are told. */
  notify(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener.notify();
      } catch (error) {
        this.#onFault(error);
      }
    }
  }
}
