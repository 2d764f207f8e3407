import type { GraphQLError } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Reading, Sink } from '../live/reading.ts';

/** What a stream needs of its socket and its operation. */
export interface Outlet {
  /**
   * Writes a frame.
   * @param drained called when the frame has been handed to the kernel
   * @returns false where it waits for that; nothing more should be written before
   */
  write(frame: string, drained: () => void): boolean;
  /** What an event is to the subscriber, as JSON. */
  payload(event: object): string | Promise<string>;
  /** Told when the stream is over, and with what. */
  ended(error: unknown): void;
}

/**
 * Writes the events of a reading to a socket as they come, as long as the kernel takes them: what the client does not take stays in the
 * feed. As an iterator it yields nothing; graphql-ws reads off it when the subscription ends, and how.
 */
export class SocketStream implements Sink<object>, AsyncIterableIterator<never> {
  readonly #head: string;
  readonly #events: Reading<object>;
  readonly #outlet: Outlet;
  readonly #over = Promise.withResolvers<IteratorResult<never>>();
  /** Frames that the kernel has not taken yet; only when it has taken all of them may more come. */
  #pending = 0;
  readonly #drained = (): void => {
    this.#pending -= 1;
    if (this.#pending === 0 && !this.#isMaking) this.#events.resume();
  };
  /** Whether a payload is being made, which nothing may overtake. */
  #isMaking = false;
  #isPiped = false;
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
    if (error === undefined) this.#over.resolve(DONE);
    else this.#over.reject(error);
  }

  #write(body: string): boolean {
    this.#pending += 1;
    return this.#outlet.write(`${this.#head}${body}}`, this.#drained);
  }

  #fail(error: unknown): void {
    this.#failure = error;
    void this.#events.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<never>> {
    this.#isPiped = true;
    this.#events.pipe(this);
    return this.#over.promise;
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
    if (!this.#isPiped) this.end(undefined);
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
