import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { Link, type LinkOwner, onMessage, type Timing } from './link.ts';
import type { Logins } from './login.ts';
import { Names } from './names.ts';
import { type ChangeClock, type Gossip, type NodeRecord, Records } from './records.ts';
import type { Time } from './time.ts';

interface Inbound {
  readonly socket: WebSocket;
  readonly peer: string;
  readonly database: string;
}

export interface ReplicationOptions {
  readonly name: string;
  readonly names: Names;
  readonly logins: Logins;
  readonly timing: Timing;
  readonly time: Time;
  /** One for all nodes of a cluster. */
  readonly clock: ChangeClock;
  /** False while nothing gets through from this node to that one, in either direction. */
  readonly reaches: (peer: string) => boolean;
}

/** A node's replication: its table of nodes, the sockets it opens and those it accepts. */
export class Replication implements LinkOwner {
  readonly name: string;
  readonly timing: Timing;
  readonly time: Time;
  readonly records: Records;
  readonly databases = new Set(['system', 'dev']);
  readonly links = new Map<string, Link>();
  readonly #options: ReplicationOptions;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #inbound = new Set<Inbound>();
  #running = true;

  constructor(options: ReplicationOptions) {
    this.name = options.name;
    this.timing = options.timing;
    this.time = options.time;
    this.#options = options;
    this.records = new Records(options.name, options.clock);
  }

  get url(): string {
    return `ws://${this.name}:${Names.PORT}`;
  }

  resolve(url: string) {
    return this.#options.names.resolve(url);
  }

  canReach(peer: string): boolean {
    return this.#running && this.#options.reaches(peer);
  }

