import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type GraphQLError, Kind } from 'graphql';
import { CloseCode, type ConnectionInitMessage, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { schema } from '../schema/schema.ts';
import { credentialsOf } from './auth.ts';
import { toPublicError } from './masking.ts';
import type { Pipeline, Prepared, PreparedOperation, PreparedSubscription } from './yoga.ts';

export interface WebSocketOptions {
  readonly pipeline: Pipeline;
  /** Milliseconds a socket may be open without connection_init. */
  readonly initTimeout: number;
  /** Milliseconds between two pings; a socket that has not answered by then is cut. */
  readonly pingInterval: number;
  /** Bytes of the largest message taken. */
  readonly maxMessageBytes: number;
  /** Bytes that may wait to be sent on a socket; at more it is cut. */
  readonly maxBufferBytes: number;
  readonly logger: Logger;
}

/** GraphQL over WebSocket: the graphql-transport-ws protocol. */
export interface WebSockets {
  /** Takes over an HTTP connection whose client asked for a WebSocket. */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whether a connection carries a WebSocket. */
  owns(socket: Duplex): boolean;
  /** Closes every socket with 1001. */
  stop(): Promise<void>;
}

/** Milliseconds a client has to answer the closing handshake when the gateway stops. */
const CLOSING_TIMEOUT = 1000;

/** What belongs to a connection. */
interface Extra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/** What graphql-ws hands on from one hook to the next: the prepared operation in place of its arguments. */
interface SocketArgs extends ExecutionArgs {
  readonly prepared: Prepared;
  readonly requestId: string;
  readonly id: string;
  readonly socket: WebSocket;
}

/** Creates the WebSocket side of the GraphQL endpoint. */
export function createWebSockets({
  pipeline,
  initTimeout,
  pingInterval,
  maxMessageBytes,
  maxBufferBytes,
  logger,
}: WebSocketOptions): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols,
  });
  const owned = new WeakSet<Duplex>();
  const requestIds = new WeakMap<object, string>();
  const shape = (errors: readonly GraphQLError[], requestId: string) =>
    errors.map((error) => toPublicError(error, requestId, false, logger).toJSON());

  /** Sends a frame; settles when it has been handed to the kernel, or the socket is gone. */
  function send(socket: WebSocket, frame: string): Promise<void> {
    return new Promise((resolve) => {
      if (socket.readyState !== socket.OPEN) {
        resolve();
        return;
      }
      socket.send(frame, () => resolve());
      // A subscription has one frame in flight; but a client may ask one query after the other and read no answer.
      if (socket.bufferedAmount > maxBufferBytes) socket.terminate();
    });
  }

  /** Sockets that have answered since the last ping. */
  const alive = new WeakSet<WebSocket>();
  const protocol = makeServer<ConnectionInitMessage['payload'], Extra>({
    connectionInitWaitTimeout: initTimeout,
    onConnect({ connectionParams, extra: { request } }) {
      const authorization = authorizationIn(connectionParams) ?? request.headers.authorization;
      // A login that is none will never be one: 4403. Without any, operations say what they need.
      return authorization === undefined || !(credentialsOf(authorization) instanceof GatewayError);
    },
    async onSubscribe({ connectionParams, extra: { request, socket } }, id, payload) {
      const requestId = randomUUID();
      const authorization = authorizationIn(connectionParams) ?? request.headers.authorization;
      const prepared = await pipeline.prepare(payload, { requestId, authorization });
      requestIds.set(payload, requestId);
      if (!('kind' in prepared)) return prepared;
      // graphql-ws looks at the document only to tell a subscription from the rest.
      const document = {
        kind: Kind.DOCUMENT,
        definitions: [{ ...EMPTY_OPERATION, operation: prepared.kind }],
      } as never;
      return { schema, document, prepared, requestId, id, socket } satisfies SocketArgs;
    },
    execute: (args) => ((args as SocketArgs).prepared as PreparedOperation).run(),
    async subscribe(args) {
      const { prepared, requestId, id, socket } = args as SocketArgs;
      const { open, payload } = prepared as PreparedSubscription;
      const source = await open();
      if (!(Symbol.asyncIterator in source)) return failing(source.errors?.[0]);
      const events = source[Symbol.asyncIterator]();
      // Its socket may go without graphql-ws telling: it forgets a subscription whose id an earlier operation had.
      const leave = () => void events.return?.();
      socket.once('close', leave);
      if (socket.readyState !== socket.OPEN) leave();
      return pump(
        (frame) => send(socket, frame),
        id,
        events,
        (event) => payload(event, (errors) => shape(errors, requestId)),
      );
    },
    onNext(_, __, ___, args, result) {
      if (!result.errors?.length) return undefined;
      return { ...result, errors: shape(result.errors, (args as SocketArgs).requestId) } as never;
    },
    onError(_, __, payload, errors) {
      return shape(errors, requestIds.get(payload) ?? randomUUID());
    },
  });

  const pings = setInterval(() => {
    for (const ws of server.clients) {
      if (alive.delete(ws)) ws.ping();
      else ws.terminate();
    }
  }, pingInterval);

  function serve(socket: WebSocket, request: IncomingMessage): void {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    // ws closes a socket that fails, with the code that says why.
    socket.on('error', (error) => logger.debug({ err: error }, 'A WebSocket failed'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (frame) => send(socket, frame),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              logger.error({ err: error }, 'Unexpected error on a WebSocket');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      { socket, request },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  }

  return {
    owns: (socket) => owned.has(socket),
    accept(req, socket, head) {
      owned.add(socket);
      server.handleUpgrade(req, socket, head, (ws) => serve(ws, req));
    },
    async stop() {
      clearInterval(pings);
      const closed = [...server.clients].map((ws) => new Promise((resolve) => ws.once('close', resolve)));
      for (const ws of server.clients) ws.close(1001, 'Going away');
      // A client that does not answer the closing handshake is not waited for.
      const fuse = setTimeout(() => {
        for (const ws of server.clients) ws.terminate();
      }, CLOSING_TIMEOUT);
      await Promise.all(closed);
      clearTimeout(fuse);
    },
  };
}

const EMPTY_OPERATION = { kind: Kind.OPERATION_DEFINITION, selectionSet: { kind: Kind.SELECTION_SET, selections: [] } };

/**
 * Writes the events of a source to a socket, each when the one before has been taken: what the client does not take stays in
 * the feed. The stream it returns yields nothing; graphql-ws reads off it when the subscription ends, and how.
 */
function pump(
  send: (frame: string) => Promise<void>,
  id: string,
  events: AsyncIterator<object>,
  payload: (event: object) => string | Promise<string>,
): AsyncIterableIterator<never> {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (let step = await events.next(); !step.done; step = await events.next()) {
        await send(`${head}${await payload(step.value)}}`);
      }
      return { done: true, value: undefined };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await events.return?.();
      throw error;
    },
  };
}

/**
 * A stream that fails at once. For a subscription that fails before its first event graphql-ws would send `next` and
 * `complete`, which clients take for a stream that has come to its end; so it sends `error`.
 */
function failing(error: GraphQLError | undefined): AsyncIterableIterator<never> {
  const failure = error ?? new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => Promise.reject(failure),
    return: () => Promise.resolve({ done: true, value: undefined }),
  };
}

/** The Authorization in the payload of connection_init: `authorization` in any case, at its top or within `headers`. */
function authorizationIn(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  for (const place of [params, params?.headers]) {
    if (typeof place !== 'object' || place === null) continue;
    const found = Object.entries(place).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    if (typeof found === 'string') return found;
  }
  return undefined;
}
