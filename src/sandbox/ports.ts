import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Ports of 127.0.0.1 that nobody else takes who claims ports so: a server that is down finds its own again. */
export interface Ports {
  /** The next one; after the last it begins again. Another program may have it. */
  next(): number;
  /** Lets others claim them. */
  release(): Promise<void>;
}

/** All are below those that systems choose by themselves, as for outgoing connections. */
const FIRST = 10_000;
const COUNT = 20_000;
/** Whoever listens on the first of so many has them all. */
const TOGETHER = 50;

/** How often others may be there already. */
const TRIES = 1000;

/**
 * Claims ports for this process.
 * @param count how many are needed at once, or more
 * @throws Error where too few are left
 */
export async function claimPorts(count = 1): Promise<Ports> {
  const holders: Server[] = [];
  const all: number[] = [];
  const release = async () => {
    await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  };
  for (let left = TRIES; all.length < count; left -= 1) {
    if (left === 0) {
      await release();
      throw new Error('too few ports are left');
    }
    const first = FIRST + TOGETHER * Math.floor(Math.random() * (COUNT / TOGETHER));
    const holder = createServer((socket) => socket.destroy());
    if (!(await listens(holder, first))) continue;
    // Keeps no process alive.
    holders.push(holder.unref());
    for (let port = first + 1; port < first + TOGETHER; port += 1) all.push(port);
  }
  let taken = -1;
  const next = () => {
    taken = (taken + 1) % all.length;
    return all[taken] ?? 0;
  };
  return { next, release };
}

/**
 * Listens on a port that was claimed.
 * @returns the port
 */
export async function listenOnNext(server: Server, ports: Ports): Promise<number> {
  for (let left = TRIES; left > 0; left -= 1) {
    const port = ports.next();
    if (await listens(server, port)) return port;
  }
  throw new Error('no port is left');
}

/** Listens on a port; false where somebody else does. */
async function listens(server: Server, port: number): Promise<boolean> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}
