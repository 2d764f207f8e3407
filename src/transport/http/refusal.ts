import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, type ErrorOptions, GatewayError, httpStatusOf } from '../../errors.ts';
import type { Lingering } from './lingering.ts';

/** What a refusal may carry besides its status and message. */
export interface RefusalOptions extends ErrorOptions {
  /** BAD_REQUEST when left out. */
  readonly code?: ErrorCode;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why an HTTP request is not taken, whatever is in it. */
export class HttpRefusal extends GatewayError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    { code = 'BAD_REQUEST', headers = {}, ...options }: RefusalOptions = {},
  ) {
    super(code, message, options);
    this.name = 'HttpRefusal';
    this.status = status;
    this.headers = headers;
  }
}

/** The HTTP status of a failure that is answered before GraphQL is reached. */
export function statusOf(error: GatewayError): number {
  if (error instanceof HttpRefusal) return error.status;
  const status = httpStatusOf(error.code, error.details);
  return status === 200 ? 400 : status;
}

/** A limit that a connection has met, as the answer to its request: a client may come back later. */
export function tooMany({ code, message, details }: GatewayError): HttpRefusal {
  const { retryAfter = 1 } = details;
  const status = httpStatusOf(code, details) === 503 ? 503 : 429;
  return new HttpRefusal(status, message, { ...details, code, headers: { 'retry-after': String(retryAfter) } });
}

/** The body of such an answer. */
export function errorBody({ code, message, retryable, details }: GatewayError, requestId: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code, retryable, ...details, requestId } }] });
}

/** Answers a socket that has no response object, and closes it: it may neither fail loudly nor stay half open. */
export function refuseSocket(socket: Duplex, error: GatewayError, linger: Lingering): void {
  const requestId = randomUUID();
  const status = statusOf(error);
  const body = errorBody(error, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    ...Object.entries(error instanceof HttpRefusal ? error.headers : {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  linger(socket, () => socket.destroy());
}
