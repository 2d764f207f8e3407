import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { toPublicError } from './masking.ts';
import type { Pipeline, Prepared } from './yoga.ts';

export interface WebSocketOptions {
  readonly pipeline: Pipeline;
  /** Milliseconds a socket may be open without connection_init. */
  readonly initTimeout: number;
  /** Milliseconds between two pings; a socket that has not answered by then is cut. */
  readonly pingInterval: number;
  /** Bytes of the largest message taken. */
  readonly maxMessageBytes: number;
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

/** Execution arguments with the operation they belong to, so that graphql-ws runs what was prepared. */
interface SocketArgs extends ExecutionArgs {
  readonly prepared: Prepared;
  readonly requestId: string;
}

/** Creates the WebSocket side of the GraphQL endpoint. */
export function createWebSockets({
  pipeline,
  initTimeout,
  pingInterval,
  maxMessageBytes,
  logger,
}: WebSocketOptions): WebSockets {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxMessageBytes });
  const owned = new WeakSet<Duplex>();
  const requestIds = new WeakMap<object, string>();
  const shape = (errors: readonly GraphQLError[], requestId: string) =>
    errors.map((error) => toPublicError(error, requestId, false, logger).toJSON());

  const protocol = useServer(
    {
      connectionInitWaitTimeout: initTimeout,
      async onSubscribe({ connectionParams, extra: { request } }, _, payload) {
        const requestId = randomUUID();
        const authorization = authorizationIn(connectionParams) ?? request.headers.authorization;
        const prepared = await pipeline.prepare(payload, { requestId, authorization });
        if (!('run' in prepared)) {
          requestIds.set(payload, requestId);
          return prepared;
        }
        return { ...prepared.args, prepared, requestId } satisfies SocketArgs;
      },
      execute: (args) => (args as SocketArgs).prepared.run() as Promise<ExecutionResult>,
      subscribe: async (args) => failingAsStream(await (args as SocketArgs).prepared.run()),
      onNext(_, __, ___, args, result) {
        if (!result.errors?.length) return undefined;
        return { ...result, errors: shape(result.errors, (args as SocketArgs).requestId) } as never;
      },
      onError(_, __, payload, errors) {
        return shape(errors, requestIds.get(payload) ?? randomUUID());
      },
    },
    server,
    pingInterval,
  );

  return {
    owns: (socket) => owned.has(socket),
    accept(req, socket, head) {
      owned.add(socket);
      server.handleUpgrade(req, socket, head, (ws) => {
        // A socket that fails is closed by ws; graphql-ws would print the error.
        ws.on('error', (error) => logger.debug({ err: error }, 'A WebSocket failed'));
        server.emit('connection', ws, req);
      });
    },
    async stop() {
      // A client that does not answer the closing handshake is not waited for.
      const fuse = setTimeout(() => {
        for (const ws of server.clients) ws.terminate();
      }, CLOSING_TIMEOUT);
      await protocol.dispose();
      clearTimeout(fuse);
    },
  };
}

/**
 * A subscription that fails before its first event, as a stream that fails: graphql-ws then sends `error`, where for a mere
 * result it would send `next` and `complete`, which clients take for a stream that has come to its end.
 */
function failingAsStream(
  result: ExecutionResult | AsyncIterableIterator<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  if (Symbol.asyncIterator in result) return result;
  const failure = result.errors?.[0] ?? new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');
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
