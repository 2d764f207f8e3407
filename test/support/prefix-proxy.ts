import { createServer, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { listen } from './listen.ts';

/** A reverse proxy that serves a gateway under a path prefix, which it takes off, and by another host name. */
export interface PrefixProxy extends AsyncDisposable {
  /** Address of the prefix, without a slash at its end. */
  readonly url: string;
  /** Sets the port of the gateway on this machine. */
  leadTo(port: number): void;
}

export async function startPrefixProxy(prefix: string): Promise<PrefixProxy> {
  let port = 0;
  const pathOf = ({ url = '' }: IncomingMessage) =>
    url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : undefined;
  const headersOf = ({ headers }: IncomingMessage) => ({ ...headers, host: `127.0.0.1:${port}` });

  const server = createServer((req, res) => {
    const path = pathOf(req);
    if (path === undefined) {
      res.writeHead(404).end();
      return;
    }
    const forwarded = request({ port, path, method: req.method, headers: headersOf(req) }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    forwarded.on('error', () => res.destroy());
    req.pipe(forwarded);
  });
  server.on('upgrade', (req, socket, head) => {
    const target = connect(port, '127.0.0.1');
    const lines = Object.entries(headersOf(req)).map(([name, value]) => `${name}: ${value}`);
    target.write(`GET ${pathOf(req)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    target.write(head);
    socket.pipe(target).pipe(socket);
    socket.on('error', () => target.destroy());
    target.on('error', () => socket.destroy());
    socket.on('close', () => target.destroy());
    target.on('close', () => socket.destroy());
  });
  const own = await listen(server);
  return {
    url: `http://localhost:${own}${prefix}`,
    leadTo(to) {
      port = to;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
