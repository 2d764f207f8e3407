import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type GraphQLError, Kind } from 'graphql';
import { CloseCode, type ConnectionInitMessage, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Caller } from '../schema/caller.ts';
import { schema } from '../schema/schema.ts';
import { Activity } from './activity.ts';
import { addressOf } from './address.ts';
import type { Admission } from './admission.ts';
import { authorizationIn } from './connection-init.ts';
import { countRefused } from './counting.ts';
import { type Limits, takeAll } from './limits/limits.ts';
import { toPublicError } from './masking.ts';
import { reconnectDelay } from './reconnect.ts';
import { newRequestId, rawRefusal, refuseSocket } from './refusal.ts';
import { failing, SocketStream } from './socket-stream.ts';
import { endReason } from './sse.ts';
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
  /** Milliseconds a socket may be open without any operation. */
  readonly idleTimeout: number;
  readonly admission: Admission;
  readonly limits: Limits;
  /** How many proxies stand before the gateway. */
  readonly trustProxy: number;
  readonly metrics: Metrics;
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
  /** The Authorization header it came with; one in connection_init counts before it. */
  readonly header: string | undefined;
  readonly address: string;
  readonly activity: Activity;
}

/** What graphql-ws hands on from one hook to the next: the prepared operation in place of its arguments. */
interface SocketArgs extends ExecutionArgs {
  readonly prepared: Prepared;
  readonly requestId: string;
  readonly id: string;
  readonly socket: WebSocket;
  /** Tells callers apart for limits. */
  readonly key: string;
  /** Counts the operation out; to be called when it is over. */
  readonly leave: () => void;
}

