import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLoopback } from '../config/config.ts';
import type { ErrorCode } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { GraphiQL } from './graphiql/graphiql.ts';
import { errorBody } from './masking.ts';
import { GRAPHQL_PATH, type GraphQLHandler } from './yoga.ts';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Bytes of the largest request body taken. */
  readonly maxBodyBytes: number;
  readonly handle: GraphQLHandler;
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

/** Starts the HTTP server; rejects when it cannot listen. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const running = new Set<ServerResponse>();
  let stopping = false;
  const server = createServer((req, res) => {
    running.add(res);
    res.once('close', () => running.delete(res));
    if (stopping) res.setHeader('connection', 'close');
    const requestId = requestIdOf(req);
    res.setHeader('x-request-id', requestId);
    res.setHeader('x-content-type-options', 'nosniff');
    respond(req, res, requestId, options).catch((error: unknown) => {
      options.logger.error({ err: error, requestId }, 'Unexpected error');
      if (res.headersSent) res.destroy();
      else refuse(res, 500, 'INTERNAL_SERVER_ERROR', 'Unexpected error.', requestId);
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await listen(server, options.host, options.port);
  return {
    url: urlOf(server, options.host),
    async stop(graceMs) {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A connection that was busy when the server closed is idle after its answer and would hold the process.
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

async function respond(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  options: HttpOptions,
): Promise<void> {
  const path = (req.url ?? '/').replace(/[?#].*$/s, '');
  if (path === '/health') return answerHealth(req, res, requestId);
  if (options.loopbackHostOnly && !isLoopback(hostnameOf(req.headers.host))) {
    return refuse(
      res,
      403,
      'BAD_REQUEST',
      'This gateway serves its own machine only: use localhost or 127.0.0.1 as host.',
      requestId,
    );
  }
  if (options.graphiql !== undefined && (await options.graphiql.serve(req, res))) return;
  if (path === '/' && req.method === 'GET') {
    res.writeHead(302, { location: GRAPHQL_PATH }).end();
    return;
  }
  if (path !== GRAPHQL_PATH)
    return refuse(res, 404, 'BAD_REQUEST', `Nothing is served here; GraphQL is at ${GRAPHQL_PATH}.`, requestId);
  res.setHeader('cache-control', 'no-store');
  if (req.method === 'POST' && !(await takeBody(req, res, requestId, options.maxBodyBytes))) return;
  await options.handle(req, res, requestId);
}

function answerHealth(req: IncomingMessage, res: ServerResponse, requestId: string): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('allow', 'GET, HEAD');
    refuse(res, 405, 'BAD_REQUEST', 'Only GET and HEAD are served here.', requestId);
    return;
  }
  res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end('{"status":"ok"}');
}

/**
 * Reads the body of a POST into `req.body`, where Yoga looks for it; false when the request was refused. Only JSON is
 * taken: any page may make a browser send a form or plain text here without asking first.
 */
async function takeBody(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  maxBytes: number,
): Promise<boolean> {
  const type = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    refuse(res, 415, 'BAD_REQUEST', 'A POST must have the content type application/json.', requestId);
    return false;
  }
  const body = await readBody(req, maxBytes);
  if (body === undefined) {
    res.setHeader('connection', 'close');
    refuse(res, 413, 'LIMIT_EXCEEDED', `The request body is larger than ${maxBytes} bytes.`, requestId, {
      limit: 'MAX_BODY_BYTES',
    });
    return false;
  }
  // Yoga reads the (already read) stream for an empty body and would wait for it; a space is as little JSON as nothing.
  Object.assign(req, { body: body === '' ? ' ' : body });
  return true;
}

async function readBody(req: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

function refuse(
  res: ServerResponse,
  status: number,
  code: ErrorCode,
  message: string,
  requestId: string,
  details: Record<string, unknown> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  res.end(errorBody(code, message, requestId, details));
}

/** The caller's own request id where it is a harmless one, or a new one. */
function requestIdOf(req: IncomingMessage): string {
  const given = req.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
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
