import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLingering } from '../../src/transport/http/lingering.ts';
import { settled, TestClock } from '../support/clock.ts';
import { type Stack, startStack } from '../support/stack.ts';

const LONG = 'x'.repeat(32_000_000);

/** A POST whose body is longer than what the kernel keeps of a connection, so that it cannot be sent unread. */
function post(path: string, ...headers: string[]): string {
  const length = `content-length: ${LONG.length}`;
  return [`POST ${path} HTTP/1.1`, 'host: localhost', length, ...headers, '', LONG].join('\r\n');
}

const chunked = [
  ...['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json', 'transfer-encoding: chunked'],
  ...['', LONG.length.toString(16), LONG, '0', '', ''],
].join('\r\n');

const JSON_BODY = 'content-type: application/json';

/** Sends all of a text before it reads anything, as simple clients do, and returns what it then reads. */
async function sendThenRead(stack: Stack, text: string): Promise<string> {
  const socket = connect(Number(new URL(stack.url).port), '127.0.0.1').pause();
  await once(socket, 'connect');
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.write(text, () => resolve());
  });
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

describe('a request that is refused before all of it was read', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ sandbox: { nodes: 1 } });
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it.each([
    ['a body that is too long', post('/graphql', JSON_BODY), 413],
    ['a body that is too long, in chunks', chunked, 413],
    ['a body of an unknown encoding', post('/graphql', JSON_BODY, 'content-encoding: zip', 'connection: close'), 415],
    ['a body of another type', post('/graphql', 'content-type: text/plain', 'connection: close'), 415],
    ['a path that is not served', post('/nothing', JSON_BODY, 'connection: close'), 404],
    ['a method that is not taken', post('/ready', JSON_BODY, 'connection: close'), 405],
    ['headers that are too long', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${LONG}\r\n\r\n`, 431],
    ['what is no request', `${LONG}\r\n\r\n`, 400],
    ['an upgrade that is refused', post('/nothing', 'connection: upgrade', 'upgrade: websocket'), 404],
  ])('is answered all the same: %s', async (_, text, status) => {
    const answer = await sendThenRead(stack, text);
    expect(answer.split('\r\n')[0]).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ errors: [{ extensions: {} }] });
  });
});

describe('the connection of a client that was refused', () => {
  it.each<[string, (client: PassThrough, clock: TestClock) => unknown]>([
    ['the client has sent all', (client) => client.end()],
    ['the client is gone', (client) => client.destroy()],
    ['five seconds are over', (_, clock) => clock.advance(1)],
  ])('is closed once, when %s', async (_, happen) => {
    const clock = new TestClock();
    const client = new PassThrough();
    let closed = 0;
    createLingering(clock)(client, () => {
      closed += 1;
    });
    client.write('more');
    await clock.advance(4999);
    expect(closed).toBe(0);
    await happen(client, clock);
    await settled();
    expect(closed).toBe(1);
    await clock.advance(10_000);
    expect(closed).toBe(1);
  });
});
