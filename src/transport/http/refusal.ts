import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERROR_CATALOGUE, type ErrorCode, GatewayError } from '../../errors.ts';
import { errorBody } from '../../graphql/masking.ts';

/** Refuses a request: status, code, message and what else goes into `extensions`. */
export type Refuse = (status: number, code: ErrorCode, message: string, details?: Record<string, unknown>) => void;

/** Makes the way to refuse one request. */
export function refusalOf(res: ServerResponse, requestId: string): Refuse {
  return (status, code, message, details = {}) => {
    res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    res.end(errorBody(code, message, requestId, details));
  };
}

/** Refuses a request with an error of the catalogue, under the status it has when an operation fails whole. */
export function refuseWith(refuse: Refuse, { code, message, extensions }: GatewayError): void {
  const { code: _, ...details } = extensions;
  const { httpStatus } = ERROR_CATALOGUE[code];
  refuse(httpStatus === 200 ? 400 : httpStatus, code, message, details);
}

/** Answers a socket that has no response object, and is done with it: it may neither fail loudly nor stay half open. */
export function refuseSocket(socket: Duplex, refusal: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(refusal, () => socket.destroy());
}

/** A whole answer for a socket that has no response object. */
export function rawRefusal(status: number, message: string | GatewayError): string {
  const requestId = randomUUID();
  const body =
    message instanceof GatewayError
      ? errorBody(message.code, message.message, requestId, { limit: message.extensions.limit })
      : errorBody('BAD_REQUEST', message, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The caller's own request id where it is a harmless one, or a new one. */
export function requestIdOf(req: IncomingMessage): string {
  const given = req.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

/** A new request id in one piece: Node puts one together of sixteen, all of which a subscriber would keep. */
export function newRequestId(): string {
  return Buffer.from(randomUUID(), 'latin1').toString('latin1');
}
