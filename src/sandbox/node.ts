import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { Calls } from './calls.ts';
import { Faults } from './faults.ts';
import { introduce } from './introduction.ts';
import type { Logins } from './login.ts';
import { isNodeName } from './names.ts';
import type { Body } from './operation.ts';
import { listenOnNext, type Ports } from './ports.ts';
import type { NodeRecord } from './records.ts';
import { Replication, type ReplicationOptions } from './replication.ts';
import { close, listen } from './server.ts';
import { NodeTime, type Time } from './time.ts';

/** Which Harper a sandbox node behaves as. */
export type Dialect = '4.7' | '5.2';

/** Key and certificate of the operations APIs; with `clientCa`, clients must show a certificate it signed. */
export interface SandboxTls {
  readonly key: string;
  readonly cert: string;
  readonly clientCa?: string;
  /** What the first join over wss puts in place of key and cert; they stay when left out. */
  readonly joined?: { readonly key: string; readonly cert: string };
}

/** The version that a node calls itself when none was set. */
const VERSIONS: Readonly<Record<Dialect, string>> = { '4.7': '4.7.15', '5.2': '5.2.4' };

export interface NodeOptions extends Omit<ReplicationOptions, 'obeysRemoved'> {
  readonly dialect: Dialect;
  /** Creates the operations API. It works on nodes, so that a node cannot import it. */
  readonly createApi: (node: SandboxNode, local: boolean) => RequestListener;
  /** Takes a request without login, from this machine, for a super user's. */
  readonly authorizeLocal: boolean;
  /** Where it listens: it keeps two of them, also while it is down. */
  readonly ports: Ports;
  /** Serves the operations API over TLS; replication stays plain. */
  readonly tls?: SandboxTls;
  /** Also serves the operations API on a domain socket, where no login is needed. */
  readonly socketPath?: string;
}

/** One node of the sandbox cluster: a server of its own, with Harper's operations API and replication sockets. */
export class SandboxNode {
  /** The name it had first, which goes on leading to its addresses. */
  readonly createdName: string;
  readonly logins: Logins;
  /** Which Harper it behaves as. One that is set holds from the next call on, as after an upgrade. */
  dialect: Dialect;
  readonly faults = new Faults();
  readonly replication: Replication;
  readonly calls: Calls;
  /** Called with every request, for tests that look at headers. */
  onRequest: ((req: IncomingMessage) => void) | undefined;
  /** The routes in the configuration, which the node reads when it starts. */
  routes: unknown[] = [];

  readonly #options: NodeOptions;
  readonly #time: NodeTime;
  #version: string | undefined;
  #servers: Server[] = [];
  #port = 0;
  #replicationPort = 0;
  #thawed: PromiseWithResolvers<void> | undefined;

  constructor(options: NodeOptions) {
    const time = new NodeTime(options.time);
    this.#options = options;
    this.#time = time;
    this.createdName = options.name;
    this.logins = options.logins;
    this.dialect = options.dialect;
    this.calls = new Calls({ time, timing: options.timing, isThreaded: () => this.dialect === '4.7' });
    this.replication = new Replication({ ...options, time, obeysRemoved: () => this.dialect === '5.2' });
  }

  /** How often each operation has arrived, faults included. */
  get received(): Map<string, number> {
    return this.calls.received;
  }

  /** What was sent, one item for each call. */
  get bodies(): Body[] {
    return this.calls.bodies;
  }

  /** Most cluster_status calls that were ever in flight at once. */
  get mostStatusCalls(): number {
    return this.calls.mostStatusCalls;
  }

  /** What it calls itself. */
  get name(): string {
    return this.replication.name;
  }

  /** Its own clock, by which it tells times. */
  get time(): Time {
    return this.#time;
  }

  /** Milliseconds by which its clock is ahead of the sandbox's time; negative when it is behind. */
  get clockOffset(): number {
    return this.#time.offset;
  }

  set clockOffset(milliseconds: number) {
    this.#time.offset = milliseconds;
  }

  /** Which version it says it is. The dialect follows one that is set; it can be set to another one afterwards. */
  get version(): string {
    return this.#version ?? VERSIONS[this.dialect];
  }

  set version(version: string) {
    this.#version = version;
    this.dialect = Number.parseInt(version, 10) >= 5 ? '5.2' : '4.7';
  }

