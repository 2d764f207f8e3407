import { readFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { CHANGES, wsUrl } from '../support/live.ts';
import { start } from '../support/process.ts';
import { startScript } from '../support/script.ts';
import { ADMIN, FAST, startStack } from '../support/stack.ts';

/** A subscriber without a client library: it counts, which is all there is time for with many. */
class Counter {
  readonly socket: WebSocket;
  readonly kinds: string[] = [];
  error: string | undefined;
  readonly ready: Promise<void>;

  constructor(url: string) {
    this.socket = new WebSocket(url, 'graphql-transport-ws');
    this.socket.on('open', () => this.#send({ type: 'connection_init', payload: { authorization: ADMIN } }));
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.socket.on('error', ready.reject);
    this.socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data));
      if (type === 'connection_ack')
        this.#send({ id: '1', type: 'subscribe', payload: { query: CHANGES, variables: { snapshot: true } } });
      if (type === 'error') this.error = payload[0].extensions.code;
      if (type !== 'next') return;
      ready.resolve();
      const { kind, database } = payload.data.connectionStatusChanged;
      if (kind !== 'SNAPSHOT') this.kinds.push(`${kind} ${database}`);
    });
  }

  #send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
}

describe('1 000 subscribers', () => {
  it('are served by one poll, and leave nothing behind when they go', { timeout: 180_000 }, async () => {
    await using stack = await startStack({ settings: { POLL_INTERVAL: '500', WATCH_LINGER: '500' } });
    const node = stack.sandbox.node('node-1');
    const before = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const subscribers = Array.from({ length: 1000 }, () => new Counter(wsUrl(stack)));
    await Promise.all(subscribers.map(({ ready }) => ready));
    const polls = node.received.get('cluster_status') ?? 0;
    await stack.sandbox.node('node-3').kill();
    await eventually(() => expect(subscribers.every(({ kinds }) => kinds.length >= 3)).toBe(true));
    expect((node.received.get('cluster_status') ?? 0) - polls).toBeLessThan(20);
    // In one look or in two: the same for all.
    expect(new Set(subscribers.map(({ kinds }) => kinds.slice(0, 3).join())).size).toBe(1);
    expect(subscribers[0]?.kinds).toContain('DISCONNECTED dev');
    expect(node.mostStatusCalls).toBe(1);
    for (const { socket } of subscribers) socket.close();
    await eventually(async () => {
      const { data } = await stack.ask('{ gateway { watch { subscribers state } } }');
      expect(data.gateway.watch).toEqual({ subscribers: 0, state: 'IDLE' });
    });
    const quiet = node.received.get('cluster_status');
    await stack.ask('{ viewer { username } }');
    expect(node.received.get('cluster_status')).toBe(quiet);
    await eventually(() =>
      expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length).toBeLessThanOrEqual(
        before + 10,
      ),
    );
  });
});

const canMeasure = process.platform === 'linux';
if (!canMeasure) console.warn('The memory of a gateway with slow readers is not measured: that needs /proc.');

describe.skipIf(!canMeasure)('subscribers that stop reading', () => {
  it('cost the gateway no memory and the others nothing', { timeout: 180_000 }, async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const script = startScript(sandbox, { steps: 200, perStep: 10 });
    await using gateway = start(process.execPath, ['src/cli.ts'], {
      HARPER_URL: sandbox.node('node-1').url,
      PORT: '0',
      POLL_INTERVAL: '100',
      FEED_CAPACITY: '500',
      SOCKET_PING_INTERVAL: '60000',
    });
    const [, url = ''] = await gateway.until(/GraphiQL +(\S+)/);
    const all = Array.from({ length: 300 }, () => new Counter(wsUrl({ url })));
    await Promise.all(all.map(({ ready }) => ready));
    const [slow, quick] = [all.slice(0, 30), all.slice(30)];
    const rss = () =>
      Number(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1]) / 1024;
    script.begin();
    // The first half warms the gateway up: its heap grows with the load, whoever reads.
    await eventually(() => expect(all.every(({ kinds }) => kinds.length >= 1000)).toBe(true), 60_000);
    for (const { socket } of slow) socket.pause();
    const before = rss();
    await eventually(() => expect(quick.every(({ kinds }) => kinds.length === 2000)).toBe(true), 60_000);
    expect(quick.every(({ kinds }) => kinds.join() === script.expected.join())).toBe(true);
    expect(rss() / before).toBeLessThan(1.2);
    // Who reads on has either all of it, from what its own side had buffered, or is told that it fell too far behind.
    for (const { socket } of slow) socket.resume();
    await eventually(
      () => expect(slow.every(({ kinds, error }) => error === 'SLOW_CONSUMER' || kinds.length === 2000)).toBe(true),
      20_000,
    );
    for (const { kinds } of slow) expect(script.expected.slice(0, kinds.length)).toEqual(kinds);
    for (const { socket } of all) socket.terminate();
  });
});
