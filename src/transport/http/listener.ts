import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Caller } from '../../auth/caller.ts';
import type { Config } from '../../config/config.ts';
import { GatewayError } from '../../errors.ts';
import type { Lean } from '../../graphql/fast-path/fast-path.ts';
import { errorBody } from '../../graphql/masking.ts';
import type { Logger } from '../../observability/logger.ts';
import { watchFiles } from '../../util/watch-files.ts';
import type { WebSockets } from '../websocket/websocket.ts';
import { type ReadBody, readBody } from './body.ts';
import { type Refuse, rawRefusal, refusalOf, refuseSocket, refuseWith, requestIdOf } from './refusal.ts';
import type { Router } from './router.ts';

export interface HttpOptions
  extends Pick<Config, 'host' | 'port' | 'tls' | 'headersTimeout' | 'requestTimeout' | 'maxHeaderBytes'> {
  /** TCP connections that may be open at once. */
  readonly maxConnections: number;
  readonly router: Router;
  /** The short way for common requests; undefined where it is switched off. */
  readonly lean: Lean | undefined;
  /** Bytes of the largest request body taken. */
  readonly maxBodyBytes: number;
  readonly webSockets: WebSockets;
  readonly logger: Logger;
}

/** A listening HTTP server. */
export interface HttpServer {
  /** Address to reach it at, such as http://127.0.0.1:4000. */
  readonly url: string;
  /**
   * Takes no new connections, lets running requests finish for at most `graceMs` milliseconds, then cuts what is left.
   * @returns how many requests were cut off
   */
  stop(graceMs: number): Promise<number>;
}

/** Headers of every answer. */
const COMMON_HEADERS = [['x-content-type-options', 'nosniff']] as const;
const TLS_HEADER = ['strict-transport-security', 'max-age=31536000'] as const;

/** The headers of every answer of the GraphQL endpoint, names and values in turn. */
export function answerHeaders(hasTls: boolean, variesByOrigin: boolean): string[] {
  const all = [...COMMON_HEADERS, ...(hasTls ? [TLS_HEADER] : []), ['cache-control', 'no-store'] as const];
  return [...all, ...(variesByOrigin ? [['vary', 'origin'] as const] : [])].flat();
}

/** Milliseconds between two looks for connections that are too slow. */
const CHECKING_INTERVAL = 2000;

