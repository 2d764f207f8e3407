import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** A TCP proxy that can cut every connection that goes through it. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  cut(): void;
  /** Whether it lets nothing through: connections are cut at once. */
  isClosed: boolean;
  /** Whether it takes what is sent either way and passes nothing on, as a cut cable does, and closes nothing. */
  isSilent: boolean;
  /** Milliseconds that everything takes on its way there. */
  delay: number;
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (proxy.isClosed) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    // In order, also when the delay changes.
    let sent = Promise.resolve();
    client.on('data', (bytes) => {
      const { delay } = proxy;
      const due = new Promise<void>((resolve) => (delay === 0 ? resolve() : setTimeout(resolve, delay)));
      sent = sent.then(async () => {
        await due;
        if (!proxy.isSilent) target.write(bytes);
      });
    });
    target.on('data', (bytes) => {
      if (!proxy.isSilent) client.write(bytes);
    });
  });
  const port = await listen(server);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: Proxy = {
    ...{ port, cut, isClosed: false, isSilent: false, delay: 0 },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };
  return proxy;
}
