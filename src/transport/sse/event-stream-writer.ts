import type { ServerResponse } from 'node:http';
import type { ShowErrors } from '../../graphql/fan-out.ts';
import type { LiveOperation } from '../../graphql/live-operation.ts';
import { GatewayStopping } from '../../live/hub.ts';
import { endReason } from '../end-reason.ts';
import { LiveWriter } from '../live-writer.ts';

/** What an event stream tells of itself. */
export interface EventStreamListener {
  /** An event was written. */
  sent(): void;
  /** To be called when bytes wait for the client, or no longer do. False: they are too many. */
  holds(): boolean;
  readonly showErrors: ShowErrors;
  /**
   * It is over.
   * @param reason as the metrics name it
   * @param error what is to be told; undefined where the client has gone, or shall come back
   */
  ended(reason: string, error: unknown): void;
}

/** Writes the events of a live operation as server-sent events. */
export class EventStreamWriter extends LiveWriter {
  readonly #res: ServerResponse;
  readonly #listener: EventStreamListener;

  constructor(live: LiveOperation, res: ServerResponse, listener: EventStreamListener) {
    super(live);
    this.#res = res;
    this.#listener = listener;
    res.on('drain', () => {
      listener.holds();
      this.drained();
    });
  }

  protected get showErrors(): ShowErrors {
    return this.#listener.showErrors;
  }

  protected write(payload: string, event: object): boolean {
    const id = 'cursor' in event && typeof event.cursor === 'string' ? `id: ${event.cursor}\n` : '';
    this.#listener.sent();
    if (this.#res.write(`event: next\n${id}data: ${payload}\n\n`)) return true;
    if (!this.#listener.holds()) this.#res.destroy();
    return false;
  }

  protected ended(error: unknown): void {
    // Without `complete` the client comes back, here or to the next gateway.
    const isTold = error !== undefined && !(error instanceof GatewayStopping) && !this.#res.destroyed;
    this.#listener.ended(endReason(error), isTold ? error : undefined);
  }
}
