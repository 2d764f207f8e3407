import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Cohort } from '../util/batch.ts';
import { type Deadline, type DeadlineExceeded, UnsentInTime } from '../util/deadline.ts';

/** A whole answer, whatever its status. */
export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Why an answer was broken off: it is larger than what is taken. */
export class AnswerTooLarge extends Error {
  readonly status: number;

  constructor(status: number) {
    super('the answer is too large');
    this.name = 'AnswerTooLarge';
    this.status = status;
  }
}

/** What a request failed with, and whether a part of its answer had come by then. */
export class Broken extends Error {
  readonly begun: boolean;

  constructor(cause: unknown, begun: boolean) {
    super('the exchange broke off', { cause });
    this.name = 'Broken';
    this.begun = begun;
  }
}

/**
 * Sends a request and reads its whole answer. It uses undici's `dispatch` with one small handler: `request` would give a stream, whose
 * machinery costs as much as all else of a call (docs/performance.md).
 * @throws DeadlineExceeded at once when the deadline is over, as UnsentInTime where nothing was sent; AnswerTooLarge; Broken for every fault of the connection
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  maxBytes: number,
  deadline: Deadline,
  cohort: Cohort,
): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    if (deadline.exceeded !== undefined) reject(new UnsentInTime(deadline.exceeded.milliseconds));
    else dispatcher.dispatch(request, new Exchange(resolve, reject, maxBytes, deadline, cohort));
  });
}

const NOTHING = Buffer.alloc(0);

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Exchanged) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #maxBytes: number;
  readonly #deadline: Deadline;
  readonly #cohort: Cohort;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #first: Buffer | undefined;
  #rest: Buffer[] = [];
  #size = 0;

  constructor(
    resolve: (answer: Exchanged) => void,
    reject: (reason: unknown) => void,
    maxBytes: number,
    deadline: Deadline,
    cohort: Cohort,
  ) {
    this.#cohort = cohort;
    cohort.expect();
    this.#resolve = resolve;
    this.#reject = reject;
    this.#maxBytes = maxBytes;
    this.#deadline = deadline;
    deadline.giveUp = (reason) => this.#leave(reason);
  }

  /** A request that still waits for a connection has no controller yet: it is given up when it gets one. */
  #leave(reason: DeadlineExceeded): void {
    this.#reject(this.#controller === undefined ? new UnsentInTime(reason.milliseconds) : reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#deadline.exceeded !== undefined) controller.abort(this.#deadline.exceeded);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) controller.abort(new AnswerTooLarge(this.#status));
    else if (this.#first === undefined) this.#first = chunk;
    else this.#rest.push(chunk);
  }

  onResponseEnd(): void {
    this.#deadline.giveUp = undefined;
    const first = this.#first ?? NOTHING;
    const bytes = this.#rest.length === 0 ? first : Buffer.concat([first, ...this.#rest]);
    this.#cohort.arrive(() => this.#resolve({ status: this.#status, headers: this.#headers, bytes }));
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#deadline.giveUp = undefined;
    this.#cohort.miss();
    this.#reject(error instanceof AnswerTooLarge ? error : new Broken(error, this.#status >= 200));
  }
}
