import { createServer, type Server } from 'node:https';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { forwarded } from '../../src/auth/credentials.ts';
import { exchange } from '../../src/harper/exchange.ts';
import { operations } from '../../src/harper/operations.ts';
import { createBatch } from '../../src/util/batch.ts';
import { Deadline, ExceededBeforeSend } from '../../src/util/deadline.ts';
import { status } from '../support/answers.ts';
import { startHarperClient } from '../support/harper-client.ts';
import { listen } from '../support/listen.ts';
import { certificate } from '../support/tls.ts';

const LOGIN = { credentials: forwarded('Basic YTph') };

/**
 * A Harper whose TLS handshakes stall as long as `isDeaf` is set; its answers, without `type`, are released by hand.
 */
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
  const client = startHarperClient(`https://localhost:${await listen(listener)}`, {
    connectTimeout: 60_000,
    readTimeout: 400,
    writeTimeout: 400,
    statusConcurrency: 2,
  });
  return {
    client,
    front,
    waiting,
    /** Completes handshakes from now on; connections that have waited are closed, so that undici opens new ones. */
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
    read: (login: string) => client.call(operations.clusterStatus, {}, { credentials: forwarded(`Basic ${login}`) }),
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
    expect(error).not.toHaveProperty('details.outcomeUnknown', true);
  });

  it('was not sent either when its time was over before', async () => {
    const deadline = new Deadline(5);
    deadline.expire();
    const pool = new Pool('http://127.0.0.1:9');
    const sending = exchange(pool, { method: 'POST', path: '/' }, { maxBytes: 1000, deadline, batch: createBatch() });
    await expect(sending).rejects.toBeInstanceOf(ExceededBeforeSend);
    await pool.destroy();
  });

  it('is no sign that calls hang when they overlap: the semaphore stays wide', async () => {
    await using stack = await start(false);
    // The first answer widens the semaphore; its connection is kept.
    const begun = stack.asked();
    const first = stack.read('YTpx');
    await begun;
    stack.waiting.shift()?.resolve();
    await first;
    // undici uses a connection again from the next turn of the event loop on.
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
    // Both are sent at once: the semaphore is still wide.
    const both = Promise.all([stack.asked(), stack.asked()]);
    const reads = [stack.read('YTpx'), stack.read('Yjpx')];
    await both;
    for (const { resolve } of stack.waiting.splice(0)) resolve();
    await Promise.all(reads);
  });
});
