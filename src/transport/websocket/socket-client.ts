import type { Socket } from 'node:net';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { GatewayError } from '../../errors.ts';
import type { Clock } from '../../util/clock.ts';
import type { Permit } from '../../util/semaphore.ts';
import { ANONYMOUS_MESSAGE_BYTES, AnonymousQuota } from '../anonymous-quota.ts';
import type { LiveWriter } from '../live-writer.ts';
import { authorizationIn, type ClientMessage, readMessage } from './messages.ts';
import { SocketBytes, type SocketBytesOptions } from './socket-bytes.ts';
import { SocketOperation } from './socket-operation.ts';

/** What all clients have in common. */
export interface SocketClientOptions extends SocketBytesOptions {
  readonly onFault: (error: unknown) => void;
  readonly clock: Pick<Clock, 'now'>;
}

/** Who has opened a socket. */
export interface SocketInfo {
  /** The Authorization header that it came with. */
  readonly authorization: string | undefined;
  readonly address: string;
}

/** How long the id of an operation may be: it is kept, and stands in every frame. */
const MOST_ID_CHARACTERS = 256;

const KNOWN_TYPES = new Set<string>(['connection_init', 'ping', 'pong', 'subscribe', 'complete']);

/**
 * One WebSocket with all that belongs to it, as graphql-ws takes a socket. It is a class with one listener for each
 * kind of event, because there are tens of thousands: closures would take twice the memory (docs/performance.md).
 */
export class SocketClient {
  readonly socket: WebSocket;
  readonly info: SocketInfo;
  /** Whether it has answered since the last ping. */
  isAlive = true;
  /** The login that it has named: in connection_init, or else in the header it came with. */
  authorization: string | undefined;
  /** Whether its connection_init has come. */
  #hasBegun = false;
  /** undefined as soon as its login is accepted. */
  #quota: AnonymousQuota | undefined = new AnonymousQuota();
  /** Why it has no accepted login yet, as the code and the reason that it is closed with. */
  #closing: readonly [code: number, reason: string] = [CloseCode.Unauthorized, 'Unauthorized'];
  /** How many checks of its login are under way. */
  #checks = 0;
  #isOverdue = false;
  /** How much work waits for its turn. */
  #pauses = 0;
  readonly #connection: Socket;
  readonly #options: SocketClientOptions;
  readonly #operations = new Map<string, SocketOperation>();
  #permit: Permit | undefined;
  readonly #bytes: SocketBytes;
  #idleSince: number;
  /** Settles when the messages that have to wait have been handed on. */
  #waiting: Promise<void> | undefined;

