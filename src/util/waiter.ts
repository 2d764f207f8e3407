/** Somebody who waits. Exactly one of the two is called, and none after `cancel`. Neither may throw. */
export interface Waiter<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** What somebody waits for, and has not got yet. */
export interface Pending {
  /** Takes the waiter out, who is told nothing from then on. Calling it again, or after the end, does nothing. */
  cancel(): void;
}

/**
 * Waits with a promise.
 * @param begin begins what is waited for, and may end it at once
 * @throws the abort reason where the signal fires
 */
export function waitFor<T>(begin: (waiter: Waiter<T>) => Pending, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      pending.cancel();
      reject(signal?.reason);
    };
    const pending = begin({
      resolve(value) {
        signal?.removeEventListener('abort', onAbort);
        resolve(value);
      },
      reject(reason) {
        signal?.removeEventListener('abort', onAbort);
        reject(reason);
      },
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
