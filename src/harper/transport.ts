import { Pool } from 'undici';
import type { HarperBackend } from '../config/backend.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { createBatch } from '../util/batch.ts';
import { type Deadline, ExceededBeforeSend } from '../util/deadline.ts';
import { parseJson } from '../util/json.ts';
import { type Connections, startConnections } from './connections.ts';
import { AnswerTooLarge, ExchangeFailed, exchange, type RawAnswer } from './exchange.ts';
import { type CallInfo, connectionFailure, invalidResponse, isConnectionFault, refusal } from './failure.ts';
import { toDate } from './times.ts';

/** Harper closes an idle connection after 30 s (docs/harper.md, Transport); the gateway closes its own well before. */
const KEEP_ALIVE_MS = 20_000;
const KEEP_ALIVE_MAX_MS = 25_000;

/** An answer of Harper with status 200; its body is not parsed yet. */
export interface Answer {
  readonly bytes: Buffer;
  /** The node's own clock when it answered; null without a Date header. */
  readonly nodeTime: Date | null;
}

/** What one call needs besides its body. */
export interface PostOptions {
  /** The Authorization header; undefined sends none. */
  readonly authorization: string | undefined;
  readonly call: CallInfo;
  readonly deadline: Deadline;
}

/** Sends operations to one backend over its own connection pool. */
export interface Transport {
  /**
   * Posts one body and returns the answer of a successful operation.
   * @throws GatewayError for every fault of the connection and every status but 200
   * @throws DeadlineExceeded
   */
  post(body: object, options: PostOptions): Promise<Answer>;
  /**
   * Asks whether Harper is there at all, by its GET /health, which needs no login.
   * @throws GatewayError UPSTREAM_UNAVAILABLE where it is not; the abort reason when `signal` fires
   */
  ping(signal: AbortSignal): Promise<void>;
  /**
   * Counts how often a connection was opened while no other was: another version of Harper may answer since then.
   */
  readonly epoch: number;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly backend: HarperBackend;
  /** Milliseconds for opening a connection, TLS included. */
  readonly connectTimeout: number;
  /** Milliseconds after which a connection is replaced, so that a name that has moved is followed. */
  readonly connectionLifetime: number;
  /** Bytes of the largest answer taken. */
  readonly maxResponseBytes: number;
  /** Headers that let a trace go on at Harper; none when left out. */
  readonly traceHeaders?: () => Record<string, string>;
  readonly logger: Logger;
}

/**
 * Starts the transport: it reads the TLS files and watches them. No connection is opened before the first call.
 * @throws an error where a TLS file cannot be read
 */
export function startTransport(options: TransportOptions): Transport {
  const { backend, connectTimeout, connectionLifetime, maxResponseBytes, traceHeaders, logger } = options;
  const connections = startConnections({ backend, timeout: connectTimeout, logger });
  const batch = createBatch();
  const pool = new Pool(backend.origin, {
    connections: 128,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    clientTtl: connectionLifetime,
    // A call brings its own deadline; two timers for one thing would disagree.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: connections.connect,
  });

  function send(body: string, { authorization, deadline }: PostOptions): Promise<RawAnswer> {
    const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
    if (authorization !== undefined) headers.authorization = authorization;
    Object.assign(headers, traceHeaders?.());
    const request = { method: 'POST', path: '/', headers, body } as const;
    return exchange(pool, request, { maxBytes: maxResponseBytes, deadline, batch });
  }

  /** A read is sent once more where a kept connection was closed under it; a write never is. */
  async function sendAgain(error: unknown, body: string, options: PostOptions): Promise<RawAnswer> {
    const mayBeSent = options.call.kind === 'read' && options.deadline.exceeded === undefined;
    if (!mayBeSent || !isStale(error, connections)) throw failureOf(error, options);
    return send(body, options).catch((again: unknown) => {
      throw failureOf(again, options);
    });
  }

  /** The failure of a call, from whatever sending it has thrown. A programming error stays what it is. */
  function failureOf(error: unknown, { call, deadline }: PostOptions): unknown {
    const { exceeded } = deadline;
    if (exceeded !== undefined) return error instanceof ExceededBeforeSend ? error : exceeded;
    if (error instanceof AnswerTooLarge)
      return invalidResponse(`is larger than ${maxResponseBytes} bytes`, call, { status: error.status });
    const cause = error instanceof ExchangeFailed ? error.cause : error;
    if (!isConnectionFault(cause)) return cause;
    return connectionFailure(cause, call, !connections.neverOpened(cause));
  }

  return {
    get epoch() {
      return connections.epoch;
    },
    async post(body, postOptions) {
      const text = JSON.stringify(body);
      let answer: RawAnswer;
      try {
        answer = await send(text, postOptions);
      } catch (error) {
        answer = await sendAgain(error, text, postOptions);
      }
      const { status, headers, bytes } = answer;
      if (status !== 200) throw refusal(status, parseJson(bytes.toString('utf8')), postOptions.call);
      return { bytes, nodeTime: toDate(headers.date) };
    },
    async ping(signal) {
      const call: CallInfo = { operation: 'health', kind: 'read', secrets: [] };
      try {
        const { statusCode, body } = await pool.request({ method: 'GET', path: '/health', signal });
        await body.dump();
        if (statusCode >= 500) throw refusal(statusCode, undefined, call);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof GatewayError || !isConnectionFault(error)) throw error;
        throw connectionFailure(error, call, false);
      }
    },
    async close() {
      connections.stop();
      await pool.destroy();
    },
  };
}

/** Whether a connection that had served requests before was closed before anything of this answer came. */
function isStale(error: unknown, connections: Connections): boolean {
  if (!(error instanceof ExchangeFailed) || error.hasAnswer || !(error.cause instanceof Error)) return false;
  // undici makes an error of its own of an orderly close, with what the socket has read so far.
  const { code, socket } = error.cause as { code?: string; socket?: { bytesRead?: number } };
  return connections.wasUsed(error.cause) || (code === 'UND_ERR_SOCKET' && (socket?.bytesRead ?? 0) > 0);
}
