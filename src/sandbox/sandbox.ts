import { createApi } from './api.ts';
import { type Cut, type CutOptions, Cuts } from './cuts.ts';
import { REAL_TIMING, type Timing } from './link.ts';
import { Logins } from './login.ts';
import { byName, Names } from './names.ts';
import { type Dialect, SandboxNode, type SandboxTls } from './node.ts';
import { claimPorts } from './ports.ts';
import { ChangeClock } from './records.ts';
import { SYSTEM_TIME, type Time } from './time.ts';

export interface SandboxOptions {
  /** How many nodes are joined to a cluster at the start; 3 when left out. They are called node-1, node-2, … */
  readonly nodes?: number;
  /** How many more nodes run and wait to be added; 0 when left out. */
  readonly spares?: number;
  /** Which Harper the nodes behave as; 4.7 when left out. */
  readonly dialect?: Dialect;
  /** Times that differ from those of a real cluster, in milliseconds. */
  readonly timing?: Partial<Timing>;
  /** The machine's own when left out. */
  readonly time?: Time;
  /** Whether a request from this machine without login is a super user's, as in development installs. */
  readonly authorizeLocal?: boolean;
  /** Serves the operations APIs over TLS. */
  readonly tls?: SandboxTls;
  /** Also serves node-1's operations API on this domain socket. */
  readonly socketPath?: string;
  /** Milliseconds between changes that each node makes to its databases; none are made when left out. */
  readonly traffic?: number;
}

/** A node of a sandbox, or its name as `Sandbox.node` takes it. */
export type NodeOrName = SandboxNode | string;

/** A running sandbox cluster. */
export interface Sandbox extends AsyncDisposable {
  readonly nodes: readonly SandboxNode[];
  readonly logins: Logins;
  /** What is cut at present, each direction by itself. */
  readonly cuts: readonly Cut[];
  /** The node that is called so or, where none is, that was created with the name. Throws when there is none. */
  node(name: string): SandboxNode;
  /** Cuts two nodes from one another: at once, or silently, in both directions or one, for all databases or some. */
  cut(from: NodeOrName, to: NodeOrName, options?: CutOptions): void;
  /** Cuts a node from all others; with `oneWay`, nothing gets out of it. Nodes cut so from the rest are an island. */
  isolate(node: NodeOrName, options?: CutOptions): void;
  /** Cuts two nodes from one another silently: their sockets stay open, as with a cut cable. */
  partition(one: NodeOrName, other: NodeOrName): void;
  /** Ends every cut between two nodes. */
  mend(one: NodeOrName, other: NodeOrName): void;
  /** Ends every cut. */
  heal(): void;
}

/**
 * Starts a stand-in Harper cluster on free loopback ports, with real HTTP and real WebSockets between the nodes.
 * Logins are `admin` / `sandbox`, a super user, and `viewer` / `sandbox`, an ordinary one.
 * @returns the cluster with all its nodes connected to one another
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { nodes: size = 3, spares = 0, dialect = '4.7', traffic, time = SYSTEM_TIME } = options;
  const names = new Names();
  const logins = new Logins(time);
  const clock = new ChangeClock(time);
  const cuts = new Cuts();
  // Each listens for operations and for replication.
  const ports = await claimPorts(2 * (size + spares));
  const timing = { ...REAL_TIMING, ...options.timing };
  const nodes = Array.from({ length: size + spares }, (_, index) => {
    const name = `node-${index + 1}`;
    return new SandboxNode({
      name,
      dialect,
      names,
      logins,
      timing,
      time,
      clock,
      ports,
      createApi,
      passage: (from, to, database) => cuts.passage(from, to, database),
      authorizeLocal: options.authorizeLocal ?? false,
      ...(options.tls && { tls: options.tls }),
      ...(options.socketPath !== undefined && index === 0 && { socketPath: options.socketPath }),
    });
  });
  try {
    for (const node of nodes) await node.start();
    await join(nodes.slice(0, size), timing.start);
  } catch (error) {
    await Promise.all([...nodes.map((node) => node.kill()), ports.release()]);
    throw error;
  }
  const stopTraffic = traffic === undefined ? undefined : keepTraffic(nodes, traffic, time);

  function node(name: string): SandboxNode {
    const found = byName(nodes, name);
    if (found !== undefined) return found;
    throw new Error(`The sandbox has no node '${name}'. It has ${nodes.map((each) => each.name).join(', ')}.`);
  }

  const nodeOf = (which: NodeOrName) => (typeof which === 'string' ? node(which) : which);

  function cut(one: NodeOrName, other: NodeOrName, cutOptions?: CutOptions): void {
    const [from, to] = [nodeOf(one), nodeOf(other)];
    cuts.add(from.createdName, to.createdName, cutOptions);
    for (const { replication } of [from, to]) replication.refresh();
  }

  /** Goes on with what was cut between two nodes, named as they were created. */
  function reconnect(from: string, to: string): void {
    nodes.find(({ createdName }) => createdName === to)?.replication.reconnect(from);
  }

  return {
    nodes,
    logins,
    node,
    get cuts() {
      return cuts.list;
    },
    cut,
    isolate(which, cutOptions) {
      const alone = nodeOf(which);
      for (const other of nodes) if (other !== alone) cut(alone, other, cutOptions);
    },
    partition: (one, other) => cut(one, other, { silent: true }),
    mend(one, other) {
      const pair = [nodeOf(one).createdName, nodeOf(other).createdName] as const;
      cuts.mend(...pair);
      reconnect(pair[0], pair[1]);
      reconnect(pair[1], pair[0]);
    },
    heal() {
      const healed = cuts.list;
      cuts.clear();
      for (const { from, to } of healed) reconnect(from, to);
    },
    async [Symbol.asyncDispose]() {
      stopTraffic?.();
      await Promise.all([...nodes.map((each) => each.kill()), ports.release()]);
    },
  };
}

/** Joins nodes as a person would, by add_node: the first adds each of the others. */
async function join([first, ...others]: readonly SandboxNode[], timeoutMs: number): Promise<void> {
  if (first === undefined) return;
  const login = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;
  for (const { name } of others) {
    const url = `ws://${name}:${Names.PORT}`;
    const problem = await first.addPeer({ name, url, replicates: true }, login);
    if (problem !== undefined) throw new Error(`${name} did not join the sandbox: ${problem}`);
  }
  await connected([first, ...others], timeoutMs);
}

/** Waits until every node is connected to every other for every database, and knows the latency. */
async function connected(nodes: readonly SandboxNode[], timeoutMs: number): Promise<void> {
  const isReady = ({ replication: { links, databases } }: SandboxNode) =>
    links.size === (nodes.length - 1) * databases.size &&
    [...links.values()].every((link) => link.connected && link.latency !== undefined);
  const deadline = performance.now() + timeoutMs;
  while (!nodes.every(isReady)) {
    if (performance.now() > deadline) throw new Error(`The sandbox nodes did not connect within ${timeoutMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** @returns ends it */
function keepTraffic(nodes: readonly SandboxNode[], interval: number, time: Time): () => void {
  let timer: object;
  const start = () => {
    timer = time.setTimeout(() => {
      start();
      makeTraffic(nodes);
    }, interval);
  };
  start();
  return () => time.clearTimeout(timer);
}

function makeTraffic(nodes: readonly SandboxNode[]): void {
  for (const node of nodes) {
    if (!node.isRunning || node.isFrozen) continue;
    for (const database of node.replication.databases) node.replication.write(database);
  }
}
