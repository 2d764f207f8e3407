import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Permit } from '../../util/semaphore.ts';
import type { LiveWriter } from '../live-writer.ts';
import { SocketOperation } from './socket-operation.ts';

/** What all clients have in common. */
export interface SocketClientOptions {
  /** Bytes that may wait to be sent on a socket; at more it is cut. */
  readonly maxBufferBytes: number;
  readonly onFault: (error: unknown) => void;
}

/** Who has opened a socket. */
export interface SocketInfo {
  /** The Authorization header it came with; one in connection_init counts before it. */
  readonly authorization: string | undefined;
  readonly address: string;
}

/**
 * One WebSocket with all that belongs to it, as graphql-ws takes a socket. It is a class with one listener for each
 * kind of event, because there are tens of thousands: closures would take twice the memory (docs/performance.md).
 */
export class SocketClient {
  readonly socket: WebSocket;
  readonly info: SocketInfo;
  /** Whether it has answered since the last ping. */
  isAlive = true;
  /** Whether its connection_init has come. */
  hasBegun = false;
  readonly #connection: Duplex;
  readonly #options: SocketClientOptions;
  readonly #operations = new Map<string, SocketOperation>();
  #permit: Permit | undefined;
  #idleSince = performance.now();
  /** Settles when the messages that have to wait have been handed on. */
  #held: Promise<void> | undefined;

  constructor(socket: WebSocket, connection: Duplex, info: SocketInfo, options: SocketClientOptions) {
    this.socket = socket;
    this.info = info;
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
      // A subscription has one frame under way; but a client may ask one query after the other and read no answer.
      this.#cutAboveLimit();
    });
  }

  /**
   * Sends a frame of a live operation.
   * @returns whether more may be written; else the writer is told when all has been handed to the kernel
   */
  write(frame: string, writer: LiveWriter): boolean {
    // A socket that is gone takes nothing more: its operations end with it.
    if (!this.isOpen) return false;
    this.socket.send(frame);
    if (this.socket.bufferedAmount === 0) return true;
    // The callback of an empty write comes when all before it has been taken: frames that are taken at once need none.
    this.#connection.write('', () => writer.drained());
    this.#cutAboveLimit();
    return false;
  }

  #cutAboveLimit(): void {
    if (this.socket.bufferedAmount > this.#options.maxBufferBytes) this.socket.terminate();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  onMessage(take: (text: string) => Promise<void>): void {
    this.socket.on('message', (data) => {
      const text = String(data);
      const waiting =
        this.#held === undefined ? this.#handle(text, take) : this.#held.then(() => this.#handle(text, take));
      if (waiting === undefined) return;
      this.#held = waiting;
      const done = () => {
        if (this.#held === waiting) this.#held = undefined;
      };
      waiting.then(done, done);
    });
  }

  /**
   * Hands a message on to graphql-ws, which knows operations by their ids only. An operation that its client has
   * completed must send nothing more, even where its id is used again at once. So the new operation waits until
   * graphql-ws has dropped the old one.
   * @returns a promise where the message has to wait
   */
  #handle(text: string, take: (text: string) => Promise<void>): Promise<void> | undefined {
    const { type, id } = headOf(text);
    const known = id === undefined ? undefined : this.#operations.get(id);
    if (type === 'subscribe' && known?.isCancelled) return known.forgotten.then(() => this.#handle(text, take));
    const begun = type === 'subscribe' && id !== undefined && known === undefined ? this.#begin(id) : undefined;
    const taken = take(text).catch((error: unknown) => this.#fail(error));
    if (begun !== undefined && id !== undefined) begun.forgotten = taken.then(() => this.#forget(id, begun));
    if (type === 'complete') known?.cancel();
    return undefined;
  }

  #begin(id: string): SocketOperation {
    const operation = new SocketOperation();
    this.#operations.set(id, operation);
    return operation;
  }

  #forget(id: string, operation: SocketOperation): void {
    operation.end();
    this.#operations.delete(id);
    if (this.#operations.size === 0) this.#idleSince = performance.now();
  }

  #fail(error: unknown): void {
    this.#options.onFault(error);
    this.socket.close(CloseCode.InternalServerError, 'Internal server error');
  }

  /** The operation that an id names. */
  operation(id: string): SocketOperation | undefined {
    return this.#operations.get(id);
  }

  /** How many operations it has. */
  get running(): number {
    return this.#operations.size;
  }

  /** Milliseconds since it had its last operation, or since it was opened; 0 while it has one. */
  get idleFor(): number {
    return this.running > 0 ? 0 : performance.now() - this.#idleSince;
  }

  /** Gives it its permit among the sockets of its caller, which ends when it closes. */
  hold(permit: Permit): void {
    this.#permit = permit;
    if (!this.isOpen) permit.release();
  }

  /** To be called when the socket has closed. */
  closed(): void {
    this.#permit?.release();
    for (const operation of this.#operations.values()) operation.cancel();
  }

  /** Whether its connection_init is still to come. */
  get isWaiting(): boolean {
    return !this.hasBegun && this.isOpen;
  }

  expire(): void {
    this.socket.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
  }
}

/** The type and the id of a message; neither of what is no message. */
function headOf(text: string): { type?: unknown; id?: string | undefined } {
  try {
    const { type, id } = (JSON.parse(text) ?? {}) as { type?: unknown; id?: unknown };
    return { type, id: typeof id === 'string' ? id : undefined };
  } catch {
    return {};
  }
}
