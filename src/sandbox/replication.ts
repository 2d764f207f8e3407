import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Passage } from './cuts.ts';
import { type Introducer, welcome } from './introduction.ts';
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
  /** What becomes of data between two nodes, by the names with which they were created. */
  readonly passage: (from: string, to: string, database?: string) => Passage;
  /** Whether members obey a node that was removed, and removes one of them, as on 5.2. */
  readonly obeysRemoved: () => boolean;
}

/** A node's replication: its table of nodes, the sockets it opens and those it accepts. */
export class Replication implements LinkOwner, Introducer {
  readonly timing: Timing;
  readonly time: Time;
  readonly records: Records;
  readonly databases = new Set(['system', 'dev']);
  readonly links = new Map<string, Link>();
  readonly #options: ReplicationOptions;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #inbound = new Set<Inbound>();
  readonly #formerNames = new Set<string>();
  #running = true;
  #frozen = false;

  constructor(options: ReplicationOptions) {
    this.timing = options.timing;
    this.time = options.time;
    this.#options = options;
    this.records = new Records(options.name, options.clock);
  }

  get name(): string {
    return this.records.self;
  }

  get url(): string {
    return `ws://${this.name}:${Names.PORT}`;
  }

  get isFrozen(): boolean {
    return this.#frozen;
  }

  resolve(url: string) {
    return this.#options.names.resolve(url);
  }

  passageFrom(node: string | undefined, database: string): Passage {
    const { name: self, passage } = this.#options;
    return node === undefined ? 'open' : passage(node, self, database);
  }

  passageBetween(node: string | undefined): Passage {
    const { name: self, passage } = this.#options;
    if (node === undefined) return 'open';
    const both = [passage(self, node), passage(node, self)];
    return both.includes('closed') ? 'closed' : both.includes('silent') ? 'silent' : 'open';
  }

  /** Gives the node another name, while it is not running. An entry of that name in its table is its own then. */
  rename(name: string): void {
    this.#formerNames.add(this.name);
    this.#formerNames.delete(name);
    this.records.self = name;
  }

  /** Accepts a socket of another node, which needs a login to join and a known name afterwards. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const query = URL.parse(request.url ?? '/', 'ws://node')?.searchParams ?? new URLSearchParams();
    // It may have come while the node was frozen, and the node been killed since. Or it wants one of another name.
    if (!this.#running || this.#formerNames.has(query.get('to') ?? '')) {
      socket.destroy();
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const peer = query.get('from') ?? '';
      ws.on('error', () => undefined);
      const known = this.records.get(peer) !== undefined;
      const removed = !known && this.records.wasRemoved(peer);
      if (query.has('removal') && (known || (removed && this.#options.obeysRemoved())))
        onMessage(ws, (text) => this.onGossip(text));
      else if (!known && !('user' in this.#options.logins.check(request.headers.authorization)))
        this.#refuse(ws, removed && query.get('database') === 'system');
      else if (query.has('join'))
        onMessage(ws, (text) => {
          ws.send(welcome(this, text));
          for (const link of this.links.values()) link.retryNow();
          this.apply();
        });
      else this.#serve(ws, peer, query.get('database') ?? '');
    });
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
    const isMember = this.records.get(this.name) !== undefined;
    for (const [key, [peer, database]] of wanted) {
      const url = peer.url ?? `ws://${peer.name}:${Names.PORT}`;
      // Without an entry of its own a node keeps the sockets that it has, and asks for no more.
      if (this.links.has(key) || !(isMember || peer.subscriptions)) continue;
      this.links.set(key, new Link(this, peer.name, database, url));
    }
    for (const { socket, peer, database } of this.#inbound) {
      if (this.records.get(peer) === undefined)
        this.#refuse(socket, database === 'system' && this.records.wasRemoved(peer));
    }
    for (const inbound of this.#inbound) this.#tell(inbound);
  }

  onGossip(text: string): void {
    const gossip = JSON.parse(text) as Gossip;
    const before = this.databases.size;
    for (const database of gossip.databases) this.databases.add(database);
    if (this.records.merge(gossip) || this.databases.size > before) this.apply();
  }

  /** Removes a node, and tells those that this one lists. */
  expel(name: string): void {
    const isMember = this.records.get(this.name) !== undefined;
    const listening = new Set([...this.#inbound].map(({ peer }) => peer));
    const others = this.records.peers().filter((peer) => !listening.has(peer.name));
    // What no member is to hear of must not come to them when the node is added again.
    if (isMember || this.#options.obeysRemoved()) this.records.remove(name);
    else this.records.forget(name);
    this.apply();
    for (const peer of others) this.#tellRemovals(peer);
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

  /** Stops working and keeps its sockets, or goes on. */
  setFrozen(frozen: boolean): void {
    this.#frozen = frozen;
    this.refresh();
    for (const { socket } of this.#inbound) {
      if (frozen) socket.pause();
      else socket.resume();
    }
  }

  /** Closes the sockets that are cut, and stops reading on those that are cut silently; goes on with the others. */
  refresh(): void {
    for (const link of this.links.values()) link.refresh();
  }

  /** Goes on with what was cut, and opens lost sockets to that node at once, which is named as it was created. */
  reconnect(node: string): void {
    this.refresh();
    for (const link of this.links.values()) {
      const target = this.resolve(link.url);
      if ('node' in target && target.node === node) link.retryNow();
    }
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

  /** Closes the socket of a node that is not listed. One that was a member hears of its removal first (`tells`). */
  #refuse(socket: WebSocket, tells: boolean): void {
    if (tells && socket.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify({ type: 'nodes', ...this.records.removals() }));
    socket.close(1008, 'Unauthorized');
  }

  /** A node that was removed has no sockets by which the others would hear of what it removes. */
  #tellRemovals({ name, url = `ws://${name}:${Names.PORT}` }: NodeRecord): void {
    const target = this.resolve(url);
    if ('fault' in target || this.passageBetween(target.node) !== 'open') return;
    const query = new URLSearchParams({ removal: '1', from: this.name });
    const socket = new WebSocket(`ws://127.0.0.1:${target.port}/?${query}`, { perMessageDeflate: false });
    // Nobody is told where nobody listens.
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.send(JSON.stringify(this.records.removals()));
      socket.close();
    });
  }

  #serve(socket: WebSocket, peer: string, database: string): void {
    const inbound: Inbound = { socket, peer, database };
    this.#inbound.add(inbound);
    socket.on('close', () => this.#inbound.delete(inbound));
    onMessage(socket, (text) => {
      const { type } = JSON.parse(text) as { type: string };
      const link = this.links.get(`${peer}\n${database}`);
      if (type === 'confirm' && link) link.lastCommitConfirmed = new Date(this.time.date());
    });
    socket.send(JSON.stringify({ type: 'accepted' }));
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
