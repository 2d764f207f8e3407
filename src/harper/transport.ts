import { type Dispatcher, Pool } from 'undici';
import type { HarperBackend } from '../config/config.ts';
import { type Asked, connectionFailure, invalidResponse, refusal } from './failure.ts';

/** Harper closes an idle connection after 30 s (harper.md, "Transport"); ours is given up well before. */
const KEEP_ALIVE = 20_000;
const KEEP_ALIVE_MAX = 25_000;

/** An answer of Harper whose status says success; its body is not yet checked. */
export interface Answer {
  readonly body: unknown;
  /** The node's own clock when it answered; null without a Date header. */
  readonly date: Date | null;
}

/** Sends operations to one backend over its own connection pool. */
export interface Transport {
  /**
   * Posts one body and returns the answer of a successful operation.
   * @throws GatewayError for every connection fault and every status of 400 or more; the abort reason when `signal` fires
   */
  post(body: object, authorization: string | undefined, asked: Asked, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly backend: HarperBackend;
  /** Milliseconds for opening a connection, TLS included. */
  readonly connectTimeout: number;
  /** Bytes of the largest answer taken. */
  readonly maxResponseBytes: number;
}

/** Creates the transport; no connection is opened before the first call. */
export function createTransport({ backend, connectTimeout, maxResponseBytes }: TransportOptions): Transport {
  const pool: Dispatcher = new Pool(backend.origin, {
    connections: 128,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX,
    // The deadline of a call is its signal's; two clocks for one thing would disagree.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: connectTimeout,
      ...(backend.socketPath !== undefined && { socketPath: backend.socketPath }),
      rejectUnauthorized: backend.tls.verify,
      ...(backend.tls.ca !== undefined && { ca: backend.tls.ca }),
      ...(backend.tls.cert !== undefined && { cert: backend.tls.cert }),
      ...(backend.tls.key !== undefined && { key: backend.tls.key }),
    },
  });

  return {
    async post(body, authorization, asked, signal) {
      const payload = JSON.stringify(body);
      const attempt = () => request(pool, payload, authorization, asked, signal, maxResponseBytes);
      try {
        return await attempt();
      } catch (error) {
        // Only a read may be sent twice, and only when the connection had been kept alive and was closed under it.
        if (error instanceof StaleSocket && asked.kind === 'read' && !signal.aborted)
          return await secondAttempt(attempt, asked);
        if (error instanceof StaleSocket) throw connectionFailure(error.cause, asked);
        throw error;
      }
    },
    close: () => pool.destroy(),
  };
}

async function secondAttempt(attempt: () => Promise<Answer>, asked: Asked): Promise<Answer> {
  try {
    return await attempt();
  } catch (error) {
    throw error instanceof StaleSocket ? connectionFailure(error.cause, asked) : error;
  }
}

/** The connection was gone before a byte of the answer came. */
class StaleSocket extends Error {}

async function request(
  pool: Dispatcher,
  payload: string,
  authorization: string | undefined,
  asked: Asked,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Answer> {
  let response: Dispatcher.ResponseData;
  try {
    response = await pool.request({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(authorization !== undefined && { authorization }),
      },
      body: payload,
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (isDropped(error)) throw new StaleSocket('dropped', { cause: error });
    throw connectionFailure(error, asked);
  }
  const text = await readText(response, asked, signal, maxBytes);
  const { statusCode } = response;
  if (statusCode >= 400) throw refusal(statusCode, parse(text), asked);
  if (statusCode !== 200)
    throw invalidResponse(`is HTTP ${statusCode}, which Harper never sends`, asked, { status: statusCode });
  const body = parse(text);
  if (body === undefined) throw invalidResponse('is not JSON', asked, { status: statusCode });
  const { date } = response.headers;
  return { body, date: typeof date === 'string' ? dateOrNull(date) : null };
}

function isDropped(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(error.code))
  );
}

async function readText(
  response: Dispatcher.ResponseData,
  asked: Asked,
  signal: AbortSignal,
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw connectionFailure(error, asked);
  }
  if (size > maxBytes)
    throw invalidResponse(`is larger than ${maxBytes} bytes`, asked, { status: response.statusCode });
  return Buffer.concat(chunks, size).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function dateOrNull(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}
