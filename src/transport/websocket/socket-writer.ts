import type { ShowErrors } from '../../graphql/fan-out.ts';
import type { LiveOperation } from '../../graphql/live-operation.ts';
import { GatewayStopping } from '../../live/hub.ts';
import { endReason } from '../end-reason.ts';
import { LiveWriter } from '../live-writer.ts';
import type { SocketClient } from './socket-client.ts';

/** What all writers of a gateway have in common. */
export interface SocketWriterOptions {
  /** An event was written. */
  sent(): void;
  /** A stream has ended. @param reason as the metrics name it */
  ended(reason: string): void;
  showErrors(errors: Parameters<ShowErrors>[0], requestId: string): ReturnType<ShowErrors>;
}

/** Where a writer writes to. */
export interface SocketTarget {
  readonly client: SocketClient;
  /** Of the operation, as its client has named it. */
  readonly id: string;
  readonly requestId: string;
}

const DONE = { done: true, value: undefined } as const;

/**
 * Writes the events of a live operation to its socket. As an iterator it yields nothing: graphql-ws learns from it when
 * the operation ends, and how.
 */
export class SocketWriter extends LiveWriter implements AsyncIterableIterator<never> {
  readonly #client: SocketClient;
  readonly #requestId: string;
  readonly #head: string;
  readonly #options: SocketWriterOptions;
  /** Ends what graphql-ws waits for. Rejecting by it as well saves a function for each stream. */
  #settle: ((result: IteratorResult<never> | Promise<never>) => void) | undefined;

  constructor(live: LiveOperation, { client, id, requestId }: SocketTarget, options: SocketWriterOptions) {
    super(live);
    this.#client = client;
    this.#requestId = requestId;
    this.#head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    this.#options = options;
  }

  protected get showErrors(): ShowErrors {
    return (errors) => this.#options.showErrors(errors, this.#requestId);
  }

  protected write(payload: string): boolean {
    this.#options.sent();
    return this.#client.write(`${this.#head}${payload}}`, this);
  }

  protected ended(error: unknown): void {
    this.#options.ended(endReason(error));
    // A gateway that stops closes its sockets, from which clients learn to come back.
    const isTold = error !== undefined && !(error instanceof GatewayStopping);
    this.#settle?.(isTold ? Promise.reject(error) : DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<never>> {
    if (this.isOver) return Promise.resolve(DONE);
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.live.events.pipe(this);
    });
  }

  async return(): Promise<IteratorResult<never>> {
    this.stop();
    // Where graphql-ws has not begun to read, nothing is piped yet that would say so.
    this.end(undefined);
    return DONE;
  }

  async throw(error: unknown): Promise<IteratorResult<never>> {
    await this.return();
    throw error;
  }
}

/** A stream that fails at once: graphql-ws then sends `error`, where a result would be taken for an orderly end. */
export function failing(error: Error): AsyncIterableIterator<never> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => Promise.reject(error),
    return: () => Promise.resolve(DONE),
  };
}