  constructor(socket: WebSocket, connection: Socket, info: SocketInfo, options: SocketClientOptions) {
    this.socket = socket;
    this.info = info;
    this.authorization = info.authorization;
    this.#connection = connection;
    this.#options = options;
    this.#idleSince = options.clock.now();
    this.#bytes = new SocketBytes(socket, info.address, options);
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
      this.socket.send(frame, () => {
        this.#bytes.count();
        resolve();
      });
      // A subscription has one frame under way; but a client may ask one query after the other and read no answer.
      this.#bytes.count();
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
    this.#connection.write('', () => {
      this.#bytes.count();
      writer.drained();
    });
    this.#bytes.count();
    return false;
  }

  /** Reads nothing more until some work may be done: what a client sends meanwhile is not kept. */
  async pausedUntil(turn: Promise<void>): Promise<void> {
    this.#pauses += 1;
    this.socket.pause();
    await turn;
    this.#pauses -= 1;
    if (this.#pauses === 0) this.socket.resume();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  onMessage(take: (text: string) => Promise<void>): void {
    this.socket.on('message', (data: Buffer) => {
      this.#bytes.taken();
      const message = this.#read(data);
      if (message === undefined) return;
      const waiting =
        this.#waiting === undefined
          ? this.#handle(message, take)
          : this.#waiting.then(() => this.#handle(message, take));
      if (waiting === undefined) return;
      this.#waiting = waiting;
      const done = () => {
        if (this.#waiting === waiting) this.#waiting = undefined;
      };
      waiting.then(done, done);
    });
  }

  /** Reads a message; undefined where it is none that is taken, for which the socket is closed. */
  #read(data: Buffer): ClientMessage | undefined {
    if (!this.isOpen) return undefined;
    if (this.#quota !== undefined) {
      if (data.length > ANONYMOUS_MESSAGE_BYTES) return this.#refuse(1009, 'Message too big without a login');
      if (!this.#quota.message()) return this.#refuse(...this.#closing);
    }
    let message: ClientMessage;
    try {
      message = readMessage(String(data));
    } catch {
      return this.#refuse(CloseCode.BadRequest, 'Invalid message received');
    }
    if (!KNOWN_TYPES.has(message.type)) return this.#refuse(CloseCode.BadRequest, 'Invalid message received');
    if (message.id !== undefined && message.id.length > MOST_ID_CHARACTERS) {
      return this.#refuse(CloseCode.BadRequest, `The id has more than ${MOST_ID_CHARACTERS} characters`);
    }
    return message;
  }

  /** Closes the socket, and reads nothing more of it. */
  #refuse(code: number, reason: string): undefined {
    this.socket.close(code, reason);
    this.#connection.destroySoon();
  }

  /** To be called with every piece that comes over the connection, before ws reads it. */
  received(bytes: number): void {
    if (this.#quota === undefined) {
      this.#bytes.received(bytes, ANONYMOUS_MESSAGE_BYTES);
      return;
    }
    if (this.#quota.received(bytes)) return;
    if (this.isOpen) this.#refuse(...this.#closing);
    else this.#connection.destroy();
  }

  /**
   * Hands a message on to graphql-ws, which knows operations by their ids only. An operation that its client has
   * completed must send nothing more, even where its id is used again at once. So the new operation waits until
   * graphql-ws has dropped the old one.
   * @returns a promise where the message has to wait
   */
  #handle(message: ClientMessage, take: (text: string) => Promise<void>): Promise<void> | undefined {
    const { type, id, payload, stub } = message;
    const known = id === undefined ? undefined : this.#operations.get(id);
    if (type === 'subscribe' && known?.isCancelled) return this.#handleAfter(known, message, take);
    if (type === 'connection_init') {
      this.#hasBegun = true;
      this.authorization = authorizationIn(payload) ?? this.authorization;
    }
    const begun =
      type === 'subscribe' && id !== undefined && known === undefined ? this.#begin(id, payload) : undefined;
    const taken = take(stub).catch((error: unknown) => this.#fail(error));
    if (begun !== undefined && id !== undefined) this.#forgetAfter(taken, id, begun);
    if (type === 'complete') known?.cancel();
    return undefined;
  }

  // Functions of their own: a closure here would keep the payload of the message for as long as its operation lasts.
  #handleAfter(
    { forgotten }: SocketOperation,
    message: ClientMessage,
    take: (text: string) => Promise<void>,
  ): Promise<void> {
    return forgotten.then(() => this.#handle(message, take));
  }

  #forgetAfter(taken: Promise<void>, id: string, operation: SocketOperation): void {
    operation.forgotten = taken.then(() => this.#forget(id, operation));
  }

  #begin(id: string, payload: ClientMessage['payload']): SocketOperation {
    const operation = new SocketOperation(payload);
    this.#operations.set(id, operation);
    return operation;
  }

  #forget(id: string, operation: SocketOperation): void {
    operation.end();
    this.#operations.delete(id);
    if (this.#operations.size === 0) this.#idleSince = this.#options.clock.now();
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
    return this.running > 0 ? 0 : this.#options.clock.now() - this.#idleSince;
  }

  /** Gives it its permit among the sockets of its caller, which ends when it closes. */
  hold(permit: Permit, key: string): void {
    this.#permit = permit;
    this.#bytes.callerKey = key;
    if (!this.isOpen) permit.release();
  }

  /** To be called when the socket has closed. */
  closed(): void {
    this.#bytes.closed();
    this.#permit?.release();
    for (const operation of this.#operations.values()) operation.cancel();
  }

  /**
   * Waits for a check of its login, and remembers whether it is accepted.
   * @returns what the check gives
   */
  async checking<T>(check: Promise<T | GatewayError>): Promise<T | GatewayError> {
    this.#checks += 1;
    let result: T | GatewayError;
    try {
      result = await check;
      if (!(result instanceof GatewayError)) this.#quota = undefined;
    } catch (error) {
      // Such a client shall come back, where one without a login need not.
      this.#closing = [1013, 'The login cannot be checked now'];
      throw error;
    } finally {
      this.#checks -= 1;
      if (this.#isOverdue && this.isWaiting) this.expire();
    }
    return result;
  }

  /** Whether it has no accepted login yet. */
  get isWaiting(): boolean {
    return this.#quota !== undefined && this.isOpen;
  }

  /** The time is over in which it has to have begun, and to have a login accepted. */
  expire(): void {
    this.#isOverdue = true;
    if (!this.#hasBegun) {
      this.#refuse(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    } else if (this.#checks === 0) this.#refuse(...this.#closing);
  }
}