  /** Accepts a socket of another node, which needs a login to join and a known name afterwards. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // It may have come while the node was frozen, and the node been killed since.
    if (!this.#running) {
      socket.destroy();
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const query = URL.parse(request.url ?? '/', 'ws://node')?.searchParams ?? new URLSearchParams();
      const peer = query.get('from') ?? '';
      ws.on('error', () => undefined);
      const known = this.records.get(peer) !== undefined;
      if (!known && !('user' in this.#options.logins.check(request.headers.authorization))) {
        ws.close(1008, 'Unauthorized');
        return;
      }
      if (query.has('join')) onMessage(ws, (text) => this.#welcome(ws, text));
      else this.#serve(ws, peer, query.get('database') ?? '');
    });
  }

  /**
   * Introduces this node to another, as add_node does.
   * @returns what the other node says of itself
   * @throws Error with the reason as Harper words it
   */
  async introduce(url: string, record: NodeRecord, authorization: string | undefined): Promise<NodeRecord> {
    const target = this.resolve(url);
    if ('fault' in target) throw new Error(target.fault);
    const socket = new WebSocket(`ws://127.0.0.1:${target.port}/?join=1&from=${encodeURIComponent(this.name)}`, {
      perMessageDeflate: false,
      ...(authorization !== undefined && { headers: { authorization } }),
    });
    const timer = this.time.setTimeout(() => socket.terminate(), this.timing.joinTimeout);
    try {
      return await new Promise<NodeRecord>((resolve, reject) => {
        const { host } = new URL(url);
        socket.on('open', () => socket.send(JSON.stringify(this.#introduction(record))));
        onMessage(socket, (text) => resolve(this.#introduced(text)));
        socket.on('error', (error: NodeJS.ErrnoException) =>
          reject(new Error(error.code === 'ECONNREFUSED' ? `connect ECONNREFUSED ${host}` : error.message)),
        );
        socket.on('close', (code, reason) => reject(new Error(`Connection closed ${reason} ${code}`)));
      });
    } finally {
      this.time.clearTimeout(timer);
      socket.close();
    }
  }

  /** Opens the sockets the table of nodes asks for, closes the others, and tells the peers. */
  apply(): void {
    if (!this.#running) return;
    const wanted = new Map<string, [peer: NodeRecord, database: string]>();
    for (const peer of this.records.peers()) {
      for (const database of databasesOf(peer, this.databases))
        wanted.set(`${peer.name}\n${database}`, [peer, database]);
    }
    for (const [key, link] of this.links) {
      if (wanted.get(key)?.[0].url === link.url) continue;
      link.close();
      this.links.delete(key);
    }
    for (const [key, [peer, database]] of wanted) {
      const url = peer.url ?? `ws://${peer.name}:${Names.PORT}`;
      if (!this.links.has(key)) this.links.set(key, new Link(this, peer.name, database, url));
    }
    for (const { socket, peer } of this.#inbound)
      if (this.records.get(peer) === undefined) socket.close(1008, 'Unauthorized');
    for (const inbound of this.#inbound) this.#tell(inbound);
  }

  onGossip(text: string): void {
    const gossip = JSON.parse(text) as Gossip & { type?: string; from?: string };
    if (gossip.type === 'farewell') {
      // Only these two forget one another; the other nodes keep their records.
      this.records.forget(String(gossip.from));
      this.apply();
      return;
    }
    const before = this.databases.size;
    for (const database of gossip.databases) this.databases.add(database);
    if (this.records.merge(gossip) || this.databases.size > before) this.apply();
  }

  /** Removes a peer. Where it can be reached it is told, so that it forgets this node as well. */
  expel(name: string): void {
    const farewell = { type: 'farewell', from: this.name };
    for (const { socket, peer, database } of this.#inbound) {
      if (peer === name && database === 'system') socket.send(JSON.stringify(farewell));
    }
    this.records.remove(name);
    this.apply();
  }

  createDatabase(name: string): void {
    this.databases.add(name);
    this.apply();
  }

  /** Makes one change in a database and sends it to every peer that replicates it. */
  write(database: string): void {
    const message = JSON.stringify({ type: 'change', version: this.time.date() + (this.time.now() % 1) });
    for (const inbound of this.#inbound) if (inbound.database === database) inbound.socket.send(message);
  }

  /** Stops reading on every socket to and from a peer, or on all, or goes on with it. */
  setPaused(paused: boolean, peer?: string): void {
    for (const link of this.links.values()) if (peer === undefined || link.peer === peer) link.setPaused(paused);
    for (const inbound of this.#inbound) {
      if (peer !== undefined && inbound.peer !== peer) continue;
      if (paused) inbound.socket.pause();
      else inbound.socket.resume();
    }
  }

  /** Goes on reading on the sockets to and from a peer, and opens lost ones at once. */
  reconnect(peer: string): void {
    this.setPaused(false, peer);
    for (const link of this.links.values()) if (link.peer === peer) link.retryNow();
  }

  start(): void {
    this.#running = true;
    this.apply();
  }

  stop(): void {
    this.#running = false;
    for (const link of this.links.values()) link.close();
    this.links.clear();
    for (const { socket } of this.#inbound) socket.terminate();
    this.#inbound.clear();
  }

  #introduction(record: NodeRecord): object {
    const mirrored = record.subscriptions?.map((item) => mirror(item)) ?? null;
    return {
      self: { name: this.name, url: this.url, subscriptions: mirrored, replicates: mirrored === null },
      gossip: mirrored === null ? this.records.gossip([...this.databases]) : undefined,
    };
  }

  #welcome(socket: WebSocket, text: string): void {
    const { self, gossip } = JSON.parse(text) as { self: NodeRecord; gossip?: Gossip };
    this.records.put({ ...this.records.get(self.name), ...self });
    if (gossip !== undefined) this.onGossip(JSON.stringify(gossip));
    const own = this.records.get(this.name) ?? this.records.put({ name: this.name, url: this.url, replicates: true });
    socket.send(JSON.stringify({ self: own, gossip: gossip && this.records.gossip([...this.databases]) }));
    this.apply();
  }

  #introduced(text: string): NodeRecord {
    const { self, gossip } = JSON.parse(text) as { self: NodeRecord; gossip?: Gossip };
    if (gossip !== undefined) {
      this.records.merge(gossip);
      for (const database of gossip.databases) this.databases.add(database);
    }
    return self;
  }

  #serve(socket: WebSocket, peer: string, database: string): void {
    const inbound: Inbound = { socket, peer, database };
    this.#inbound.add(inbound);
    if (!this.#options.reaches(peer)) socket.pause();
    socket.on('close', () => this.#inbound.delete(inbound));
    onMessage(socket, (text) => {
      const { type } = JSON.parse(text) as { type: string };
      const link = this.links.get(`${peer}\n${database}`);
      if (type === 'confirm' && link) link.lastCommitConfirmed = new Date(this.time.date());
    });
    this.#tell(inbound);
  }

  /** The table of nodes travels with the system database. */
  #tell({ socket, peer, database }: Inbound): void {
    if (database !== 'system' || this.records.get(peer) === undefined || socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ type: 'nodes', ...this.records.gossip([...this.databases]) }));
  }
}

/** The databases replicated with a peer: all, or those its table subscriptions name. */
function databasesOf(peer: NodeRecord, all: ReadonlySet<string>): Iterable<string> {
  if (!peer.subscriptions) return all;
  const names = peer.subscriptions.map((item) => {
    const { database, schema } = (item ?? {}) as Record<string, unknown>;
    return database ?? schema;
  });
  return new Set(names.filter((name) => typeof name === 'string'));
}

/** A table subscription as the other side stores it. */
function mirror(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const { publish, subscribe, ...rest } = item as Record<string, unknown>;
  return { ...rest, publish: subscribe, subscribe: publish };
}
