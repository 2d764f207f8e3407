import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Logger } from '../../observability/logger.ts';
import type { Seat } from '../../util/semaphore.ts';
import type { Drainable, SocketStream } from './socket-stream.ts';

/** What all clients have in common. */
export interface ClientOptions {
  /** Bytes that may wait to be sent on a socket; at more it is cut. */
  readonly maxBufferBytes: number;
  readonly logger: Logger;
}

/**
 * One WebSocket with all that belongs to it, as graphql-ws takes a socket. A class with one listener for each thing that happens, because
 * there are tens of thousands: closures would take twice the memory (docs/performance.md).
 */
export class SocketClient {
  readonly socket: WebSocket;
  /** The Authorization header it came with; one in connection_init counts before it. */
  readonly header: string | undefined;
  readonly address: string;
  /** Whether it has answered since the last ping. */
  isAlive = true;
  /** Whether its connection_init has come. */
  hasBegun = false;
  readonly #connection: Duplex;
  readonly #options: ClientOptions;
  #seat: Seat | undefined;
  #streams: SocketStream[] = NONE;
  #running = 0;
  #idleSince = performance.now();

  constructor(
    socket: WebSocket,
    connection: Duplex,
    header: string | undefined,
    address: string,
    options: ClientOptions,
  ) {
    this.socket = socket;
    this.header = header;
    this.address = address;
    this.#connection = connection;
    this.#options = options;
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Sends a frame; settles when it has been handed to the kernel, or the socket is gone. */
  send(frame: string): Promise<void> {
    return new Promise((resolve) => {
      if (!this.isOpen) {
        resolve();
        return;
      }
      this.socket.send(frame, () => resolve());
      // A subscription has one frame in flight; but a client may ask one query after the other and read no answer.
      this.#cutAtMost();
    });
  }

  /** Sends a frame of a stream, as an Outlet does. A socket that is gone takes nothing more: its streams end with it. */
  write(frame: string, stream: Drainable): boolean {
    if (!this.isOpen) return false;
    this.socket.send(frame);
    if (this.socket.bufferedAmount === 0) return true;
    // An empty write is told of when all before it has been taken: no frame that is taken at once needs a callback.
    this.#connection.write('', () => stream.drained());
    this.#cutAtMost();
    return false;
  }

  #cutAtMost(): void {
    if (this.socket.bufferedAmount > this.#options.maxBufferBytes) this.socket.terminate();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  onMessage(take: (text: string) => Promise<void>): void {
    this.socket.on('message', (data) => {
      take(String(data)).catch((error: unknown) => {
        this.#options.logger.error({ err: error }, 'Unexpected error on a WebSocket');
        this.socket.close(CloseCode.InternalServerError, 'Internal server error');
      });
    });
  }

  /** Gives it its place among the sockets of its caller, to be left when it closes. */
  sit(seat: Seat): void {
    this.#seat = seat;
    if (!this.isOpen) seat.leave();
  }

  /** Has a stream end with the socket: graphql-ws forgets a subscription whose id an earlier operation had. */
  carry(stream: SocketStream): void {
    this.#streams = this.#streams.concat(stream);
    if (!this.isOpen) void stream.return();
  }

  drop(stream: SocketStream): void {
    this.#streams = this.#streams.filter((each) => each !== stream);
  }

  /** How many operations run. Counted here because graphql-ws forgets one whose id is used again. */
  get running(): number {
    return this.#running;
  }

  /** Milliseconds since the last operation was over, or since the beginning; 0 while one runs. */
  get idleFor(): number {
    return this.#running > 0 ? 0 : performance.now() - this.#idleSince;
  }

  /** An operation begins; each that does is over once. */
  begin(): void {
    this.#running += 1;
  }

  over(): void {
    this.#running -= 1;
    this.#idleSince = performance.now();
  }

  /** To be called when the socket has closed. */
  closed(): void {
    this.#seat?.leave();
    for (const stream of this.#streams) void stream.return();
  }

  /** For a limit of time on its connection_init. */
  get isWaiting(): boolean {
    return !this.hasBegun && this.isOpen;
  }

  late(): void {
    this.socket.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
  }
}

const NONE: SocketStream[] = [];
