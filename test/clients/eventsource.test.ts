import { connect, createServer, type Socket } from 'node:net';
import { EventSource } from 'eventsource';
import { describe, expect, it } from 'vitest';
import * as example from '../../examples/clients/eventsource.ts';
import { listen } from '../support/listen.ts';
import { startProxy } from '../support/proxy.ts';
import { ADMIN } from '../support/stack.ts';
import { follows } from './scenarios.ts';
import { collect, startRestartable } from './support.ts';

/** A stream of changes for a login, as the address of an EventSource. */
const CHANGES = `?${new URLSearchParams({
  query: 'subscription { connectionStatusChanged(snapshot: true) { kind peerName message } }',
})}`;

/** An EventSource as a browser makes it, but for the login; it looks at nothing but the events of one name. */
function open(url: string, name: string): { readonly source: EventSource; readonly data: string[] } {
  const data: string[] = [];
  const source = new EventSource(url, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: ADMIN } }),
  });
  source.addEventListener(name, (event) => data.push(event.data));
  return { source, data };
}

/** The next events of an EventSource, parsed. */
const events = (source: EventSource) =>
  collect<{ data?: { connectionStatusChanged: { kind: string; message: string } } }>((onValue) => {
    source.addEventListener('next', ({ data }) => onValue(JSON.parse(data)));
    return () => source.close();
  });

/** A proxy that can cut all connections, and answers the next request with 503 then, as one without a gateway does. */
async function startFailingProxy(target: number): Promise<AsyncDisposable & { readonly url: string; fail(): void }> {
  const inner = await startProxy(target);
  const sockets = new Set<Socket>();
  let failing = false;
  const server = createServer((client) => {
    sockets.add(client.on('error', () => undefined));
    if (!failing) return void client.pipe(connect(inner.port, '127.0.0.1').on('error', () => undefined)).pipe(client);
    failing = false;
    client.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    fail() {
      failing = true;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await inner[Symbol.asyncDispose]();
    },
  };
}

describe('eventsource', () => {
  // It waits as long as the gateway says, up to 5 s each time.
  follows(example, 1);

  it('goes on by its cursor after a 503, which an EventSource gives up at', { timeout: 180_000 }, async () => {
    await using stack = await startRestartable();
    await using proxy = await startFailingProxy(Number(new URL(stack.url).port));
    using changes = collect(example.connect(proxy.url, ADMIN).follow);
    for (let count = 0; count < 4; count += 1) await changes.until(({ kind }) => kind === 'SNAPSHOT');
    proxy.fail();
    await stack.sandbox.node('node-3').kill();
    await changes.until(({ kind, peerName }) => kind === 'STATE_CHANGED' && peerName === 'node-3');
    expect(changes.all.filter(({ kind }) => kind === 'SNAPSHOT')).toHaveLength(4);
    expect(changes.errors).toEqual([]);
  });
});

describe('an EventSource', () => {
  it('is answered a query, and told that this was all', async () => {
    await using stack = await startRestartable();
    const query = new URLSearchParams({ query: '{ clusterStatus { nodeName } }' });
    const { source, data } = open(`${stack.url}?${query}`, 'next');
    await new Promise((resolve) => source.addEventListener('complete', resolve));
    source.close();
    expect(data.map((text) => JSON.parse(text))).toEqual([{ data: { clusterStatus: { nodeName: 'node-1' } } }]);
  });

  it('is told at the beginning when to come back, before the gateway forgets where it was', async () => {
    await using stack = await startRestartable();
    const stop = new AbortController();
    const response = await fetch(`${stack.url}${CHANGES}`, {
      headers: { accept: 'text/event-stream', authorization: ADMIN },
      signal: stop.signal,
    });
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('event: next')) break;
    }
    stop.abort();
    const [, milliseconds] = /^retry: ?(\d+)$/m.exec(text.slice(0, text.indexOf('event: next'))) ?? [];
    expect(Number(milliseconds)).toBeGreaterThan(0);
    expect(Number(milliseconds)).toBeLessThan(60_000);
  });

  it('begins anew by itself where its cursor is lost, though it looks at no error', { timeout: 180_000 }, async () => {
    await using stack = await startRestartable();
    const { source } = open(`${stack.url}${CHANGES}`, 'next');
    using changes = events(source);
    await changes.until(({ data }) => data?.connectionStatusChanged.kind === 'SNAPSHOT');
    await stack.restart(0, () => stack.sandbox.node('node-3').kill());
    await changes.until(({ data }) => data?.connectionStatusChanged.message === 'node-3 is not connected for system.');
  });
});
