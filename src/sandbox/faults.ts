/** What a node does instead of, or around, its answer to one operation. */
export type Fault =
  /** Answers this much later, in milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Waits before the operation is carried out, or `after` that. */
  | { readonly kind: 'hold'; readonly wait: () => Promise<void>; readonly after: boolean }
  /** Never answers; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Closes the connection without a word; `after`: only once the operation has been carried out. */
  | { readonly kind: 'reset'; readonly after?: boolean }
  /** Answers 200 with something that is not JSON. */
  | { readonly kind: 'garble' }
  /** Sends half of its answer and then nothing; the connection stays open. */
  | { readonly kind: 'stall' }
  /** Sends half of its answer and closes the connection. */
  | { readonly kind: 'truncate' }
  /** Refuses the operation: answers this and carries nothing out. */
  | { readonly kind: 'refuse'; readonly status: number; readonly body: unknown }
  /** Carries the operation out and answers something else altogether. */
  | { readonly kind: 'answer'; readonly status?: number; readonly body: unknown; readonly contentType?: string }
  /** Changes the answer it would have given. */
  | { readonly kind: 'alter'; readonly change: (body: unknown) => unknown };

/** A held answer. */
export interface Hold {
  /** Settles when the request has arrived or, for `after`, when its answer is ready. */
  readonly arrived: Promise<void>;
  release(): void;
}

/** The faults that a node has been told to show, by operation; `*` stands for any. */
export class Faults {
  readonly #queues = new Map<string, { fault: Fault; times: number }[]>();

  /** Adds a fault for the next `times` calls of an operation; Infinity lasts until `clear`. */
  add(operation: string, fault: Fault, times = 1): void {
    const queue = this.#queues.get(operation) ?? [];
    queue.push({ fault, times });
    this.#queues.set(operation, queue);
  }

  /** Holds the next call of an operation, or its answer (`after`), until it is released. */
  hold(operation: string, when: 'before' | 'after' = 'before'): Hold {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const wait = () => {
      arrived.resolve();
      return release.promise;
    };
    this.add(operation, { kind: 'hold', wait, after: when === 'after' });
    return { arrived: arrived.promise, release: release.resolve };
  }

  /** Forgets all faults that have not been shown. */
  clear(): void {
    this.#queues.clear();
  }

  /** Takes the fault for a call that has arrived, if there is one. */
  take(operation: string): Fault | undefined {
    const queue = [this.#queues.get(operation), this.#queues.get('*')].find((candidate) => candidate?.length);
    const first = queue?.[0];
    if (queue === undefined || first === undefined) return undefined;
    first.times -= 1;
    if (first.times <= 0) queue.shift();
    return first.fault;
  }
}
