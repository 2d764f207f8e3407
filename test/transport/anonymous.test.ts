import { describe, expect, it } from 'vitest';
import { ForwardClock } from '../support/clock.ts';
import { INIT, probe, subscribe } from '../support/probe.ts';
import { ADMIN, basic, startStack } from '../support/stack.ts';

/** Settings under which no test waits for the time limit by accident. */
const LONG_TIMEOUT = { SOCKET_INIT_TIMEOUT: '60000' };
const ONE_NODE = { nodes: 1 };

const anonymous = { type: 'connection_init' };
const loginOf = (user: string) => ({ ...anonymous, payload: { authorization: basic(user, 'new') } });

describe('a WebSocket without a login', () => {
  it.each([
    ['a connection_init of 20 KB', [{ ...anonymous, payload: { text: 'x'.repeat(20_000) } }], 1009],
    ['a subscribe of 20 KB', [anonymous, subscribe('1', `{ __typename ${'#'.repeat(20_000)} }`)], 1009],
    ['a ping of 20 KB', [{ type: 'ping', payload: { text: 'x'.repeat(20_000) } }], 1009],
    ['a message of 1 MB', [{ ...anonymous, payload: { text: 'x'.repeat(1_000_000) } }], 4401],
    ['40 pings', Array.from({ length: 40 }, () => ({ type: 'ping' })), 4401],
    [
      '40 subscribes',
      [anonymous, ...Array.from({ length: 40 }, (_, id) => subscribe(`${id}`, '{ __typename }'))],
      4401,
    ],
  ])('is closed after %s', async (_, messages, code) => {
    await using stack = await startStack({ sandbox: ONE_NODE, settings: LONG_TIMEOUT });
    await using client = await probe(stack);
    for (const message of messages) client.send(message);
    expect((await client.closed)[0]).toBe(code);
  });

  it('is closed for a message that never becomes whole', async () => {
    await using stack = await startStack({ sandbox: ONE_NODE, settings: LONG_TIMEOUT });
    await using client = await probe(stack);
    for (let part = 0; part < 100; part += 1) client.socket.send('x'.repeat(1000), { fin: false });
    expect((await client.closed)[0]).toBe(4401);
  });

  it('may read the schema', async () => {
    await using stack = await startStack({ sandbox: ONE_NODE, settings: LONG_TIMEOUT });
    await using client = await probe(stack);
    client.send(anonymous);
    // A subscribe that comes before the acknowledgement is refused by the protocol.
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('1', '{ __schema { queryType { name } } }'));
    const { payload } = await client.message(({ id }) => id === '1');
    expect(payload).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });

  it.each([
    ['4401 where it has no login', anonymous, false, 4401],
    ['1013 where Harper cannot check its login', loginOf('someone'), true, 1013],
    ['4401 where Harper has refused its login', loginOf('someone'), false, 4401],
  ])('is closed when its time is over, with %s', async (_, init, isDown, code) => {
    await using stack = await startStack({ sandbox: ONE_NODE, settings: { SOCKET_INIT_TIMEOUT: '3000' } });
    if (isDown) await stack.sandbox.node('node-1').kill();
    await using client = await probe(stack);
    client.send(init);
    expect((await client.closed)[0]).toBe(code);
  });
});

describe('a WebSocket with a login', () => {
  it('stays open, and takes messages up to MAX_BODY_BYTES', async () => {
    const clock = new ForwardClock();
    await using stack = await startStack({ sandbox: ONE_NODE, settings: { SOCKET_INIT_TIMEOUT: '5000' }, clock });
    await using client = await probe(stack);
    client.send(INIT);
    await client.message(({ type }) => type === 'connection_ack');
    // Beyond the time in which a socket must have had a login accepted, and before the first ping.
    clock.advance(11_000);
    const payload = { query: '{ __typename }', extensions: { long: '#'.repeat(900_000) } };
    client.send({ id: '1', type: 'subscribe', payload });
    expect((await client.message(({ id }) => id === '1')).payload).toEqual({ data: { __typename: 'Query' } });
  });

  it.each([
    ['is taken with 256 characters', 256, undefined],
    ['closes the socket with 257', 257, 4400],
  ])('an id %s', async (_, length, code) => {
    await using stack = await startStack({ sandbox: ONE_NODE });
    await using client = await probe(stack, 'graphql-transport-ws', { authorization: ADMIN });
    client.send(anonymous);
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('i'.repeat(length), '{ __typename }'));
    if (code !== undefined) expect((await client.closed)[0]).toBe(code);
    else await client.message(({ id }) => id?.length === length);
  });

  it.each(['next', 'error', 'connection_ack', 'hello'])('is closed for a message of type %s', async (type) => {
    await using stack = await startStack({ sandbox: ONE_NODE });
    await using client = await probe(stack);
    client.send({ type, id: '1', payload: type === 'error' ? [{ message: 'x' }] : {} });
    expect((await client.closed)[0]).toBe(4400);
    expect(stack.logs.join('')).not.toContain('Unexpected');
  });
});
