import type { GraphQLError } from 'graphql';
import { GatewayError } from '../../errors.ts';
import type { Reading, Sink } from '../../live/stream.ts';

/** What a stream needs of its socket and its operation. */
export interface Outlet {
  /**
   * Writes a frame.
   * @param stream told, where this returns false, when all that was written has been handed to the kernel; nothing more should be written before
   */
  write(frame: string, stream: Drainable): boolean;
  /** What an event is to the subscriber, as JSON. */
  payload(event: object): string | Promise<string>;
  /** Told when the stream is over, and with what. */
  ended(error: unknown): void;
}

/** Whoever waits for a socket to take what was written. */
export interface Drainable {
  drained(): void;
}

/**
 * Writes the events of a reading to a socket as they come, as long as the kernel takes them: what the client does not take stays in the
 * feed. As an iterator it yields nothing; graphql-ws reads off it when the subscription ends, and how.
 */
export class SocketStream implements Sink<object>, Drainable, AsyncIterableIterator<never> {
  readonly #head: string;
  readonly #events: Reading<object>;
  readonly #outlet: Outlet;
  /** Tells whoever reads that it is over. Rejecting by it as well saves a function for each stream. */
  #settle: ((result: IteratorResult<never> | Promise<never>) => void) | undefined;
  /** Whether a payload is being made, which nothing may overtake. */
  #isMaking = false;
  #isOver = false;
  #failure: unknown;

  /** @param id of the subscription, as its client has named it */
  constructor(id: string, events: Reading<object>, outlet: Outlet) {
    this.#head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    this.#events = events;
    this.#outlet = outlet;
  }

  take(event: object): boolean {
    let body: string | Promise<string>;
    try {
      body = this.#outlet.payload(event);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    if (typeof body === 'string') return this.#write(body);
    this.#isMaking = true;
    body.then(
      (text) => {
        this.#isMaking = false;
        if (!this.#isOver && this.#write(text)) this.#events.resume();
      },
      (error: unknown) => this.#fail(error),
    );
    return false;
  }

  end(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const error = this.#failure ?? reason;
    this.#outlet.ended(error);
    this.#settle?.(error === undefined ? DONE : Promise.reject(error));
  }

  drained(): void {
    if (!this.#isMaking) this.#events.resume();
  }

  #write(body: string): boolean {
    return this.#outlet.write(`${this.#head}${body}}`, this);
  }

  #fail(error: unknown): void {
    this.#failure = error;
    void this.#events.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<never>> {
    // It was left before it was read.
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#events.pipe(this);
    });
  }

  async return(): Promise<IteratorResult<never>> {
    await this.#leave();
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<never>> {
    await this.#leave();
    throw error;
  }

  /** A client that is done before graphql-ws has begun to read is nobody's to tell of but ours. */
  async #leave(): Promise<void> {
    await this.#events.return();
    if (this.#settle === undefined) this.end(undefined);
  }
}

const DONE = { done: true, value: undefined } as const;

/**
 * A stream that fails at once. For a subscription that fails before its first event graphql-ws would send `next` and
 * `complete`, which clients take for a stream that has come to its end; so it sends `error`.
 */
export function failing(error: GraphQLError | undefined): AsyncIterableIterator<never> {
  const failure = error ?? new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => Promise.reject(failure),
    return: () => Promise.resolve(DONE),
  };
}
