import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWERS, NOW } from './fake-harper-answers.ts';

/** A stand-in for Harper that answers reads always the same, and shares no code with the gateway. */
export interface FakeHarper extends AsyncDisposable {
  readonly url: string;
  /** How often each operation was called; reads with an answer and everything else. */
  readonly calls: ReadonlyMap<string, number>;
}

/** Operations that it answers; a call of any other is a fault of a test, whose documents only read. */
export const KNOWN_OPERATIONS: readonly string[] = [...ANSWERS.keys()];

/** Starts it on a free port of this machine. */
export async function startFakeHarper(): Promise<FakeHarper> {
  const answers = new Map(
    [...ANSWERS].map(([operation, bodies]) => [operation, bodies.map((body) => Buffer.from(JSON.stringify(body)))]),
  );
  const calls = new Map<string, number>();

  function answer(res: ServerResponse, request: string): void {
    const { operation } = JSON.parse(request) as { operation: string };
    const count = calls.get(operation) ?? 0;
    calls.set(operation, count + 1);
    const bodies = answers.get(operation);
    const body = bodies?.[count % bodies.length];
    if (body === undefined)
      send(res, 400, Buffer.from(JSON.stringify({ error: `Operation '${operation}' not found` })));
    else send(res, 200, body);
  }

  const server = createServer((req, res) => {
    if (req.method === 'GET') return send(res, 200, Buffer.from('{}'));
    return read(req, (body) => answer(res, body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function read(req: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}

function send(res: ServerResponse, status: number, body: Buffer): void {
  res.sendDate = false;
  res.writeHead(status, { date: NOW, 'content-type': 'application/json', 'content-length': body.length });
  res.end(body);
}
