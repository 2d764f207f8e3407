import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { CHANGES, wsUrl } from '../support/live.ts';
import { ADMIN, type Stack, startStack } from '../support/stack.ts';

/** Whether a page of an origin may open an event stream and a WebSocket. */
async function mayStream(stack: Stack, origin: string, headers: Record<string, string> = {}): Promise<boolean> {
  const gone = new AbortController();
  const stream = await request(stack.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: ADMIN,
      origin,
      ...headers,
    },
    body: JSON.stringify({ query: CHANGES }),
    signal: gone.signal,
  });
  stream.body.on('error', () => undefined);
  gone.abort();
  const socket = new WebSocket(wsUrl(stack), 'graphql-transport-ws', { headers: { ...headers, origin } });
  const status = await new Promise<number>((resolve) => {
    socket.on('open', () => resolve(200));
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
  socket.terminate();
  expect([stream.statusCode, status]).toSatisfy(([one, other]) => one === other);
  return status === 200;
}

describe('a page', () => {
  it('of the gateway’s own origin may open streams, in any case, and with a default port or without', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    for (const [origin, host] of [
      ['http://gateway.example', 'gateway.example'],
      ['http://gateway.example', 'gateway.example:80'],
      ['http://GATEWAY.example', 'Gateway.Example'],
      ['https://gateway.example', 'gateway.example:443'],
      ['http://gateway.example:4000', 'gateway.example:4000'],
      ['http://[::1]:4000', '[::1]:4000'],
    ] as const) {
      expect(await mayStream(stack, origin, { host }), `${origin} at ${host}`).toBe(true);
    }
  });

  it.each([
    ['http://other.example', 'gateway.example'],
    ['http://gateway.example:81', 'gateway.example'],
    ['http://gateway.example.evil.example', 'gateway.example'],
    ['null', 'gateway.example'],
    ['constructor', 'gateway.example'],
  ])('of %s may open none at %s, and is told which setting lists it', async (origin, host) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    expect(await mayStream(stack, origin, { host })).toBe(false);
    expect(stack.logs.filter((line) => line.includes('CORS_ORIGINS') && line.includes(origin))).toHaveLength(1);
  });

  it('of a listed origin may open streams', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { CORS_ORIGINS: 'https://console.example' },
    });
    expect(await mayStream(stack, 'https://console.example')).toBe(true);
    expect(await mayStream(stack, 'https://console.example:443')).toBe(true);
    expect(await mayStream(stack, 'http://console.example')).toBe(false);
  });

  it('of PUBLIC_URL may open streams behind a proxy that rewrites Host, and no other', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { PUBLIC_URL: 'https://ops.example/harper/' },
    });
    expect(await mayStream(stack, 'https://ops.example', { host: '10.0.0.1:4000' })).toBe(true);
    expect(await mayStream(stack, 'https://ops.example:443', { host: 'ops.example' })).toBe(true);
    expect(await mayStream(stack, 'http://10.0.0.1:4000', { host: '10.0.0.1:4000' })).toBe(false);
  });

  it('is led to GraphQL and served it under the path of PUBLIC_URL, which a proxy may take off or leave', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { PUBLIC_URL: 'https://ops.example/harper' },
    });
    const root = await request(new URL('/', stack.url));
    expect([root.statusCode, root.headers.location]).toEqual([302, '/harper/console']);
    for (const path of ['/graphql', '/harper/graphql']) {
      const answer = await request(new URL(`${path}?query={__typename}`, stack.url), {
        headers: { authorization: ADMIN },
      });
      expect(await answer.body.json()).toEqual({ data: { __typename: 'Query' } });
    }
    expect((await request(new URL('/harperx/graphql', stack.url))).statusCode).toBe(404);
  });
});
