import { once } from 'node:events';
import { createServer } from 'node:net';
import { claimPorts, listenOnNext, type Ports } from '../../src/sandbox/ports.ts';

let ports: Promise<Ports> | undefined;

/**
 * A port that nothing listens on, for a server that may be started again at the same. No other process of the tests
 * takes it.
 */
export async function freePort(): Promise<number> {
  ports ??= claimPorts();
  const server = createServer();
  const port = await listenOnNext(server, await ports);
  server.close();
  await once(server, 'close');
  return port;
}
