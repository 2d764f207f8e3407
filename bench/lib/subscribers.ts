import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import WebSocket from 'ws';

/*
 * N subscribers of one server, and the Harper that it polls. They are one process, so that one clock tells both when a
 * change could first be seen and when the last subscriber had it. It does what its parent says, one thing at a time.
 */

/** What the parent says. */
export type Command =
  | {
      readonly do: 'connect';
      readonly url: string;
      readonly kind: 'raw' | 'graphql';
      readonly count: number;
      readonly query: string;
    }
  | { readonly do: 'change' };

/** What it hears back. */
export interface Report {
  readonly milliseconds: number;
  /** Milliseconds from a change in Harper to the first subscriber that had it. */
  readonly detected: number;
  /** Frames that were not what they should have been, so far. */
  readonly wrong: number;
}

const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;
const TIME = 'Mon, 23 Nov 2026 02:12:57 GMT';
/** So many sockets are being opened at once. */
const ABREAST = 100;
/**
 * Milliseconds after which a change that did not reach every subscriber is made again: one may not have subscribed yet.
 */
const CHANGE_TIMEOUT_MS = 3000;

const harper = { up: true, shown: 0, polls: 0 };
const received = { count: 0, first: 0, last: 0, wrong: 0, done: (): void => undefined };
let target: Command & { do: 'connect' };

const server = createServer((req, res) => {
  let body = '';
  req.setEncoding('utf8').on('data', (chunk) => {
    body += chunk;
  });
  req.on('end', () => {
    const text = body.includes('cluster_status') ? status() : USER;
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    res.end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  process.send?.({ upstream: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);

const USER = JSON.stringify({
  username: 'admin',
  active: true,
  role: { role: 'super_user', permission: { super_user: true } },
});

/** One socket beside one that is always up and one that is always down, so that its change is the only one. */
function status(): string {
  harper.polls += 1;
  harper.shown ||= performance.now();
  const sockets = [
    ['dev', harper.up],
    ['always', true],
    ['never', false],
  ].map(([database, connected]) => ({
    database,
    connected,
    latency: 1.5,
    threadId: 1,
    nodes: ['node-2'],
    lastReceivedRemoteTime: TIME,
    lastReceivedLocalTime: TIME,
    lastReceivedVersion: 1e12 + harper.polls,
    lastReceivedStatus: 'Waiting',
  }));
  return JSON.stringify({
    type: 'cluster-status',
    connections: [
      { name: 'node-2', url: 'ws://node-2:9933', replicates: true, subscriptions: null, database_sockets: sockets },
    ],
    node_name: 'node-1',
    url: 'ws://node-1:9933',
    is_enabled: true,
  });
}

async function open(): Promise<void> {
  const { url, kind, query } = target;
  const socket = new WebSocket(url, kind === 'raw' ? [] : ['graphql-transport-ws'], { perMessageDeflate: false });
  await once(socket, 'open');
  const first = once(socket, 'message');
  socket.send(
    kind === 'raw' ? 'hello' : JSON.stringify({ type: 'connection_init', payload: { authorization: AUTHORIZATION } }),
  );
  await first;
  if (kind === 'graphql') socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query } }));
  const isRight = (frame: Buffer) =>
    frame.includes('"type":"next"') && (kind === 'raw' || frame.includes(`"connected":${harper.up}`));
  socket.on('message', (frame: Buffer) => {
    if (!isRight(frame)) received.wrong += 1;
    received.count += 1;
    received.last = performance.now();
    if (received.count === 1) received.first = received.last;
    if (received.count === target.count) received.done();
  });
  socket.on('close', () => {
    received.wrong += 1;
  });
}

async function connect(): Promise<Report> {
  const begun = performance.now();
  let left = target.count;
  await Promise.all(
    Array.from({ length: ABREAST }, async () => {
      while (left > 0) {
        left -= 1;
        await open();
      }
    }),
  );
  const milliseconds = performance.now() - begun;
  // Everybody is there when one change has reached all of them.
  for (let attempt = 0; !(await change()); attempt += 1) if (attempt > 10) throw new Error('not everybody is there');
  return { milliseconds, detected: 0, wrong: received.wrong };
}

/** Makes one change; false where it did not reach everybody in time. */
async function change(): Promise<Report | undefined> {
  received.count = 0;
  const all = new Promise<boolean>((resolve) => {
    received.done = () => resolve(true);
  });
  harper.up = !harper.up;
  harper.shown = 0;
  const made = performance.now();
  let from = made;
  if (target.kind === 'raw') {
    const payload = { data: { connectionStatusChanged: 'x'.repeat(330) } };
    const frame = JSON.stringify({ id: randomUUID(), type: 'next', payload });
    await (await fetch(target.url.replace('ws', 'http'), { method: 'POST', body: frame })).text();
  }
  const fuse = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => fuse.resolve(false), CHANGE_TIMEOUT_MS);
  const reached = await Promise.race([all, fuse.promise]);
  clearTimeout(timer);
  if (target.kind === 'graphql') from = harper.shown;
  if (!reached) return undefined;
  return { milliseconds: received.last - from, detected: received.first - made, wrong: received.wrong };
}

process.on('message', (command: Command) => {
  if (command.do === 'connect') target = command;
  const doing = command.do === 'connect' ? connect() : change();
  doing.then(
    (report) => process.send?.(report ?? { failed: 'a change did not reach everybody' }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
