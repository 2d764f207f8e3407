import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { probe, subscribe } from '../support/probe.ts';
import { ADMIN, startStack } from '../support/stack.ts';

describe('access by WebSocket', () => {
  it.each([
    ['authorization in connection_init', { authorization: ADMIN }, {}],
    ['Authorization in connection_init', { Authorization: ADMIN }, {}],
    ['headers in connection_init', { headers: { authorization: ADMIN } }, {}],
    ['the header of the upgrade', undefined, { authorization: ADMIN }],
  ])('takes a login from %s', async (_, payload, headers) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await using client = await probe(stack, 'graphql-transport-ws', headers);
    client.send({ type: 'connection_init', payload });
    await client.message(({ type }) => type === 'connection_ack');
    client.send(subscribe('1', '{ viewer { username } }'));
    expect((await client.message(({ id }) => id === '1')).payload.data).toEqual({ viewer: { username: 'admin' } });
  });

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('is not opened for %s', async (_, headers) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await expect(probe(stack, 'graphql-transport-ws', headers)).rejects.toThrow(/403/);
  });

  it('is opened for a listed origin and for the gateway’s own pages', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { CORS_ORIGINS: 'https://a.example' } });
    for (const origin of ['https://a.example', new URL(stack.url).origin]) {
      await using client = await probe(stack, 'graphql-transport-ws', { origin });
      expect(client.socket.readyState).toBe(WebSocket.OPEN);
    }
  });
});
