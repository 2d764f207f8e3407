import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isLoopback } from '../config/config.ts';
import type { ErrorCode } from '../errors.ts';
import type { Logger } from '../log.ts';
import { readGraphQLRequest } from './body.ts';
import type { Cors } from './cors.ts';
import type { GraphiQL } from './graphiql/graphiql.ts';
import { errorBody } from './masking.ts';
import { type EventStreamOptions, serveEvents, wantsEvents } from './sse.ts';
import type { WebSockets } from './websocket.ts';
import { GRAPHQL_PATH, type Pipeline } from './yoga.ts';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Bytes of the largest request body taken. */
  readonly maxBodyBytes: number;
  readonly pipeline: Pipeline;
  readonly events: EventStreamOptions;
  readonly webSockets: WebSockets;
  readonly cors: Cors;
  /** undefined: GraphiQL is switched off. */
  readonly graphiql: GraphiQL | undefined;
  /**
   * Takes only requests whose Host header is this machine. Needed where callers need no login: a web page could otherwise
   * point its own host name at this machine and call the gateway as itself (DNS rebinding).
   */
  readonly loopbackHostOnly: boolean;
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

/** Refuses a request: status, code, message and what else goes into `extensions`. */
type Refuse = (status: number, code: ErrorCode, message: string, details?: Record<string, unknown>) => void;

/** Starts the HTTP server; rejects when it cannot listen. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const { logger } = options;
  const running = new Set<ServerResponse>();
  const connections = new Set<Socket>();
  let stopping = false;

  const server = createServer({ connectionsCheckingInterval: 5000 }, (req, res) => {
    running.add(res);
    res.once('close', () => running.delete(res));
    if (stopping) res.setHeader('connection', 'close');
    const requestId = requestIdOf(req);
    res.setHeader('x-request-id', requestId);
    res.setHeader('x-content-type-options', 'nosniff');
    const refuse: Refuse = (status, code, message, details = {}) => {
      res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      res.end(errorBody(code, message, requestId, details));
    };
    respond(req, res, requestId, refuse, options).catch((error: unknown) => {
      // A client that goes away in the middle is its own affair.
      if (req.destroyed || res.destroyed) return logger.debug({ err: error, requestId }, 'The client went away');
      logger.error({ err: error, requestId }, 'Unexpected error');
      if (res.headersSent) return res.destroy();
      return refuse(500, 'INTERNAL_SERVER_ERROR', 'Unexpected error.');
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('upgrade', (req, socket, head) => {
    const status = stopping ? 503 : upgradeStatus(req, options);
    if (status === 101) options.webSockets.accept(req, socket, head);
    else socket.end(rawRefusal(status, 'This WebSocket is not taken.'));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    return socket.end(rawRefusal(CLIENT_ERRORS[error.code ?? ''] ?? 400, 'The request is no HTTP request.'));
  });
  server.on('checkExpectation', (_, res) => {
    res.writeHead(417, { 'content-type': 'application/json; charset=utf-8' });
    res.end(errorBody('BAD_REQUEST', 'This expectation cannot be met.', randomUUID()));
  });
  await listen(server, options.host, options.port);

  return {
    url: urlOf(server, options.host),
    async stop(graceMs) {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const busy = new Set([...running].filter(({ req }) => req.complete).map(({ socket }) => socket));
      // Nothing is lost with a connection on which no whole request has come.
      for (const socket of connections) if (!busy.has(socket)) options.webSockets.owns(socket) || socket.destroy();
      for (const res of running) res.once('finish', () => setImmediate(() => server.closeIdleConnections()));
      let cut = 0;
      const fuse = setTimeout(() => {
        cut = running.size;
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(fuse);
      return cut;
    },
  };
}

const CLIENT_ERRORS: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

async function respond(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  refuse: Refuse,
  options: HttpOptions,
): Promise<void> {
  const path = pathOf(req);
  if (path === '/health') return answerHealth(req, res, refuse);
  const { host } = req.headers;
  if (host !== undefined && URL.parse(`http://${host}/`) === null)
    return refuse(400, 'BAD_REQUEST', 'The Host header is no host.');
  if (options.loopbackHostOnly && !isLoopback(hostnameOf(host))) {
    return refuse(403, 'BAD_REQUEST', 'This gateway serves its own machine only: use localhost or 127.0.0.1 as host.');
  }
  if (options.graphiql !== undefined && (await options.graphiql.serve(req, res, path))) return undefined;
  if (path === '/' && req.method === 'GET') {
    res.writeHead(302, { location: GRAPHQL_PATH }).end();
    return undefined;
  }
  if (path !== GRAPHQL_PATH)
    return refuse(404, 'BAD_REQUEST', `Nothing is served here; GraphQL is at ${GRAPHQL_PATH}.`);
  res.setHeader('cache-control', 'no-store');
  if (options.cors.apply(req, res)) return undefined;
  const problem = await readGraphQLRequest(req, options.maxBodyBytes);
  if (problem !== undefined) {
    if (problem.status === 413) res.setHeader('connection', 'close');
    return refuse(
      problem.status,
      problem.code,
      problem.message,
      problem.limit === undefined ? {} : { limit: problem.limit },
    );
  }
  if (wantsEvents(req) && (req.method === 'POST' || req.method === 'GET')) {
    return serveEvents(req, res, requestId, options.events);
  }
  return options.pipeline.handle(req, res, requestId);
}

/**
 * The status of a request for a WebSocket: 101 when it is taken. A browser lets any page open a socket anywhere, so the
 * page must be of this host or of a listed origin; a client that is no browser sends no Origin.
 */
function upgradeStatus(req: IncomingMessage, { loopbackHostOnly, cors }: HttpOptions): number {
  if (pathOf(req) !== GRAPHQL_PATH) return 404;
  const { origin, host } = req.headers;
  if (loopbackHostOnly && !isLoopback(hostnameOf(host))) return 403;
  return origin === undefined || URL.parse(origin)?.host === host || cors.allows(origin) ? 101 : 403;
}

function answerHealth(req: IncomingMessage, res: ServerResponse, refuse: Refuse): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('allow', 'GET, HEAD');
    refuse(405, 'BAD_REQUEST', 'Only GET and HEAD are served here.');
    return;
  }
  res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end('{"status":"ok"}');
}

/** A whole answer for a socket that has no response object. */
function rawRefusal(status: number, message: string): string {
  const requestId = randomUUID();
  const body = errorBody('BAD_REQUEST', message, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The caller's own request id where it is a harmless one, or a new one. */
function requestIdOf(req: IncomingMessage): string {
  const given = req.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/[?#].*$/s, '');
}

function hostnameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '').toLowerCase();
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

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
