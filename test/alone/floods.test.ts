import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type Program, start } from '../support/process.ts';
import { ADMIN, ask, FAST } from '../support/stack.ts';

/** The most a gateway may take under any flood. */
const MOST_RSS = 512;

/** A gateway in a process of its own, over a sandbox. */
async function startGateway(settings: Record<string, string> = {}, flags: readonly string[] = []) {
  const sandbox = await startSandbox({ nodes: 2, timing: FAST });
  const program: Program = start(process.execPath, [...flags, 'src/cli.ts'], {
    HARPER_URL: sandbox.node('node-1').url,
    PORT: '0',
    ...settings,
  });
  const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
  return {
    url,
    port: Number(new URL(url).port),
    program,
    rss: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${program.child.pid}/status`, 'utf8'))?.[1]) / 1024,
    /** Asks as a legitimate caller, and fails when that is not answered in time. */
    async isWell(milliseconds = 10_000) {
      const begun = performance.now();
      const { data } = await ask(url, '{ clusterStatus { nodeName } }');
      expect(data).toEqual({ clusterStatus: { nodeName: 'node-1' } });
      expect(performance.now() - begun).toBeLessThan(milliseconds);
    },
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Settles when a socket is closed, whether by an error or not. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('legitimate callers are answered meanwhile, and memory stays bounded, under', { timeout: 180_000 }, () => {
  it('2 000 connections that never send a whole request', async () => {
    await using gateway = await startGateway({ HEADERS_TIMEOUT: '4000' });
    const sockets: Socket[] = [];
    for (let count = 0; count < 2000; count += 100) {
      const some = await Promise.all(Array.from({ length: 100 }, () => dial(gateway.port)));
      for (const socket of some) {
        socket.on('error', () => undefined);
        socket.write('POST /graphql HTTP/1.1\r\nHost: a\r\n');
      }
      sockets.push(...some);
      await gateway.isWell();
    }
    // They are let go by the gateway itself.
    await Promise.all(sockets.map((socket) => socket.destroyed || closing(socket.resume())));
    await gateway.isWell();
    expect(gateway.rss()).toBeLessThan(MOST_RSS);
  });

  it('50 000 subscribes on one socket', async () => {
    await using gateway = await startGateway();
    const socket = new WebSocket(gateway.url.replace('http:', 'ws:'), 'graphql-transport-ws');
    const served = new Set<string>();
    const counts = { error: 0 };
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data)) as { type: string; id: string };
      if (type === 'next') served.add(id);
      if (type === 'error') counts.error += 1;
    });
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: ADMIN } }));
    await once(socket, 'message');
    const payload = { query: 'subscription { clusterStatus { nodeName } }' };
    for (let id = 0; id < 50_000; id += 1) {
      if (socket.readyState !== WebSocket.OPEN) break;
      await new Promise((resolve) =>
        socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload }), resolve),
      );
      if (id % 5000 === 0) await gateway.isWell();
    }
    await gateway.isWell();
    // The first hundred are served; the others are told why they are not.
    await Promise.race([
      closed,
      new Promise<void>((resolve) => socket.on('message', () => counts.error >= 49_900 && resolve())),
    ]);
    expect(served.size).toBeLessThanOrEqual(100);
    expect(gateway.rss()).toBeLessThan(MOST_RSS);
    socket.terminate();
  });

  it('payloads of 1 MB on 60 sockets without a login, and on 100 operations of a socket with one', async () => {
    await using gateway = await startGateway({ SOCKET_INIT_TIMEOUT: '60000' }, ['--max-old-space-size=256']);
    const large = { list: Array.from({ length: 300 }, () => Array.from({ length: 1000 }, () => ({}))) };
    const connect = async () => {
      const socket = new WebSocket(gateway.url.replace('http:', 'ws:'), 'graphql-transport-ws');
      socket.on('error', () => undefined);
      await once(socket, 'open');
      return socket;
    };
    const closes = Array.from({ length: 60 }, async () => {
      const socket = await connect();
      socket.send(JSON.stringify({ type: 'connection_init', payload: large }));
      const [code] = await once(socket, 'close');
      return code;
    });
    // A client that is still sending may be cut before it has read the code.
    const codes = await Promise.all(closes);
    expect(codes.filter((code) => code !== 4401 && code !== 1006)).toEqual([]);
    expect(codes).toContain(4401);

    const socket = await connect();
    const served = new Set<string>();
    const all = Promise.withResolvers<void>();
    socket.on('close', (code) => all.reject(new Error(`closed with ${code}`)));
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data)) as { type: string; id: string };
      if (type === 'next') served.add(id);
      if (served.size === 100) all.resolve();
    });
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: ADMIN } }));
    await once(socket, 'message');
    const payload = { query: 'subscription { clusterStatus { nodeName } }' };
    for (let id = 0; id < 100; id += 1) {
      const more = id % 2 === 0 ? { extensions: large } : { variables: large };
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { ...payload, ...more } }));
    }
    await all.promise;
    await gateway.isWell();
    socket.removeAllListeners('close').terminate();
  });

  it('bodies of 100 MB', async () => {
    await using gateway = await startGateway();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const flood = async (): Promise<string> => {
      const socket = await dial(gateway.port);
      let answer = '';
      socket.on('data', (data) => {
        answer += data;
      });
      socket.on('error', () => undefined);
      const closed = closing(socket);
      socket.write(
        'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      for (let sent = 0; sent < 100 * 1024 ** 2 && !socket.destroyed; sent += chunk.length) {
        if (!socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)) {
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
        }
      }
      socket.destroy();
      await closed;
      return answer;
    };
    const answers = Promise.all(Array.from({ length: 8 }, flood));
    await gateway.isWell();
    for (const answer of await answers) expect(answer).toMatch(/^(HTTP\/1\.1 413 [\s\S]*MAX_BODY_BYTES[\s\S]*)?$/);
    await gateway.isWell();
    expect(gateway.rss()).toBeLessThan(MOST_RSS);
  });

  it('200 clients that send a byte at a time', async () => {
    await using gateway = await startGateway({ HEADERS_TIMEOUT: '2000', REQUEST_TIMEOUT: '3000' });
    const sockets = await Promise.all(Array.from({ length: 200 }, () => dial(gateway.port)));
    let open = sockets.length;
    const gone = sockets.map((socket) => {
      socket.on('error', () => undefined);
      const drip = setInterval(() => socket.write('X'), 200);
      return closing(socket.resume()).then(() => {
        clearInterval(drip);
        open -= 1;
      });
    });
    while (open > 0) await Promise.race([Promise.all(gone), gateway.isWell()]);
    expect(gateway.rss()).toBeLessThan(MOST_RSS);
  });
});