/** Starts the HTTP server; rejects when it cannot listen. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const { logger, router, webSockets } = options;
  /** The requests of each connection that are not answered yet: a set of all of them would be made anew all the time. */
  const connections = new Map<Socket, ServerResponse[]>();
  let stopping = false;

  const { lean, maxBodyBytes } = options;

  const serve: RequestListener = (req, res) => {
    const own = connections.get(req.socket);
    own?.push(res);
    // Not `once`, here and for sockets: `close` comes once anyway, and each `once` keeps five objects more.
    res.on('close', () => own?.splice(own.indexOf(res), 1));
    let caller: Caller | undefined;
    try {
      caller = stopping ? undefined : lean?.admit(req);
    } catch (error) {
      const requestId = randomUUID();
      return fail(req, res, requestId, prepare(res, requestId), error);
    }
    if (lean !== undefined && caller !== undefined) return serveLean(lean, req, res, caller);
    return serveStock(req, res, requestIdOf(req));
  };

  function serveLean(way: Lean, req: IncomingMessage, res: ServerResponse, caller: Caller): void {
    const requestId = randomUUID();
    const refuse = (error: unknown) => fail(req, res, requestId, prepare(res, requestId), error);
    readBody(req, maxBodyBytes).then((text) => {
      try {
        if (text !== undefined && way.answer(req, res, text, { requestId, caller })) return;
        serveStock(req, res, requestId, { text, caller });
      } catch (error) {
        refuse(error);
      }
    }, refuse);
  }

  function serveStock(req: IncomingMessage, res: ServerResponse, requestId: string, body?: ReadBody): void {
    if (stopping) res.setHeader('connection', 'close');
    const refuse = prepare(res, requestId);
    router
      .respond(req, res, requestId, refuse, body)
      .catch((error: unknown) => fail(req, res, requestId, refuse, error));
  }

  function prepare(res: ServerResponse, requestId: string): Refuse {
    res.setHeader('x-request-id', requestId);
    for (const [name, value] of COMMON_HEADERS) res.setHeader(name, value);
    if (options.tls !== undefined) res.setHeader(...TLS_HEADER);
    return refusalOf(res, requestId);
  }

  function fail(req: IncomingMessage, res: ServerResponse, requestId: string, refuse: Refuse, error: unknown): void {
    // A client that goes away in the middle is its own affair.
    if (req.socket.destroyed || res.destroyed) logger.debug({ err: error, requestId }, 'The client went away');
    else if (error instanceof GatewayError && !res.headersSent) refuseWith(refuse, error);
    else {
      logger.error({ err: error, requestId }, 'Unexpected error');
      if (res.headersSent) res.destroy();
      else refuse(500, 'INTERNAL_SERVER_ERROR', 'Unexpected error.');
    }
  }

  /** One listener for all connections. */
  function forget(this: Socket): void {
    connections.delete(this);
  }

  const { server, stopWatching } = createListener(options, serve);
  server.requestTimeout = options.requestTimeout;
  server.headersTimeout = options.headersTimeout;
  server.maxConnections = options.maxConnections;
  // With TLS it is the TLS socket that requests and WebSockets are known by.
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections.set(socket, []);
    socket.on('close', forget);
  });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has taken its own listener off.
    socket.on('error', () => socket.destroy());
    const refusal = stopping ? rawRefusal(503, 'The gateway is stopping.') : router.refuseUpgrade(req);
    if (refusal === undefined) webSockets.accept(req, socket, head);
    else refuseSocket(socket, refusal);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    return refuseSocket(socket, rawRefusal(CLIENT_ERRORS[error.code ?? ''] ?? 400, 'The request is no HTTP request.'));
  });
  server.on('checkExpectation', (_: IncomingMessage, res: ServerResponse) => {
    res.writeHead(417, { 'content-type': 'application/json; charset=utf-8' });
    res.end(errorBody('BAD_REQUEST', 'This expectation cannot be met.', randomUUID()));
  });
  try {
    await listen(server, options.host, options.port);
  } catch (error) {
    stopWatching();
    throw error;
  }

  return {
    url: urlOf(server, options),
    async stop(graceMs) {
      stopping = true;
      stopWatching();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const [socket, responses] of connections) {
        for (const res of responses) res.once('finish', () => setImmediate(() => server.closeIdleConnections()));
        // Nothing is lost with a connection on which no whole request has come.
        const isBusy = responses.some(({ req }) => req.complete);
        if (!isBusy && !webSockets.owns(socket)) socket.destroy();
      }
      let cut = 0;
      const fuse = setTimeout(() => {
        cut = [...connections.values()].reduce((sum, responses) => sum + responses.length, 0);
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(fuse);
      return cut;
    },
  };
}

const CLIENT_ERRORS: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** The server, with TLS where that is configured; its files are read anew when they change, and open connections go on. */
function createListener(
  { tls, maxHeaderBytes, headersTimeout, logger }: HttpOptions,
  serve: RequestListener,
): { server: Server; stopWatching: () => void } {
  const shared = { connectionsCheckingInterval: CHECKING_INTERVAL, maxHeaderSize: maxHeaderBytes };
  if (tls === undefined) return { server: createServer(shared, serve), stopWatching: () => undefined };
  const read = () => ({
    cert: readFileSync(tls.certFile),
    key: readFileSync(tls.keyFile),
    ...(tls.clientCaFile !== undefined && { ca: readFileSync(tls.clientCaFile) }),
  });
  const mutual = tls.clientCaFile === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
  const server = createTlsServer(
    { ...shared, ...mutual, ...read(), minVersion: 'TLSv1.2', handshakeTimeout: headersTimeout },
    serve,
  );
  const files = [tls.certFile, tls.keyFile, tls.clientCaFile].filter((path) => path !== undefined);
  const stopWatching = watchFiles(files, () => {
    try {
      server.setSecureContext(read());
      logger.info('The TLS files have changed; new connections use them');
    } catch (error) {
      // Half a pair is seen where one file is exchanged before the other.
      logger.warn({ err: error }, 'The TLS files do not go together; the ones read before are used');
    }
  });
  return { server, stopWatching };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(server: Server, { host, tls }: HttpOptions): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${tls === undefined ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
