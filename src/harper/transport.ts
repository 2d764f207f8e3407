import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buildConnector, Pool } from 'undici';
import type { HarperBackend } from '../config/backend.ts';
import { GatewayError } from '../errors.ts';
import { createCohort } from '../util/batch.ts';
import { type Deadline, UnsentInTime } from '../util/deadline.ts';
import { watchFiles } from '../util/watch-files.ts';
import { AnswerTooLarge, Broken, type Exchanged, exchange } from './exchange.ts';
import { type Asked, connectionFailure, invalidResponse, refusal } from './failure.ts';
import { toDate } from './times.ts';

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
   * @throws GatewayError for every connection fault and every status of 400 or more; DeadlineExceeded
   */
  post(body: object, authorization: string | undefined, asked: Asked, deadline: Deadline): Promise<Answer>;
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

  const cohort = createCohort();
  const parseAgain = createParser();
  const send = (body: string, authorization: string | undefined, deadline: Deadline) => {
    const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
    if (authorization !== undefined) headers.authorization = authorization;
    Object.assign(headers, options.traceHeaders?.());
    return exchange(pool, { method: 'POST', path: '/', headers, body }, options.maxResponseBytes, deadline, cohort);
  };

  return {
    get epoch() {
      return epoch;
    },
    async post(body, authorization, asked, deadline) {
      const payload = JSON.stringify(body);
      let answer: Exchanged;
      try {
        answer = await send(payload, authorization, deadline);
      } catch (error) {
        // Only a read may be sent twice, and only when a kept connection was closed under it.
        if (asked.kind !== 'read' || deadline.exceeded !== undefined || !isStale(error, stale))
          throw failureOf(error, asked, deadline, unmade, options.maxResponseBytes);
        answer = await send(payload, authorization, deadline).catch((again: unknown) => {
          throw failureOf(again, asked, deadline, unmade, options.maxResponseBytes);
        });
      }
      return toAnswer(answer, asked, asked.isRemembered ? parseAgain : parse);
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
    // A call brings its deadline; two clocks for one thing would disagree.
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

/** Whether a connection that had served requests before was gone before anything of this answer came. */
function isStale(error: unknown, stale: WeakSet<object>): boolean {
  if (!(error instanceof Broken) || error.begun || !(error.cause instanceof Error)) return false;
  // undici makes an error of its own of an orderly close, with what the socket has read so far.
  const { code, socket } = error.cause as { code?: string; socket?: { bytesRead?: number } };
  return stale.has(error.cause) || (code === 'UND_ERR_SOCKET' && (socket?.bytesRead ?? 0) > 0);
}

/** What a failed exchange is to whoever asked for it. */
function failureOf(
  error: unknown,
  asked: Asked,
  { exceeded }: Deadline,
  unmade: WeakSet<object>,
  maxBytes: number,
): unknown {
  if (exceeded !== undefined) return error instanceof UnsentInTime ? error : exceeded;
  if (error instanceof AnswerTooLarge)
    return invalidResponse(`is larger than ${maxBytes} bytes`, asked, { status: error.status });
  const cause = error instanceof Broken ? error.cause : error;
  return connectionFailure(cause, asked, !unmade.has(cause as object));
}

function toAnswer({ status, headers, bytes }: Exchanged, asked: Asked, read: Parse): Answer {
  if (status >= 400) throw refusal(status, parse(bytes), asked);
  if (status !== 200) throw invalidResponse(`is HTTP ${status}, which Harper never sends`, asked, { status });
  const body = read(bytes, asked);
  if (body === undefined) throw invalidResponse('is not JSON', asked, { status });
  const { date } = headers;
  return { body, date: toDate(date) };
}

/** Makes JSON of bytes; undefined where they are none. */
type Parse = (bytes: Buffer, asked: Asked) => unknown;

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** Bytes of the largest answer that is remembered. */
const REMEMBERED = 4_000_000;

/**
 * Creates a parser that gives the very same value again for an answer of the same bytes as the last of its operation. Under load, and in
 * a cluster at rest, most answers are: figures of a socket are renewed each second at most (harper.md, "cluster_status").
 * Comparing costs a hundredth of parsing.
 */
function createParser(): Parse {
  const last = new Map<string, { readonly bytes: Buffer; readonly body: unknown }>();
  return (bytes, { operation }) => {
    const known = last.get(operation);
    if (known?.bytes.equals(bytes)) return known.body;
    const body = parse(bytes);
    if (body !== undefined && bytes.length <= REMEMBERED) last.set(operation, { bytes, body });
    return body;
  };
}
