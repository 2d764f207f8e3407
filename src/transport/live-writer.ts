import type { ShowErrors } from '../graphql/fan-out.ts';
import type { LiveOperation } from '../graphql/live-operation.ts';
import type { Sink } from '../live/stream.ts';

/**
 * Writes the events of a live operation to its client as they come, as long as the client takes them. What it does not
 * take stays in the change log. A class, because there are tens of thousands.
 */
export abstract class LiveWriter implements Sink<object> {
  protected readonly live: LiveOperation;
  /** Whether a payload is being made, which nothing may overtake. */
  #isMaking = false;
  #isOver = false;
  #failure: unknown;

  constructor(live: LiveOperation) {
    this.live = live;
  }

  protected get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Writes a payload. False: the client takes no more until `drained` is called.
   * @param event what the payload was made of
   */
  protected abstract write(payload: string, event: object): boolean;
  protected abstract readonly showErrors: ShowErrors;
  /** Called once, when the stream is over: with what has ended it, or undefined where it was stopped. */
  protected abstract ended(error: unknown): void;

  take(event: object): boolean {
    let payload: string | Promise<string>;
    try {
      payload = this.live.payload(event, this.showErrors);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    if (typeof payload === 'string') return this.write(payload, event);
    this.#isMaking = true;
    payload.then(
      (text) => {
        this.#isMaking = false;
        if (!this.#isOver && this.write(text, event)) this.live.events.resume();
      },
      (error: unknown) => this.#fail(error),
    );
    return false;
  }

  end(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.ended(this.#failure ?? reason);
  }

  /** To be called when the client has taken what was written. */
  drained(): void {
    if (!this.#isMaking) this.live.events.resume();
  }

  /** Stops the stream: its client has gone, or is done with it. */
  stop(): void {
    this.live.events.stop();
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.stop();
  }
}