/** Creates the WebSocket side of the GraphQL endpoint. */
export function createWebSockets({
  pipeline,
  initTimeout,
  pingInterval,
  maxMessageBytes,
  maxBufferBytes,
  idleTimeout,
  admission,
  limits,
  trustProxy,
  metrics,
  logger,
}: WebSocketOptions): WebSockets {
  const sent = metrics.eventsSent.labels('websocket');
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

  /** Sends a frame of a subscription. A socket that is gone takes nothing more: its readers leave it with its end. */
  function write(socket: WebSocket, frame: string, drained: () => void): boolean {
    if (socket.readyState !== socket.OPEN) return false;
    socket.send(frame, drained);
    sent.inc();
    const waiting = socket.bufferedAmount;
    if (waiting > maxBufferBytes) socket.terminate();
    return waiting === 0;
  }

  /** Sockets that have answered since the last ping. */
  const alive = new WeakSet<WebSocket>();
  const protocol = makeServer<ConnectionInitMessage['payload'], Extra>({
    connectionInitWaitTimeout: initTimeout,
    async onConnect({ connectionParams, extra: { header, socket, address } }) {
      const authorization = authorizationIn(connectionParams) ?? header;
      // A login that is none will never be one: 4403. Without any, operations say what they need.
      if (authorization !== undefined && !admission.isLogin(authorization)) return false;
      const caller = await admission.admit({ authorization, address }).catch((error: GatewayError) => error);
      const seat = limits.socketsOfCaller.take(keyOf(caller, address));
      if (seat instanceof GatewayError) {
        socket.close(4429, `LIMIT_EXCEEDED: ${seat.extensions.limit}`);
        return false;
      }
      socket.on('close', seat);
      if (socket.readyState !== socket.OPEN) seat();
      return true;
    },
    async onSubscribe({ connectionParams, extra }, id, payload) {
      const { header, socket, address, activity } = extra;
      const requestId = newRequestId();
      requestIds.set(payload, requestId);
      const refused = (error: GraphQLError) => {
        countRefused(metrics, [error]);
        return [error];
      };
      if (activity.count >= limits.subscriptionsPerSocket) {
        const message = `There are ${limits.subscriptionsPerSocket} operations on this socket already.`;
        return refused(new GatewayError('LIMIT_EXCEEDED', message, { limit: 'MAX_SUBSCRIPTIONS_PER_SOCKET' }));
      }
      const authorization = authorizationIn(connectionParams) ?? header;
      const leave = activity.enter();
      let caller: Caller | GatewayError;
      let prepared: Awaited<ReturnType<Pipeline['prepare']>>;
      try {
        caller = await admission.admit({ authorization, address });
        prepared = await pipeline.prepare(payload, { requestId, caller });
      } catch (error) {
        leave();
        return refused(error as GatewayError);
      }
      if (!('kind' in prepared)) {
        leave();
        countRefused(metrics, prepared);
        return prepared;
      }
      // graphql-ws looks at the document only to tell a subscription from the rest.
      const document = {
        kind: Kind.DOCUMENT,
        definitions: [{ ...EMPTY_OPERATION, operation: prepared.kind }],
      } as never;
      const key = keyOf(caller, address);
      return { schema, document, prepared, requestId, id, socket, key, leave } satisfies SocketArgs;
    },
    async execute(args) {
      const { prepared, leave } = args as SocketArgs;
      try {
        return await (prepared as PreparedOperation).run();
      } finally {
        leave();
      }
    },
    async subscribe(args) {
      const { prepared, requestId, id, socket, key, leave: over } = args as SocketArgs;
      const { open, payload } = prepared as PreparedSubscription;
      const seat = takeAll([limits.subscriptionsOfCaller, key], [limits.subscriptions, '']);
      if (seat instanceof GatewayError) {
        over();
        return failing(seat);
      }
      const release = () => {
        seat();
        over();
      };
      const source = await open().catch((error: unknown) => {
        release();
        throw error;
      });
      if (!(Symbol.asyncIterator in source)) {
        release();
        return failing(source.errors?.[0]);
      }
      // Its socket may go without graphql-ws telling: it forgets a subscription whose id an earlier operation had.
      const leave = () => void source.return();
      socket.on('close', leave);
      if (socket.readyState !== socket.OPEN) leave();
      return new SocketStream(id, source, {
        write: (frame, drained) => write(socket, frame, drained),
        payload: (event) => payload(event, (errors) => shape(errors, requestId)),
        ended(error) {
          release();
          socket.off('close', leave);
          metrics.streamsEnded.inc({ reason: error === undefined ? 'client' : endReason(error) });
        },
      });
    },
    onNext(_, __, ___, args, result) {
      if (!result.errors?.length) return undefined;
      return { ...result, errors: shape(result.errors, (args as SocketArgs).requestId) } as never;
    },
    onError(_, __, payload, errors) {
      return shape(errors, requestIds.get(payload) ?? newRequestId());
    },
  });

  const activities = new WeakMap<WebSocket, Activity>();
  const pings = setInterval(() => {
    for (const ws of server.clients) {
      if (!alive.delete(ws)) ws.terminate();
      else if ((activities.get(ws)?.idleFor ?? 0) > idleTimeout) ws.close(1001, 'Idle');
      else ws.ping();
    }
  }, pingInterval);

  function serve(socket: WebSocket, header: string | undefined, address: string): void {
    alive.add(socket);
    const activity = new Activity();
    activities.set(socket, activity);
    // A listener for each subscription.
    socket.setMaxListeners(0);
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
      { socket, header, address, activity },
    );
    socket.on('close', (code, reason) => void closed(code, String(reason)));
  }

  return {
    owns: (socket) => owned.has(socket),
    accept(req, socket, head) {
      const address = addressOf(req, trustProxy);
      const seat = limits.socketsOfAddress.take(address);
      if (seat instanceof GatewayError) {
        refuseSocket(socket, rawRefusal(429, seat));
        return;
      }
      socket.on('close', seat);
      owned.add(socket);
      server.handleUpgrade(req, socket, head, (ws) => serve(ws, req.headers.authorization, address));
    },
    async stop() {
      clearInterval(pings);
      const closed = [...server.clients].map((ws) => new Promise((resolve) => ws.once('close', resolve)));
      for (const ws of server.clients) ws.close(1001, `Going away; come back in ${reconnectDelay()} ms`);
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

function keyOf(caller: Caller | GatewayError, address: string): string {
  return caller instanceof GatewayError ? `address ${address}` : caller.key;
}
