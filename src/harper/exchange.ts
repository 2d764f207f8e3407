import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Batch } from '../util/batch.ts';
import { type Deadline, type DeadlineExceeded, ExceededBeforeSend } from '../util/deadline.ts';

/** A whole answer, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** The answer was larger than the limit, and was not read to its end. */
export class AnswerTooLarge extends Error {
  readonly status: number;

  constructor(status: number) {
    super('the answer is too large');
    this.name = 'AnswerTooLarge';
    this.status = status;
  }
}

/** A request failed; its `cause` says why. */
export class ExchangeFailed extends Error {
  /** Whether a part of the answer had arrived. */
  readonly hasAnswer: boolean;

  constructor(cause: unknown, hasAnswer: boolean) {
    super('the exchange failed', { cause });
    this.name = 'ExchangeFailed';
    this.hasAnswer = hasAnswer;
  }
}

export interface ExchangeOptions {
  /** Bytes of the largest answer taken. */
  readonly maxBytes: number;
  readonly deadline: Deadline;
  /** Processes answers that arrive together. */
  readonly batch: Batch;
}

/**
 * Sends a request and reads its whole answer. It uses undici's `dispatch` with one small handler: `request` would
 * give a stream, whose machinery costs as much as all else of a call (docs/performance.md).
 * @throws DeadlineExceeded as soon as the deadline is exceeded, as ExceededBeforeSend where nothing was sent
 * @throws AnswerTooLarge
 * @throws ExchangeFailed for every other fault
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<RawAnswer> {
  const { exceeded } = options.deadline;
  if (exceeded !== undefined) return Promise.reject(new ExceededBeforeSend(exceeded.timeoutMs));
  return new Promise((resolve, reject) => dispatcher.dispatch(request, new Exchange(resolve, reject, options)));
}

const NO_BYTES = Buffer.alloc(0);

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: RawAnswer) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #options: ExchangeOptions;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #first: Buffer | undefined;
  #rest: Buffer[] = [];
  #size = 0;

  constructor(resolve: (answer: RawAnswer) => void, reject: (reason: unknown) => void, options: ExchangeOptions) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
    options.batch.begin();
    options.deadline.onTimeout = (reason) => this.#timeOut(reason);
  }

  /** A request that still waits for a connection has no controller yet: it is aborted when it gets one. */
  #timeOut(reason: DeadlineExceeded): void {
    this.#reject(this.#controller === undefined ? new ExceededBeforeSend(reason.timeoutMs) : reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    const { exceeded } = this.#options.deadline;
    if (exceeded !== undefined) controller.abort(exceeded);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#options.maxBytes) controller.abort(new AnswerTooLarge(this.#status));
    else if (this.#first === undefined) this.#first = chunk;
    else this.#rest.push(chunk);
  }

  onResponseEnd(): void {
    this.#options.deadline.onTimeout = undefined;
    const first = this.#first ?? NO_BYTES;
    const bytes = this.#rest.length === 0 ? first : Buffer.concat([first, ...this.#rest]);
    this.#options.batch.enqueue(() => this.#resolve({ status: this.#status, headers: this.#headers, bytes }));
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#options.deadline.onTimeout = undefined;
    this.#options.batch.cancel();
    this.#reject(error instanceof AnswerTooLarge ? error : new ExchangeFailed(error, this.#status >= 200));
  }
}
