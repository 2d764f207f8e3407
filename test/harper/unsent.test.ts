import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { createHarperClient } from '../../src/harper/client.ts';
import { exchange } from '../../src/harper/exchange.ts';
import { operations } from '../../src/harper/operations.ts';
import { createTransport } from '../../src/harper/transport.ts';
import { createCohort } from '../../src/util/batch.ts';
import { Deadline, UnsentInTime } from '../../src/util/deadline.ts';
import { status } from '../support/answers.ts';
import { certificate } from '../support/tls.ts';

const LOGIN = { authorization: 'Basic YTph' };

async function listen(server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown }) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A Harper behind a listener that shakes no hands as long as `isDeaf` says so; its answers, which carry no `type`, are held by hand. */
async function start(isDeaf: boolean) {
  const { type: _, ...answer } = status();
  const waiting: { resolve: () => void }[] = [];
  const arrivals: { resolve: () => void }[] = [];
  const harper: Server = createServer(await certificate(), (req, res) => {
    req.resume().on('end', () => {
      waiting.push({ resolve: () => res.end(JSON.stringify(answer)) });
      arrivals.shift()?.resolve();
    });
  });
  const port = await listen(harper);
  const front = { isDeaf };
  const sockets = new Set<Socket>();
  const deaf = new Set<Socket>();
  const listener = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    if (front.isDeaf) deaf.add(socket);
    else socket.pipe(connect(port, '127.0.0.1')).pipe(socket);
  });
  const origin = `https://localhost:${await listen(listener)}`;
  const transport = createTransport({
    backend: { kind: 'harper', origin, displayUrl: origin, tls: { verify: false } },
    connectTimeout: 60_000,
    maxResponseBytes: 1_000_000,
  });
  const client = createHarperClient({ transport, readTimeout: 400, writeTimeout: 400, statusConcurrency: 2 });
  return {
    client,
    front,
    waiting,
    /** Shakes hands from now on; connections that waited for it in vain are made anew. */
    listen() {
      front.isDeaf = false;
      for (const socket of deaf) socket.destroy();
    },
    /** Settles when Harper has been asked once more. */
    asked() {
      const arrival = Promise.withResolvers<void>();
      arrivals.push(arrival);
      return arrival.promise;
    },
    read: (login: string) => client.call(operations.clusterStatus, {}, { authorization: `Basic ${login}` }),
    async [Symbol.asyncDispose]() {
      await client.close(0);
      for (const socket of sockets) socket.destroy();
      listener.close();
      harper.close();
    },
  };
}

describe('a call that gets no connection in time', () => {
  it('is a change that was certainly not made', async () => {
    await using stack = await start(true);
    const change = stack.client.call(operations.removeNode, { hostname: 'node-2' }, LOGIN);
    const error = await change.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', message: 'Harper gave no whole answer within 400 ms.' });
    expect(error).not.toHaveProperty('extensions.outcomeUnknown', true);
  });

  it('was not sent either where its time was over before', async () => {
    const deadline = new Deadline(5);
    deadline.late();
    const pool = new Pool('http://127.0.0.1:9');
    const sending = exchange(pool, { method: 'POST', path: '/' }, 1000, deadline, createCohort());
    await expect(sending).rejects.toBeInstanceOf(UnsentInTime);
    await pool.destroy();
  });

  it('does not make the gate take a Harper for one on which overlap hangs', async () => {
    await using stack = await start(false);
    // The first answer opens the gate; its connection is kept.
    const begun = stack.asked();
    const first = stack.read('YTpx');
    await begun;
    stack.waiting.shift()?.resolve();
    await first;
    // undici takes its connection for free a turn later.
    await new Promise(setImmediate);
    stack.front.isDeaf = true;
    const arrived = stack.asked();
    const answered = stack.read('YTpx');
    await arrived;
    const unconnected = stack.read('Yjpx');
    stack.waiting.shift()?.resolve();
    await answered;
    await expect(unconnected).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    stack.listen();
    // Both are asked at once: the gate is still open.
    const both = Promise.all([stack.asked(), stack.asked()]);
    const reads = [stack.read('YTpx'), stack.read('Yjpx')];
    await both;
    for (const { resolve } of stack.waiting.splice(0)) resolve();
    await Promise.all(reads);
  });
});
