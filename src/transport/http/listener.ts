import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { GatewayError } from '../../errors.ts';
import type { Clock } from '../../util/clock.ts';
import type { WebSockets } from '../websocket/websockets.ts';
import { type ExchangeOptions, HttpExchange, JSON_TYPE } from './exchange.ts';
import { errorBody, HttpRefusal, refuseSocket } from './refusal.ts';
import type { Router } from './router.ts';
import { targetOf } from './target.ts';
import { createHttpServer, type ServerOptions } from './tls.ts';
import { ignoreUpgrade, wantsWebSocket } from './upgrade.ts';

export interface ListenerOptions extends ServerOptions, Omit<ExchangeOptions, 'headers'> {
  readonly host: string;
  readonly port: number;
  /** Milliseconds for the headers of a request, and for the whole of it. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Milliseconds for which a connection stays open without a request. */
  readonly keepAliveTimeout: number;
  /** TCP connections that may be open at once. */
  readonly maxConnections: number;
  /** Whether answers differ by origin. */
  readonly variesByOrigin: boolean;
  readonly router: Router;
  readonly webSockets: WebSockets;
  readonly clock: Clock;
}

/** A listening HTTP server. */
export interface Listener {
  /** Address to reach it at, such as http://127.0.0.1:4000. */
  readonly url: string;
  /**
   * Takes no new connections, lets running requests finish for at most `graceMs` milliseconds, then cuts what is left.
   * @returns how many requests were cut off
   */
  stop(graceMs: number): Promise<number>;
}

/** Starts the HTTP server; rejects when it cannot listen. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const { logger, router, webSockets, pathPrefix, onFault, clock, linger } = options;
  const exchangeOptions = { ...options, headers: commonHeaders(options) };
  /** The requests of each connection that are not answered yet. */
  const connections = new Map<Socket, ServerResponse[]>();
  /** Sockets that were told that theirs is no request. */
  const refused = new WeakSet<Duplex>();
  let isStopping = false;

  const serve: RequestListener = (req, res) => {
    const own = connections.get(req.socket);
    own?.push(res);
    res.on('close', () => own?.splice(own.indexOf(res), 1));
    const exchange = new HttpExchange(req, res, exchangeOptions);
    if (isStopping) exchange.setHeader('connection', 'close');
    router.serve(exchange).catch((error: unknown) => exchange.fail(error));
  };

  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node has taken its own listener off.
    socket.on('error', () => socket.destroy());
    if (!wantsWebSocket(req)) {
      ignoreUpgrade(server, req, socket, head);
      return;
    }
    try {
      if (isStopping) throw new HttpRefusal(503, 'The gateway is stopping.');
      router.checkUpgrade(targetOf(req, pathPrefix), req.headers.origin);
      webSockets.accept(req, socket, head);
    } catch (error) {
      if (!(error instanceof GatewayError)) {
        onFault();
        logger.error({ err: error }, 'Unexpected error');
      }
      refuseSocket(
        socket,
        error instanceof GatewayError ? error : new HttpRefusal(500, 'Unexpected error.', FAULT),
        linger,
      );
    }
  }

  /** One listener for all connections. */
  function forget(this: Socket): void {
    connections.delete(this);
  }

  const { server, stopWatching } = createHttpServer(options, serve);
  server.requestTimeout = options.requestTimeout;
  server.headersTimeout = options.headersTimeout;
  server.keepAliveTimeout = options.keepAliveTimeout;
  server.maxConnections = options.maxConnections;
  // With TLS it is the TLS socket that requests and WebSockets are known by.
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    if (connections.has(socket)) return;
    connections.set(socket, []);
    socket.on('close', forget);
  });
  server.on('upgrade', upgrade);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Whatever follows what was refused is a fault again.
    if (refused.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    refused.add(socket);
    const status = CLIENT_ERRORS.get(error.code ?? '') ?? 400;
    refuseSocket(socket, new HttpRefusal(status, 'The request is no HTTP request.'), linger);
  });
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
    const { requestId } = new HttpExchange(req, res, exchangeOptions);
    res.writeHead(417, { 'content-type': JSON_TYPE });
    res.end(errorBody(new HttpRefusal(417, 'This expectation cannot be met.'), requestId));
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
      isStopping = true;
      stopWatching();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const [socket, responses] of connections) {
        for (const res of responses) res.once('finish', () => setImmediate(() => server.closeIdleConnections()));
        // Nothing is lost with a connection on which no whole request has come.
        const isBusy = responses.some(({ req }) => req.complete);
        if (!isBusy && !webSockets.owns(socket)) socket.destroy();
      }
      let cut = 0;
      const fuse = clock.setTimeout(() => {
        cut = [...connections.values()].reduce((sum, responses) => sum + responses.length, 0);
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clock.clearTimeout(fuse);
      return cut;
    },
  };
}

const FAULT = { code: 'INTERNAL_SERVER_ERROR' } as const;

const CLIENT_ERRORS: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/** The headers of every answer, names and values in turn. */
function commonHeaders({ tls, variesByOrigin }: ListenerOptions): string[] {
  return [
    ...['x-content-type-options', 'nosniff'],
    ...(tls === undefined ? [] : ['strict-transport-security', 'max-age=31536000']),
    ...(variesByOrigin ? ['vary', 'origin'] : []),
  ];
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

function urlOf(server: Server, { host, tls }: ListenerOptions): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${tls === undefined ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
