import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { GatewayError } from '../../errors.ts';
import type { Logger } from '../../observability/logger.ts';
import { type Clock, repeat } from '../../util/clock.ts';
import type { Permit } from '../../util/semaphore.ts';
import { createTimeoutQueue } from '../../util/timeout-queue.ts';
import type { AddressOf } from '../http/address.ts';
import { tooMany } from '../http/refusal.ts';
import { releasedWith } from '../http/released-with.ts';
import { reconnectDelay } from '../reconnect-delay.ts';
import { createProtocol, type ProtocolOptions } from './protocol.ts';
import { SocketClient } from './socket-client.ts';

export interface WebSocketsOptions extends ProtocolOptions {
  /** Milliseconds a socket may be open without connection_init, and without a login that is accepted. */
  readonly initTimeout: number;
  /** Milliseconds between two pings; a socket that has not answered by then is cut. */
  readonly pingInterval: number;
  /** Bytes of the largest message taken. */
  readonly maxMessageBytes: number;
  /** Bytes that may wait to be sent on a socket; at more it is cut. */
  readonly maxBufferBytes: number;
  /** Milliseconds a socket may be open without any operation. */
  readonly idleTimeout: number;
  readonly addressOf: AddressOf;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** GraphQL over WebSocket. */
export interface WebSockets {
  /**
   * Takes over an HTTP connection whose client asked for a WebSocket.
   * @throws HttpRefusal 429 where there are too many; nothing is taken then
   */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whether a connection carries a WebSocket. */
  owns(socket: Duplex): boolean;
  /** Closes every socket with 1001. */
  stop(): Promise<void>;
}

/** Milliseconds a client has to answer the closing handshake when the gateway stops. */
const CLOSING_TIMEOUT = 1000;

/** Creates the WebSocket side of the GraphQL endpoint. */
export function createWebSockets(options: WebSocketsOptions): WebSockets {
  const { limits, metrics, logger, addressOf, idleTimeout, maxBufferBytes, clock } = options;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: options.maxMessageBytes,
    handleProtocols,
  });
  const owned = new WeakSet<Duplex>();
  const byConnection = new WeakMap<Duplex, SocketClient>();
  const clients = new Map<WebSocket, SocketClient>();
  const initTimeouts = createTimeoutQueue(options.initTimeout, clock);
  const protocol = createProtocol(options);
  const clientOptions = {
    maxBufferBytes,
    bytes: limits.bytes,
    clock,
    onFault(error: unknown) {
      metrics.faults.inc({ part: 'websocket' });
      logger.error({ err: error }, 'Unexpected error on a WebSocket');
    },
  };

  const stopPings = repeat(clock, options.pingInterval, () => {
    for (const [socket, client] of clients) {
      if (!client.isAlive) socket.terminate();
      else if (client.idleFor > idleTimeout) socket.close(1001, 'Idle');
      else socket.ping();
      client.isAlive = false;
    }
  });

  /** One listener for all sockets; the others likewise. */
  function onPong(this: WebSocket): void {
    const client = clients.get(this);
    if (client !== undefined) client.isAlive = true;
  }

  function onData(this: Duplex, chunk: Buffer): void {
    byConnection.get(this)?.received(chunk.length);
  }

  // ws closes a socket that fails, with the code that says why.
  const onFailure = (error: Error) => logger.debug({ err: error }, 'A WebSocket failed');

  function serve(client: SocketClient, connection: Duplex): void {
    const { socket } = client;
    clients.set(socket, client);
    byConnection.set(connection, client);
    connection.prependListener('data', onData);
    initTimeouts.add(client);
    socket.on('pong', onPong);
    socket.on('error', onFailure);
    const closed = protocol.opened(client, client as SocketClient & Record<PropertyKey, unknown>);
    socket.on('close', (code, reason) => {
      clients.delete(socket);
      client.closed();
      initTimeouts.prune();
      closed(code, String(reason)).catch(clientOptions.onFault);
    });
  }

  function acquire(address: string): Permit {
    try {
      limits.memory.checkStream();
      return limits.socketsOfAddress.acquire(address);
    } catch (error) {
      throw error instanceof GatewayError ? tooMany(error) : error;
    }
  }

  return {
    owns: (socket) => owned.has(socket),
    accept(req, socket, head) {
      const address = addressOf(req);
      releasedWith(socket, acquire(address));
      owned.add(socket);
      const info = { authorization: req.headers.authorization, address };
      server.handleUpgrade(req, socket, head, (ws) => {
        // Servers of node: hand on sockets, whatever their types say.
        serve(new SocketClient(ws, socket as Socket, info, clientOptions), socket);
      });
    },
    async stop() {
      stopPings();
      const closed = [...server.clients].map((ws) => new Promise((resolve) => ws.once('close', resolve)));
      for (const ws of server.clients) ws.close(1001, `Going away; come back in ${reconnectDelay()} ms`);
      // A client that does not answer the closing handshake is not waited for.
      const fuse = clock.setTimeout(() => {
        for (const ws of server.clients) ws.terminate();
      }, CLOSING_TIMEOUT);
      await Promise.all(closed);
      clock.clearTimeout(fuse);
    },
  };
}
