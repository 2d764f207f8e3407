import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Ports below those that systems give to outgoing connections. */
const LOWEST_PORT = 10_000;
const PORTS = 20_000;

/**
 * Listens on a port of 127.0.0.1, where 0 takes a free one, or on a domain socket. A node that is started again has the
 * same port: a free one is therefore none that an outgoing connection could take meanwhile.
 * @returns the port, where there is one
 */
export async function listen(server: Server, at: number | string): Promise<number> {
  if (at !== 0) return listenAt(server, at);
  for (;;) {
    try {
      return await listenAt(server, LOWEST_PORT + Math.floor(Math.random() * PORTS));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}

async function listenAt(server: Server, at: number | string): Promise<number> {
  server.listen(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Stops listening, and closes every connection at once. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
