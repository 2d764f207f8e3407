import type { WebSocket } from 'ws';
import type { ByteBudget, HeldBytes } from '../../util/byte-budget.ts';
import { budgetKeysOf } from '../caller-key.ts';

export interface SocketBytesOptions {
  /** Bytes that may wait to be sent on a socket; at more it is cut. */
  readonly maxBufferBytes: number;
  readonly bytes: ByteBudget;
}

/** The bytes that are held for one socket: of a message that is not whole, and of what waits to be sent. */
export class SocketBytes {
  /** The caller's key, where the caller is known. */
  callerKey: string | undefined;
  readonly #socket: WebSocket;
  readonly #address: string;
  readonly #options: SocketBytesOptions;
  #incoming = 0;
  /** undefined until there is something to count. */
  #held: HeldBytes | undefined;

  constructor(socket: WebSocket, address: string, options: SocketBytesOptions) {
    this.#socket = socket;
    this.#address = address;
    this.#options = options;
  }

  /** Bytes of a message have come. Small messages are not counted: they are whole at once. */
  received(bytes: number, uncounted: number): void {
    this.#incoming += bytes;
    if (this.#incoming > uncounted) this.count();
  }

  /** A message has become whole. */
  taken(): void {
    this.#incoming = 0;
    if (this.#held !== undefined) this.count();
  }

  /** Counts what is held now, and cuts the socket where that is too much. */
  count(): void {
    const { bufferedAmount, readyState } = this.#socket;
    // What is written may be given up after the close, when nothing counts any more.
    if (readyState === this.#socket.CLOSED) return;
    if (this.#held === undefined && bufferedAmount + this.#incoming === 0) return;
    this.#held ??= this.#options.bytes.open(budgetKeysOf(this.#address, this.callerKey));
    const fits = this.#held.set(bufferedAmount + this.#incoming);
    if (readyState !== this.#socket.OPEN) return;
    if (!fits || bufferedAmount > this.#options.maxBufferBytes) this.#socket.terminate();
  }

  closed(): void {
    this.#held?.close();
  }
}