  /** Address of the operations API. */
  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.#port}`;
  }

  get isRunning(): boolean {
    return this.#servers.length > 0;
  }

  get isFrozen(): boolean {
    return this.#thawed !== undefined;
  }

  /** Starts the node, on the same ports as before after `kill`. */
  async start(): Promise<void> {
    const { createApi, authorizeLocal, names, socketPath, tls } = this.#options;
    const api = createApi(this, authorizeLocal);
    const replication = createServer((_, res) => res.writeHead(404).end());
    replication.on('upgrade', (request, socket, head) => {
      // Node's own listener is gone, and that of ws comes only when the node is not frozen.
      socket.on('error', () => socket.destroy());
      this.whenThawed()
        .then(() => this.replication.accept(request, socket, head))
        // What cannot be accepted is no socket of a node.
        .catch(() => socket.destroy());
    });
    const mutual = tls?.clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca: tls.clientCa };
    const operations: Server = tls
      ? createTlsServer({ key: tls.key, cert: tls.cert, ...mutual }, api)
      : createServer(api);
    this.#servers = [operations, replication];
    for (const server of this.#servers) server.keepAliveTimeout = 30_000;
    this.#replicationPort = await this.#listen(replication, this.#replicationPort);
    names.register(this, this.#replicationPort);
    this.#port = await this.#listen(operations, this.#port);
    if (socketPath !== undefined) {
      const local = createServer(createApi(this, true));
      this.#servers.push(local);
      await listen(local, socketPath);
    }
    this.#readRoutes();
    this.replication.start();
  }

  /** Closes the connections of clients; new ones are taken. */
  closeConnections(): void {
    for (const server of this.#servers.slice(0, 1)) server.closeAllConnections();
  }

  #listen(server: Server, port: number): Promise<number> {
    return port === 0 ? listenOnNext(server, this.#options.ports) : listen(server, port);
  }

  /** Stops at once, as by SIGKILL. Every connection is closed; the table of nodes and the configuration are kept. */
  async kill(): Promise<void> {
    this.thaw();
    this.replication.stop();
    const servers = this.#servers;
    this.#servers = [];
    this.calls.abandon();
    await Promise.all(servers.map(close));
  }

  /**
   * Starts it again under another name, with the same addresses and data; one that is down gets its name for the next
   * start. It goes on listing its old name, and so do the others (docs/harper.md, "Seen on all nodes at once").
   * @throws TypeError when it is no host name in lower case
   */
  async rename(name: string): Promise<void> {
    if (!isNodeName(name)) throw new TypeError(`No node can be called '${name}'.`);
    const restart = this.isRunning;
    if (restart) await this.kill();
    this.replication.rename(name);
    if (restart) await this.start();
  }

  /** Stops working and keeps every connection open, as by SIGSTOP. */
  freeze(): void {
    this.#thawed ??= Promise.withResolvers<void>();
    this.replication.setFrozen(true);
  }

  thaw(): void {
    this.#thawed?.resolve();
    this.#thawed = undefined;
    this.replication.setFrozen(false);
  }

  /** Settles when the node is not, or no longer, frozen. */
  async whenThawed(): Promise<void> {
    while (this.#thawed !== undefined) await this.#thawed.promise;
  }

  /**
   * Stores a peer, introduces this node to it, and tells the cluster.
   * @param takesName stores it under the name that it gives itself; one whose name is not known is told by URL alone
   * @returns why the introduction failed; undefined when it did not
   */
  async addPeer(
    record: NodeRecord & { readonly url: string },
    authorization: string | undefined,
    { takesName = false } = {},
  ): Promise<string | undefined> {
    const { records } = this.replication;
    if (!record.subscriptions) this.#listItself();
    let problem: string | undefined;
    try {
      const other = await introduce(this.replication, record, authorization);
      const name = takesName ? other.name : record.name;
      records.put({ ...(takesName && records.get(name)), ...record, name, ca_info: authorityOf(other.name) });
      this.#signAgain(record.url);
    } catch (error) {
      problem = (error as Error).message;
      records.put(record);
    }
    this.replication.apply();
    return problem;
  }

  #listItself(): void {
    const { name, replication } = this;
    if (replication.records.get(name) === undefined)
      replication.records.put({ name, url: replication.url, replicates: true });
  }

  /** A join over wss has a node's own certificate signed by the other's authority (docs/harper.md, "add_node"). */
  #signAgain(url: string): void {
    const joined = this.#options.tls?.joined;
    if (joined !== undefined && url.startsWith('wss:')) this.showCertificate(joined);
  }

  /** Shows another certificate from now on; connections that are open go on. */
  showCertificate(certificate: { readonly key: string; readonly cert: string }): void {
    const [operations] = this.#servers;
    if (operations instanceof TlsServer) operations.setSecureContext(certificate);
  }

  configuration(): object {
    return {
      http: { port: 9926, securePort: null, timeout: 120_000 },
      operationsApi: { network: { port: 9925, securePort: null } },
      replication: { hostname: this.name, port: 9933, routes: this.routes },
      authentication: { authorizeLocal: this.#options.authorizeLocal, cacheTTL: 30_000 },
      rootPath: '/var/lib/harper',
    };
  }

  /** Routes become peers when the node starts. */
  #readRoutes(): void {
    for (const route of this.routes) {
      const { hostname, host, url, port } =
        typeof route === 'string' ? ({ url: route } as Record<string, string>) : (route as Record<string, string>);
      const address = url?.includes('://') ? url : undefined;
      const name = hostname ?? host ?? (address ? new URL(address).hostname : url);
      if (name === undefined || name === this.name || this.replication.records.get(name)) continue;
      this.#listItself();
      this.replication.records.put({ name, url: address ?? `ws://${name}:${port ?? 9933}`, replicates: true });
    }
  }
}

/** What a node recorded of the authority of a peer that was added by login. */
function authorityOf(name: string): object {
  const subject = `CN=HarperDB-Certificate-Authority-${name} C=USA ST=Colorado L=Denver O=HarperDB\\, Inc.`;
  return {
    issuer: subject,
    subject,
    serialNumber: Buffer.from(name.padEnd(8, '0')).toString('hex').slice(0, 16).toUpperCase(),
    validFrom: 'Jan  1 00:00:00 2026 GMT',
    validTo: 'Dec 29 00:00:00 2035 GMT',
  };
}
