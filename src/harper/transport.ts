import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { HarperBackend } from '../config/backend.ts';
import { GatewayError } from '../errors.ts';
import { watchFiles } from '../files.ts';
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
   * Posts one body, without Authorization where that is undefined, and returns the answer of a successful operation.
   * @throws GatewayError for every connection fault and every status of 400 or more; the abort reason when `signal` fires
   */
  post(body: object, authorization: string | undefined, asked: Asked, signal: AbortSignal): Promise<Answer>;
  /**
   * Asks whether Harper is there at all, by its GET /health, which needs no login.
   * @throws GatewayError UPSTREAM_UNAVAILABLE where it is not; the abort reason when `signal` fires
   */
  ping(signal: AbortSignal): Promise<void>;
  /** Counts how often a connection was opened while no other was: what is on the other side may be another server since. */
  readonly epoch: number;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly backend: HarperBackend;
  /** Milliseconds for opening a connection, TLS included. */
  readonly connectTimeout: number;
  /** Bytes of the largest answer taken. */
  readonly maxResponseBytes: number;
  /** Headers that let a trace go on at Harper; none when left out. */
  readonly traceHeaders?: () => Record<string, string>;
}

/** Creates the transport; no connection is opened before the first call. */
export function createTransport(options: TransportOptions): Transport {
  /** Faults of a connection that was never made: Harper has certainly not seen the request. */
  const unmade = new WeakSet<object>();
  /** Faults of a connection that had served requests before: most likely it was closed while it lay idle. */
  const stale = new WeakSet<object>();
  let open = 0;
  let epoch = 0;
  const { connectTimeout, backend } = options;
  let connector = createConnector(backend, connectTimeout);
  // New connections show the new certificate; those that are open go on.
  const { caFile, client } = backend.tls;
  const files = [caFile, client?.certFile, client?.keyFile].filter((path) => path !== undefined);
  const unwatch = watchFiles(files, () => {
    try {
      connector = createConnector(backend, connectTimeout);
    } catch {
      // A file that is half written is read again when it changes again.
    }
  });
  const connect: Connector = (...args) => connector(...args);
  const pool = createPool(backend.origin, connect, unmade, stale, (socket) => {
    if (open === 0) epoch += 1;
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
  });

  const send = async (payload: string, authorization: string | undefined, signal: AbortSignal) =>
    pool.request({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(authorization !== undefined && { authorization }),
        ...options.traceHeaders?.(),
      },
      body: payload,
      signal,
    });

  return {
    get epoch() {
      return epoch;
    },
    async post(body, authorization, asked, signal) {
      const payload = JSON.stringify(body);
      let response: Dispatcher.ResponseData;
      try {
        response = await send(payload, authorization, signal).catch((error: unknown) => {
          // Only a read may be sent twice, and only when a kept connection was closed under it.
          if (asked.kind === 'read' && !signal.aborted && isStale(error, stale))
            return send(payload, authorization, signal);
          throw error;
        });
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw connectionFailure(error, asked, !unmade.has(error as object));
      }
      return readAnswer(response, asked, signal, options.maxResponseBytes);
    },
    async ping(signal) {
      const asked: Asked = { operation: 'health', kind: 'read', secrets: [] };
      try {
        const { statusCode, body } = await pool.request({ method: 'GET', path: '/health', signal });
        await body.dump();
        if (statusCode >= 500) throw refusal(statusCode, undefined, asked);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw error instanceof GatewayError ? error : connectionFailure(error, asked, false);
      }
    },
    async close() {
      unwatch();
      await pool.destroy();
    },
  };
}

type Connector = ReturnType<typeof buildConnector>;

function createConnector({ socketPath, tls }: HarperBackend, timeout: number): Connector {
  const connect = buildConnector({
    timeout,
    ...(socketPath !== undefined && { socketPath }),
    // A pinned certificate needs nobody to vouch for it; it is compared below, with every connection.
    rejectUnauthorized: tls.verify && tls.fingerprint === undefined,
    ...(tls.fingerprint !== undefined && { maxCachedSessions: 0 }),
    ...(tls.caFile !== undefined && { ca: readFileSync(tls.caFile) }),
    ...(tls.client && { cert: readFileSync(tls.client.certFile), key: readFileSync(tls.client.keyFile) }),
  });
  const { fingerprint } = tls;
  if (fingerprint === undefined) return connect;
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error || !socket) return callback(error ?? new Error('no socket'), null);
      const shown = (socket as TLSSocket).getPeerCertificate().fingerprint256?.replaceAll(':', '');
      if (shown === fingerprint) return callback(null, socket);
      socket.destroy();
      const mismatch = new Error('the certificate is not the pinned one');
      return callback(Object.assign(mismatch, { code: 'CERT_FINGERPRINT_MISMATCH' }), null);
    });
}

function createPool(
  origin: string,
  connect: Connector,
  unmade: WeakSet<object>,
  stale: WeakSet<object>,
  opened: (socket: Socket) => void,
): Pool {
  return new Pool(origin, {
    connections: 128,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: KEEP_ALIVE_MAX,
    // The deadline of a call is its signal's; two clocks for one thing would disagree.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(connectOptions, callback) {
      connect(connectOptions, (...[error, socket]) => {
        if (error) {
          unmade.add(error);
          callback(error, null);
          return;
        }
        socket.prependListener('error', (fault: Error) => {
          if (socket.bytesRead > 0) stale.add(fault);
        });
        opened(socket);
        callback(null, socket);
      });
    },
  });
}

/** Whether a connection that had served requests before was gone before a byte of this answer came. */
function isStale(error: unknown, stale: WeakSet<object>): boolean {
  if (!(error instanceof Error)) return false;
  // undici makes an error of its own of an orderly close, with what the socket has read so far.
  const { code, socket } = error as { code?: string; socket?: { bytesRead?: number } };
  return stale.has(error) || (code === 'UND_ERR_SOCKET' && (socket?.bytesRead ?? 0) > 0);
}

async function readAnswer(
  response: Dispatcher.ResponseData,
  asked: Asked,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Answer> {
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
    throw connectionFailure(error, asked, true);
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
