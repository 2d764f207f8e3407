import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type DocumentNode, type ExecutionArgs, GraphQLError, Kind, type OperationTypeNode } from 'graphql';
import { type ConnectionInitMessage, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Admission } from '../../auth/admission.ts';
import type { Caller } from '../../auth/caller.ts';
import { GatewayError } from '../../errors.ts';
import { countRefused } from '../../graphql/counting.ts';
import type { Limits } from '../../graphql/limits.ts';
import { toShownError } from '../../graphql/masking.ts';
import type { Pipeline, Prepared, PreparedOperation } from '../../graphql/pipeline.ts';
import type { PreparedSubscription } from '../../graphql/prepared-subscription.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { schema } from '../../schema/schema.ts';
import { type Seat, takeAll } from '../../util/semaphore.ts';
import { createTimeLimit } from '../../util/timeout-queue.ts';
import { addressOf } from '../http/address.ts';
import { newRequestId, rawRefusal, refuseSocket } from '../http/refusal.ts';
import { reconnectDelay } from '../reconnect.ts';
import { authorizationIn } from './connection-init.ts';
import { SocketClient } from './socket-client.ts';
import { failing } from './socket-stream.ts';
import { Subscriber } from './subscriber.ts';

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

/** What graphql-ws hands on from one hook to the next: the prepared operation in place of its arguments. */
interface SocketArgs extends ExecutionArgs {
  readonly prepared: Prepared;
  readonly requestId: string;
  readonly id: string;
  readonly client: SocketClient;
  /** Tells callers apart for limits. */
  readonly key: string;
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
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols,
  });
  const owned = new WeakSet<Duplex>();
  const requestIds = new WeakMap<object, string>();
  const shape = (errors: readonly GraphQLError[], requestId: string) =>
    errors.map((error) => toShownError(error, requestId, logger));
  const shared = { sent: metrics.eventsSent.labels('websocket'), streamsEnded: metrics.streamsEnded, shape };
  const clients = new Map<WebSocket, SocketClient>();
  const clientOptions = { maxBufferBytes, logger };
  const initLimit = createTimeLimit(initTimeout);

  const protocol = makeServer<ConnectionInitMessage['payload'], SocketClient & Record<PropertyKey, unknown>>({
    // One timer of ours does for all.
    connectionInitWaitTimeout: 0,
    async onConnect({ connectionParams, extra: client }) {
      const { header, socket, address } = client;
      client.hasBegun = true;
      const authorization = authorizationIn(connectionParams) ?? header;
      // A login that is none will never be one: 4403. Without any, operations say what they need.
      if (authorization !== undefined && !admission.isLogin(authorization)) return false;
      const caller = await admission.admit({ authorization, address }).catch((error: GatewayError) => error);
      const seat = limits.socketsOfCaller.take(keyOf(caller, address));
      if (seat instanceof GatewayError) {
        socket.close(4429, `LIMIT_EXCEEDED: ${seat.extensions.limit}`);
        return false;
      }
      client.sit(seat);
      return true;
    },
    async onSubscribe({ connectionParams, extra: client }, id, payload) {
      const requestId = newRequestId();
      requestIds.set(payload, requestId);
      const refused = (error: GraphQLError) => {
        countRefused(metrics, [error]);
        return [error];
      };
      if (client.running >= limits.subscriptionsPerSocket) {
        const message = `There are ${limits.subscriptionsPerSocket} operations on this socket already.`;
        return refused(new GatewayError('LIMIT_EXCEEDED', message, { limit: 'MAX_SUBSCRIPTIONS_PER_SOCKET' }));
      }
      const { address } = client;
      const authorization = authorizationIn(connectionParams) ?? client.header;
      client.begin();
      let caller: Caller | GatewayError;
      let prepared: Awaited<ReturnType<Pipeline['prepare']>>;
      try {
        caller = await admission.admit({ authorization, address });
        prepared = await pipeline.prepare(payload, { requestId, caller });
      } catch (error) {
        client.over();
        return refused(error as GatewayError);
      }
      if (!('kind' in prepared)) {
        client.over();
        countRefused(metrics, prepared);
        return prepared;
      }
      // graphql-ws holds on to the payload: one text for all who ask the same is a sixth of a KiB less for each.
      if (prepared.kind === 'subscription' && prepared.text === payload.query)
        Object.assign(payload, { query: prepared.text });
      const key = keyOf(caller, address);
      return { schema, document: STAND_INS[prepared.kind], prepared, requestId, id, client, key } satisfies SocketArgs;
    },
    async execute(args) {
      const { prepared, client } = args as SocketArgs;
      try {
        return await (prepared as PreparedOperation).run();
      } finally {
        client.over();
      }
    },
    async subscribe(args) {
      const { prepared, requestId, id, client, key } = args as SocketArgs;
      const seat = takeAll([limits.subscriptionsOfCaller, key], [limits.subscriptions, '']);
      if (seat instanceof GatewayError) {
        client.over();
        return failing(seat);
      }
      const subscriber = new Subscriber(client, seat, prepared as PreparedSubscription, requestId, shared);
      return subscriber.open(id);
    },
    onNext(_, __, ___, args, result) {
      if (!result.errors?.length) return undefined;
      return { ...result, errors: shape(result.errors, (args as SocketArgs).requestId) } as never;
    },
    onError(_, __, payload, errors) {
      // What a subscription fails with comes wrapped in an error of graphql-ws, which knows no path.
      const own = errors.map((error) =>
        error.path === undefined && error.originalError instanceof GraphQLError ? error.originalError : error,
      );
      return shape(own, requestIds.get(payload) ?? newRequestId());
    },
  });

  const pings = setInterval(() => {
    for (const [socket, client] of clients) {
      if (!client.isAlive) socket.terminate();
      else if (client.idleFor > idleTimeout) socket.close(1001, 'Idle');
      else socket.ping();
      client.isAlive = false;
    }
  }, pingInterval);

  /** A listener for all sockets; the others likewise. */
  function onPong(this: WebSocket): void {
    const client = clients.get(this);
    if (client !== undefined) client.isAlive = true;
  }

  // ws closes a socket that fails, with the code that says why.
  const onFailure = (error: Error) => logger.debug({ err: error }, 'A WebSocket failed');

  function serve(client: SocketClient): void {
    const { socket } = client;
    clients.set(socket, client);
    initLimit.start(client);
    socket.on('pong', onPong);
    socket.on('error', onFailure);
    const closed = protocol.opened(client, client as SocketClient & Record<PropertyKey, unknown>);
    socket.on('close', (code, reason) => {
      clients.delete(socket);
      client.closed();
      initLimit.release();
      void closed(code, String(reason));
    });
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
      leaveWith(socket, seat);
      owned.add(socket);
      server.handleUpgrade(req, socket, head, (ws) =>
        serve(new SocketClient(ws, socket, req.headers.authorization, address, clientOptions)),
      );
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

/** A function of its own, so that the listener holds nothing else of the request. */
function leaveWith(socket: Duplex, seat: Seat): void {
  socket.on('close', () => seat.leave());
}

/** graphql-ws looks at the document only to tell a subscription from the rest. */
const STAND_INS = { query: standIn('query'), mutation: standIn('mutation'), subscription: standIn('subscription') };

function standIn(operation: `${OperationTypeNode}`): DocumentNode {
  const selectionSet = { kind: Kind.SELECTION_SET, selections: [] } as const;
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ kind: Kind.OPERATION_DEFINITION, operation: operation as OperationTypeNode, selectionSet }],
  };
}

function keyOf(caller: Caller | GatewayError, address: string): string {
  return caller instanceof GatewayError ? `address ${address}` : caller.key;
}
