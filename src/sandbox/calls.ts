import type { Timing } from './link.ts';
import type { Body, Reply } from './operation.ts';
import type { Time } from './time.ts';

export interface CallsOptions {
  readonly time: Time;
  readonly timing: Timing;
  /** Whether cluster_status runs in a worker thread, one call at a time. */
  readonly isThreaded: () => boolean;
}

/** The calls that came to a node. */
export class Calls {
  /** How often each operation has arrived, faults included. */
  readonly received = new Map<string, number>();
  /** What was sent, one item for each call. */
  readonly bodies: Body[] = [];
  /** Most cluster_status calls that were ever in flight at once. */
  mostStatusCalls = 0;

  readonly #options: CallsOptions;
  #statusCalls = 0;
  #statusCount = 0;
  #resolver: ((reply: Reply) => void) | undefined;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /**
   * Counts a call and keeps what was sent.
   * @returns what ends the call. Until then it counts as running, also when its client has gone
   */
  arrived(body: Body): () => void {
    const operation = String(body.operation);
    this.received.set(operation, (this.received.get(operation) ?? 0) + 1);
    this.bodies.push(body);
    const isStatus = operation === 'cluster_status';
    if (isStatus) this.#statusCalls += 1;
    this.mostStatusCalls = Math.max(this.mostStatusCalls, this.#statusCalls);
    let running = isStatus;
    return () => {
      if (running) this.#statusCalls -= 1;
      running = false;
    };
  }

  /**
   * Runs cluster_status. In a worker thread there is one resolver for the whole process. A call that comes while
   * another is running takes its answer away, and the other is never answered (docs/harper.md, "cluster_status").
   */
  async status(done: () => void, answer: () => Reply): Promise<Reply> {
    const { isThreaded, time, timing } = this.#options;
    if (!isThreaded()) return answer();
    return new Promise<Reply>((resolve) => {
      this.#resolver = resolve;
      time.setTimeout(() => {
        // The worker has finished, also where its answer was taken away.
        done();
        this.#resolver?.(answer());
        this.#resolver = undefined;
      }, timing.worker);
    });
  }

  /** Calls that wait for an answer of the worker get none. */
  abandon(): void {
    this.#resolver = undefined;
  }

  /** How many answers of cluster_status have been given; each comes in another order. */
  nextStatus(): number {
    this.#statusCount += 1;
    return this.#statusCount;
  }
}
