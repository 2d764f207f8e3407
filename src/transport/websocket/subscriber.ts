import type { GraphQLError } from 'graphql';
import type { PreparedSubscription } from '../../graphql/prepared-subscription.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Seat } from '../../util/semaphore.ts';
import { endReason } from '../sse/sse.ts';
import type { SocketClient } from './socket-client.ts';
import { type Drainable, failing, type Outlet, SocketStream } from './socket-stream.ts';

/** What all subscribers have in common. */
export interface SubscriberOptions {
  readonly sent: { inc(): void };
  readonly streamsEnded: Metrics['streamsEnded'];
  /** Makes errors fit to be seen. */
  readonly shape: (errors: readonly GraphQLError[], requestId: string) => readonly object[];
}

/** One subscription on a WebSocket: where its events go, and what it gives back when it is over. A class, as SocketClient is one. */
export class Subscriber implements Outlet {
  readonly #client: SocketClient;
  readonly #seat: Seat;
  readonly #prepared: PreparedSubscription;
  readonly #requestId: string;
  readonly #options: SubscriberOptions;
  #stream: SocketStream | undefined;

  constructor(
    client: SocketClient,
    seat: Seat,
    prepared: PreparedSubscription,
    requestId: string,
    options: SubscriberOptions,
  ) {
    this.#client = client;
    this.#seat = seat;
    this.#prepared = prepared;
    this.#requestId = requestId;
    this.#options = options;
  }

  /** Opens its source; what it returns ends with the subscription. */
  async open(id: string): Promise<AsyncIterableIterator<never>> {
    let source: Awaited<ReturnType<PreparedSubscription['open']>>;
    try {
      source = await this.#prepared.open();
    } catch (error) {
      this.#release();
      throw error;
    }
    if (!(Symbol.asyncIterator in source)) {
      this.#release();
      return failing(source.errors?.[0]);
    }
    this.#stream = new SocketStream(id, source, this);
    this.#client.carry(this.#stream);
    return this.#stream;
  }

  write(frame: string, stream: Drainable): boolean {
    if (!this.#client.isOpen) return false;
    this.#options.sent.inc();
    return this.#client.write(frame, stream);
  }

  payload(event: object): string | Promise<string> {
    return this.#prepared.payload(event, (errors) => this.#options.shape(errors, this.#requestId));
  }

  ended(error: unknown): void {
    this.#release();
    if (this.#stream !== undefined) this.#client.drop(this.#stream);
    this.#options.streamsEnded.inc({ reason: error === undefined ? 'client' : endReason(error) });
  }

  #release(): void {
    this.#seat.leave();
    this.#client.over();
  }
}
