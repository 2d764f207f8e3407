import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError } from 'graphql';
import type { Permit } from '../../util/semaphore.ts';

/** What a race gives where the client was done with the operation before. */
export const CANCELLED = Symbol('cancelled');

/** One operation of a WebSocket, from its subscribe message until graphql-ws has forgotten it. */
export class SocketOperation {
  readonly requestId = newRequestId();
  #payload: unknown;
  /** Settles when graphql-ws has forgotten it. */
  forgotten: Promise<void> = Promise.resolve();
  /** The errors that it was refused with, as the client sees them. */
  refusal: readonly GraphQLFormattedError[] | undefined;
  #permit: Permit | undefined;
  #isCancelled = false;
  #onCancel: (() => void) | undefined;

  /** @param payload of its subscribe message */
  constructor(payload: unknown) {
    this.#payload = payload;
  }

  /** What is asked for, once: what is made of it is kept in its place. */
  takePayload(): unknown {
    const payload = this.#payload;
    this.#payload = undefined;
    return payload;
  }

  /** Whether its client has completed it, or has gone. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Holds a permit for as long as the operation lasts. */
  hold(permit: Permit): void {
    this.#permit = permit;
  }

  /** To be called when graphql-ws has forgotten it. */
  end(): void {
    this.cancel();
    this.#permit?.release();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#onCancel?.();
    this.#onCancel = undefined;
  }

  /** The result of some work; CANCELLED as soon as the client is done with the operation. The work itself goes on. */
  race<T>(work: Promise<T>): Promise<T | typeof CANCELLED> {
    return new Promise((resolve, reject) => {
      this.#onCancel = () => resolve(CANCELLED);
      if (this.#isCancelled) resolve(CANCELLED);
      work.then(resolve, reject);
    });
  }
}

/** A new request id in one piece: Node puts one together of sixteen, all of which a subscriber would keep. */
function newRequestId(): string {
  return Buffer.from(randomUUID(), 'latin1').toString('latin1');
}
