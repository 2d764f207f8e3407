import { connect, createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { type Gateway, startGateway } from '../../../src/gateway.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { call } from '../../sandbox/views.ts';
import { eventually } from '../../support/eventually.ts';
import { ask, FAST } from '../../support/stack.ts';

/** An address that leads to a node, and to another one when it is told to. */
async function startVirtualAddress(): Promise<{ url: string; leadTo(url: string): void; close(): Promise<void> }> {
  let target = 0;
  const connections = new Set<() => void>();
  const server: Server = createServer((socket) => {
    const there = connect(target, '127.0.0.1');
    const end = () => {
      socket.destroy();
      there.destroy();
    };
    for (const each of [socket, there]) each.on('error', end).on('close', end);
    connections.add(end);
    socket.pipe(there).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const cut = () => {
    for (const end of connections) end();
    connections.clear();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    leadTo(url) {
      target = Number(new URL(url).port);
      cut();
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function start(urls: readonly string[]): Promise<Gateway> {
  const config = readConfig({ HARPER_URL: urls.join(','), PORT: '0', READ_TIMEOUT: '60000', VIEW_TIMEOUT: '30000' });
  return startGateway(config, { logger: createLogger('fatal') });
}

/** Nodes that measure their peers once: two answers of one node that follow one another have the same figures. */
async function startNodes(): Promise<Sandbox> {
  const sandbox = await startSandbox({ nodes: 3, timing: { ...FAST, pingInterval: 600_000 } });
  await eventually(async () => {
    for (const { name } of sandbox.nodes) {
      const { body } = await call(sandbox, name, 'cluster_status');
      const connections = body.connections as { database_sockets: { latency?: number }[] }[];
      for (const { latency } of connections.flatMap((each) => each.database_sockets)) expect(latency).toBeDefined();
    }
  });
  return sandbox;
}
const CLUSTER = '{ cluster { state nodes { name state isMember } disagreements { kind } } }';
const WHO = '{ clusterStatus { nodeName } }';

describe('two addresses of one node', () => {
  it('are one node, which is asked by the other when the first fails', async () => {
    await using sandbox = await startNodes();
    const virtual = await startVirtualAddress();
    virtual.leadTo(sandbox.node('node-1').url);
    await using gateway = await start([virtual.url, sandbox.node('node-1').url]);
    const { data } = await ask(gateway.url, CLUSTER);
    expect(data.cluster.nodes[0]).toEqual({ name: 'node-1', state: 'UP', isMember: true });
    expect(data.cluster.disagreements).toEqual([]);
    await virtual.close();
    for (let times = 0; times < 3; times += 1) {
      const { data: answer, errors } = await ask(gateway.url, WHO);
      expect([answer, errors]).toEqual([{ clusterStatus: { nodeName: 'node-1' } }, []]);
    }
  });

  it('are two nodes as soon as one of them leads to another node', async () => {
    await using sandbox = await startNodes();
    const [one, two, three] = ['node-1', 'node-2', 'node-3'].map((name) => sandbox.node(name).url) as [
      string,
      string,
      string,
    ];
    const virtual = await startVirtualAddress();
    virtual.leadTo(one);
    await using gateway = await start([virtual.url, one, three]);
    await ask(gateway.url, CLUSTER);
    virtual.leadTo(two);
    // No node is taken for another one that was renamed, and none is left out.
    await eventually(async () => {
      const { data } = await ask(gateway.url, CLUSTER);
      expect(data.cluster).toEqual({
        state: 'HEALTHY',
        nodes: ['node-1', 'node-2', 'node-3'].map((name) => ({ name, state: 'UP', isMember: true })),
        disagreements: [],
      });
    });
    expect((await ask(gateway.url, '{ clusterStatus(node: "node-1") { nodeName } }')).errors).toEqual([]);
    await virtual.close();
  });

  it('that leads to another node does not make the one before a renamed one', async () => {
    await using sandbox = await startNodes();
    const virtual = await startVirtualAddress();
    virtual.leadTo(sandbox.node('node-1').url);
    await using gateway = await start([virtual.url]);
    await ask(gateway.url, CLUSTER);
    // As a virtual address does it: node-1 is down, and node-2 takes over.
    await sandbox.node('node-1').kill();
    virtual.leadTo(sandbox.node('node-2').url);
    await eventually(async () => {
      const { data } = await ask(gateway.url, CLUSTER);
      expect(data.cluster.nodes[0]).toEqual({ name: 'node-1', state: 'UNASKED', isMember: true });
      expect(data.cluster).toMatchObject({ state: 'DEGRADED', disagreements: [] });
    });
    await virtual.close();
  });
});
