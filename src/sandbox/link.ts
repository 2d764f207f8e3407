import { type RawData, WebSocket } from 'ws';
import type { Passage } from './cuts.ts';
import type { Resolution } from './names.ts';
import type { Time } from './time.ts';

/** How long things take in a real cluster, in milliseconds (docs/harper.md). */
export const REAL_TIMING = {
  /** Between two pings on a replication socket. */
  pingInterval: 30_000,
  /** How long a socket may be without any sign of life, as that of a frozen peer is, before it is closed. */
  silence: 35_500,
  /** First wait before a lost socket is opened again. It doubles each time, up to the longest. */
  retryFirst: 500,
  retryLongest: 4000,
  /** How long add_node waits for a peer that accepts and never answers. */
  joinTimeout: 60_000,
  /** How long cluster_status takes in a worker thread. */
  worker: 2,
  /** How long the nodes may take until all are connected to one another, when the sandbox starts. */
  start: 10_000,
};

export type Timing = Readonly<typeof REAL_TIMING>;

/** The node that a link belongs to. */
export interface LinkOwner {
  readonly name: string;
  readonly timing: Timing;
  readonly time: Time;
  /** Whether it has stopped working, and reads nothing. */
  readonly isFrozen: boolean;
  resolve(url: string): Resolution;
  /** What becomes of the data of a database on its way from another node, named as it was created, to this one. */
  passageFrom(node: string | undefined, database: string): Passage;
  /** A message of the peer that is not about a single change. */
  onGossip(message: string): void;
}

/**
 * One real WebSocket from a node to a peer for one database, by which the node receives. It is opened again whenever it
 * is lost, until it is closed. What cluster_status says of the socket is what really happened to it. It counts as
 * connected once the peer has accepted it, which may be a moment after it was opened.
 */
export class Link {
  readonly peer: string;
  readonly database: string;
  readonly url: string;
  /** undefined until the first attempt has succeeded or failed. */
  connected: boolean | undefined;
  latency: number | undefined;
  lastReceivedLocalTime: Date | undefined;
  lastReceivedVersion = 0;
  lastCommitConfirmed: Date | undefined;
  lastLiveness: Date | undefined;
  lastConnectionError: { code: number; time: Date } | undefined;
  /** Counts how often it was opened: another thread each time. */
  opened = 0;

  readonly #owner: LinkOwner;
  #socket: WebSocket | undefined;
  #retry: object | undefined;
  #ping: object | undefined;
  #silence: object | undefined;
  #wait: number;
  #closed = false;
  #pingedAt = 0;

  constructor(owner: LinkOwner, peer: string, database: string, url: string) {
    this.#owner = owner;
    this.peer = peer;
    this.database = database;
    this.url = url;
    this.#wait = owner.timing.retryFirst;
    this.#open();
  }

  /** Looks again whether the node is frozen and what is cut: closes the socket, stops reading, or goes on with it. */
  refresh(): void {
    const passage = this.#passage();
    if (passage === 'closed') this.#socket?.terminate();
    else if (this.#socket?.readyState !== WebSocket.OPEN) return;
    else if (passage === 'silent' || this.#owner.isFrozen) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Opens a lost socket at once, without waiting for the next attempt. */
  retryNow(): void {
    if (this.#retry === undefined || this.#closed) return;
    this.#owner.time.clearTimeout(this.#retry);
    this.#wait = this.#owner.timing.retryFirst;
    this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#owner.time.clearTimeout(this.#retry);
    this.#stopTimers();
    this.#socket?.terminate();
  }

  #open(): void {
    this.#retry = undefined;
    const target = this.#owner.resolve(this.url);
    if ('fault' in target || this.#passage() !== 'open') {
      this.#lost(1006);
      return;
    }
    const query = new URLSearchParams({ database: this.database, from: this.#owner.name, to: this.peer });
    const socket = new WebSocket(`ws://127.0.0.1:${target.port}/?${query}`, { perMessageDeflate: false });
    this.#socket = socket;
    socket.on('open', () => this.refresh());
    socket.on('pong', () => this.#alive(true));
    onMessage(socket, (text) => this.#receive(socket, text));
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      if (this.#socket === socket) this.#lost(code);
    });
  }

  #up(socket: WebSocket): void {
    this.connected = true;
    this.opened += 1;
    this.#wait = this.#owner.timing.retryFirst;
    this.#alive(false);
    this.#keepPinging(socket);
  }

  #keepPinging(socket: WebSocket): void {
    const { time, timing } = this.#owner;
    this.#sendPing(socket);
    this.#ping = time.setTimeout(() => this.#keepPinging(socket), timing.pingInterval);
  }

  #sendPing(socket: WebSocket): void {
    if (this.#passage() !== 'open') return;
    this.#pingedAt = this.#owner.time.now();
    socket.ping();
  }

  #alive(pong: boolean): void {
    const { time, timing } = this.#owner;
    this.lastLiveness = new Date(time.date());
    if (pong) this.latency = time.now() - this.#pingedAt;
    time.clearTimeout(this.#silence);
    this.#silence = time.setTimeout(() => this.#socket?.terminate(), timing.silence);
  }

  #receive(socket: WebSocket, text: string): void {
    // What is still read of a socket that was closed has come too late.
    if (socket.readyState !== WebSocket.OPEN) return;
    const message = JSON.parse(text) as { type: string; version: number };
    if (message.type === 'accepted') {
      this.#up(socket);
      return;
    }
    if (message.type !== 'change') {
      if (this.connected) this.#alive(false);
      this.#owner.onGossip(text);
      return;
    }
    this.#alive(false);
    this.lastReceivedVersion = message.version;
    this.lastReceivedLocalTime = new Date(this.#owner.time.date());
    socket.send(JSON.stringify({ type: 'confirm', version: message.version }));
  }

  #lost(code: number): void {
    this.#stopTimers();
    this.#socket = undefined;
    if (this.#closed) return;
    this.connected = false;
    this.lastConnectionError = { code, time: new Date(this.#owner.time.date()) };
    this.#retry = this.#owner.time.setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, this.#owner.timing.retryLongest);
  }

  #passage(): Passage {
    const target = this.#owner.resolve(this.url);
    return this.#owner.passageFrom('node' in target ? target.node : undefined, this.database);
  }

  #stopTimers(): void {
    this.#owner.time.clearTimeout(this.#ping);
    this.#owner.time.clearTimeout(this.#silence);
  }
}

/**
 * Handles the messages of a replication socket, which any program of this machine may have opened, and any web page.
 * A message whose handling throws is none of a node: it closes the socket with 1007.
 */
export function onMessage(socket: WebSocket, handle: (text: string) => void): void {
  socket.on('message', (data: RawData) => {
    try {
      handle(String(data));
    } catch {
      socket.close(1007);
    }
  });
}
