import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { readConfig } from '../../src/config/config.ts';
import { createLimits } from '../../src/graphql/limits.ts';
import type { Logger } from '../../src/observability/logger.ts';
import type { MemoryGuard } from '../../src/observability/memory.ts';
import { Random } from '../differential/random.ts';
import { eventually } from '../support/eventually.ts';
import { wsUrl } from '../support/live.ts';
import { INIT, probe, subscribe } from '../support/probe.ts';
import { ADMIN, type Stack, startStack } from '../support/stack.ts';

/** No shortage of memory. */
const PLENTY: MemoryGuard = {
  state: 'ok',
  share: 0,
  checkAnonymous: () => undefined,
  checkStream: () => undefined,
};

/** What callers hold of each limit. */
async function heldOf(stack: Pick<Stack, 'url'>): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', stack.url))).text();
  const found = text.matchAll(/^harper_gateway_held\{limit="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, limit = '', value]) => [limit, Number(value)]));
}

async function expectNothingHeld(stack: Stack): Promise<void> {
  await eventually(async () => {
    const held = await heldOf(stack);
    expect(Object.keys(held).length).toBeGreaterThan(5);
    expect(Object.values(held).every((value) => value === 0) ? {} : held).toEqual({});
  });
}

const OPERATIONS = [
  '{ __typename }',
  '{ clusterStatus { nodeName connections { name } } }',
  '{ clusterStatus { nodeName } gateway { version } }',
  'mutation { removeNode(input: { nodeName: "nobody" }) { message } }',
  'subscription { clusterStatus { nodeName } }',
  'subscription { connectionStatusChanged(snapshot: true) { cursor } }',
  '{ nope }',
  '{ __schema { types { name description fields { name description } } } }',
];

/** Sends a part of a request over a bare connection, reads or does not read, and goes away. */
async function abandonHttp(stack: Stack, random: Random, isFrozen: boolean): Promise<void> {
  const query = random.pick(OPERATIONS);
  const isPost = random.chance(0.6);
  const body = isPost ? JSON.stringify({ query }) : '';
  const target = isPost ? '/graphql' : `/graphql?query=${encodeURIComponent(query)}`;
  const head = [
    `${isPost ? 'POST' : 'GET'} ${target} HTTP/1.1`,
    'host: 127.0.0.1',
    `accept: ${random.chance(0.5) ? 'text/event-stream' : 'application/json'}`,
    ...(isPost ? ['content-type: application/json', `content-length: ${body.length}`] : []),
    ...(random.chance(0.8) ? [`authorization: ${ADMIN}`] : []),
  ];
  const text = `${head.join('\r\n')}\r\n\r\n${body}`;
  const socket = connect(Number(new URL(stack.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const isWhole = random.chance(0.7);
  await new Promise<void>((resolve) =>
    socket.write(isWhole ? text : text.slice(0, random.below(text.length)), () => resolve()),
  );
  if (isWhole && !isFrozen && random.chance(0.4)) await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  if (random.chance(0.3)) socket.pause();
  if (random.chance(0.5)) socket.resetAndDestroy();
  else socket.destroy();
}

async function abandonSocket(stack: Stack, random: Random): Promise<void> {
  const headers = random.chance(0.7) ? { authorization: ADMIN } : undefined;
  const socket = new WebSocket(wsUrl(stack), 'graphql-transport-ws', { headers });
  socket.on('error', () => undefined);
  const steps = [
    () => once(socket, 'open'),
    async () => socket.send(JSON.stringify({ type: 'connection_init' })),
    () => Promise.race([once(socket, 'message'), once(socket, 'close')]),
    async () => socket.send(JSON.stringify(subscribe('1', random.pick(OPERATIONS)))),
    async () => socket.send(JSON.stringify(subscribe('2', random.pick(OPERATIONS)))),
    async () => socket.send(JSON.stringify({ type: 'complete', id: '1' })),
    async () => socket.send(JSON.stringify(subscribe('1', random.pick(OPERATIONS)))),
  ];
  const stopsAt = random.below(steps.length + 1);
  for (const step of steps.slice(0, stopsAt)) await step();
  if (random.chance(0.5)) socket.terminate();
  else socket.close();
}

describe('nothing stays held', { timeout: 180_000 }, () => {
  it.each([1, 2, 3])('by clients that leave at any step, seed %i', async (seed) => {
    const random = new Random(seed);
    await using stack = await startStack({ settings: { SOCKET_INIT_TIMEOUT: '500', WATCH_LINGER: '0' } });
    const node = stack.sandbox.node('node-1');
    for (let round = 0; round < 6; round += 1) {
      // Half of them leave while Harper is asked and does not answer.
      if (round % 2 === 1) node.freeze();
      await Promise.all(
        Array.from({ length: 40 }, () =>
          random.chance(0.5) ? abandonHttp(stack, random, node.isFrozen) : abandonSocket(stack, random),
        ),
      );
      node.thaw();
    }
    await expectNothingHeld(stack);
    expect((await stack.ask('{ clusterStatus { nodeName } }')).status).toBe(200);
  });

  /** A connection that asks for more answers than the buffers of both kernels take, and reads none. */
  async function neverRead(stack: Stack) {
    const type = 'types { name description fields { name description args { name description } } }';
    const body = JSON.stringify({ query: `{ __schema { ${type} } }` });
    const head = 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
    const socket = connect(Number(new URL(stack.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.pause();
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`.repeat(200));
    return socket;
  }

  it('by answers that nobody reads: neither do they keep others out, nor stay when their client goes', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { MAX_OPERATIONS: '3' } });
    const socket = await neverRead(stack);
    await eventually(async () => expect((await heldOf(stack)).MAX_HELD_BYTES).toBeGreaterThan(0));
    const replies = await Promise.all(Array.from({ length: 3 }, () => stack.ask('{ clusterStatus { nodeName } }')));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    socket.destroy();
    await expectNothingHeld(stack);
  });

  it('by answers that nobody reads, which are cut when their time is over', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { ANSWER_TIMEOUT: '300' } });
    const socket = await neverRead(stack);
    // A socket that reads nothing learns of its end when it writes.
    await eventually(() => {
      socket.write('x');
      expect(socket.destroyed).toBe(true);
    });
    await expectNothingHeld(stack);
  });

  it('without a line in the log', async () => {
    const lines: object[] = [];
    const logger = { warn: (line: object) => lines.push(line) } as unknown as Logger;
    const { settings } = readConfig({ WRITE_TIMEOUT: '100', READ_TIMEOUT: '100' });
    const limits = createLimits(settings, { logger, memory: PLENTY });
    const holder = { key: 'login x', requestId: 'r', user: 'ada', address: '10.0.0.1', operation: 'Slow' };
    limits.startOperation({ ...holder, operation: 'Quick' }).release();
    const permit = limits.startOperation(holder);
    await eventually(() => expect(lines.length).toBeGreaterThan(0));
    permit.release();
    const { key, ...shown } = holder;
    expect(lines).toEqual([{ ...shown, heldMs: 200 }]);
    expect(JSON.stringify(lines)).not.toContain(key);
  });

  it('in bytes beyond MAX_HELD_BYTES_PER_CALLER, for bodies and messages that never become whole', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { MAX_HELD_BYTES_PER_CALLER: '1000000' },
    });
    const port = Number(new URL(stack.url).port);
    const head = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nauthorization: ${ADMIN}\r\n`;
    const sockets = Array.from({ length: 4 }, () => connect(port, '127.0.0.1'));
    const answers = sockets.map(async (socket) => {
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('error', () => undefined);
      socket.write(`${head}content-length: 900000\r\n\r\n${' '.repeat(400_000)}`);
      await once(socket, 'close');
      return answer;
    });
    const refused = (await Promise.race(answers)) ?? '';
    expect(refused).toMatch(/^HTTP\/1.1 429 [\s\S]*"limit":"MAX_HELD_BYTES"/);
    expect((await heldOf(stack)).MAX_HELD_BYTES).toBeLessThanOrEqual(1_000_000);
    for (const socket of sockets) socket.destroy();
    await expectNothingHeld(stack);

    const clients = await Promise.all(Array.from({ length: 4 }, () => probe(stack)));
    for (const client of clients) {
      client.send(INIT);
      await client.message(({ type }) => type === 'connection_ack');
      client.socket.send(' '.repeat(400_000), { fin: false });
    }
    await Promise.race(clients.map(({ closed }) => closed));
    for (const client of clients) client.socket.terminate();
    await expectNothingHeld(stack);
  });
});
