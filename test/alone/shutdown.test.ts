import { once } from 'node:events';
import { createServer } from 'node:http';
import process from 'node:process';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { listen } from '../support/listen.ts';
import { start } from '../support/process.ts';
import { ADMIN, ask, FAST } from '../support/stack.ts';

const SUBSCRIPTIONS = 500;
const MUTATIONS = 20;

it('reports every outcome, closes every socket with 1001 and exits with 0 within 10 s of SIGTERM', {
  timeout: 180_000,
}, async () => {
  await using sandbox = await startSandbox({ timing: FAST });
  await using program = start(process.execPath, ['src/cli.ts'], {
    HARPER_URL: sandbox.node('node-1').url,
    PORT: '0',
    POLL_INTERVAL: '200',
  });
  const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
  const closed = await Promise.all(
    Array.from({ length: SUBSCRIPTIONS }, async () => {
      const socket = new WebSocket(url.replace('http:', 'ws:'), 'graphql-transport-ws');
      await once(socket, 'open');
      const next = new Promise<void>((resolve) => {
        socket.on('message', (data) => {
          const text = String(data);
          if (text.includes('connection_ack')) {
            const query = 'subscription { clusterStatus { nodeName } }';
            socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
          } else if (text.includes('"next"')) resolve();
        });
      });
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: ADMIN } }));
      await next;
      return { end: once(socket, 'close').then(([code, reason]) => [code, String(reason)] as const) };
    }),
  );
  const holds = Array.from({ length: MUTATIONS }, () => sandbox.node('node-1').faults.hold('add_node', 'after'));
  const running = holds.map((_, index) =>
    ask(url, `mutation { addNode(input: { hostname: "node-2", shard: ${index} }) { message } }`),
  );
  await Promise.all(holds.map(({ arrived }) => arrived));
  const begun = performance.now();
  program.child.kill('SIGTERM');
  const ends = await Promise.all(closed.map(({ end }) => end));
  expect(new Set(ends.map(([code]) => code))).toEqual(new Set([1001]));
  // Each is asked to come back at another moment.
  const hints = ends.map(([, reason]) => Number(/come back in (\d+) ms/.exec(reason)?.[1]));
  expect(Math.min(...hints)).toBeGreaterThan(0);
  expect(new Set(hints).size).toBeGreaterThan(SUBSCRIPTIONS / 4);
  for (const { release } of holds) release();
  for (const { data } of await Promise.all(running)) {
    expect(data.addNode.message).toBe("Successfully added 'ws://node-2:9933' to cluster");
  }
  expect(await program.ended).toBe(0);
  expect(performance.now() - begun).toBeLessThan(10_000);
  const lines = program
    .stdout()
    .split('\n')
    .filter((line) => line.includes('"audit":true') && line.includes('"outcome"'));
  expect(lines).toHaveLength(MUTATIONS);
});

it('writes what is not known of changes that Harper has not answered when the shutdown timeout is over', {
  timeout: 180_000,
}, async () => {
  await using sandbox = await startSandbox({ timing: FAST });
  await using program = start(process.execPath, ['src/cli.ts'], {
    HARPER_URL: sandbox.node('node-1').url,
    PORT: '0',
    SHUTDOWN_TIMEOUT: '1000',
  });
  const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
  const holds = [1, 2].map(() => sandbox.node('node-1').faults.hold('add_node', 'after'));
  const running = holds.map((_, index) =>
    ask(url, `mutation { addNode(input: { hostname: "node-2", shard: ${index} }) { message } }`).catch(() => undefined),
  );
  await Promise.all(holds.map(({ arrived }) => arrived));
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  await Promise.all(running);
  const lines = program
    .stdout()
    .split('\n')
    .filter((line) => line.includes('"audit":true') && line.includes('"outcome"'));
  expect(lines.map((line) => JSON.parse(line).outcomeUnknown)).toEqual([true, true]);
  for (const { release } of holds) release();
});

it('ends with 0 when the collector of its traces does not answer', { timeout: 180_000 }, async () => {
  await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
  const asked = Promise.withResolvers<void>();
  const collector = createServer(() => asked.resolve());
  const port = await listen(collector);
  await using program = start(process.execPath, ['src/cli.ts'], {
    HARPER_URL: sandbox.node('node-1').url,
    PORT: '0',
    SHUTDOWN_TIMEOUT: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
  await ask(url, '{ clusterStatus { nodeName } }');
  program.child.kill('SIGTERM');
  await asked.promise;
  // After five seconds more it would end by itself, with 1.
  expect(await program.ended).toBe(0);
  collector.closeAllConnections();
  collector.close();
});
