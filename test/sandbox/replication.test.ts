import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createApi } from '../../src/sandbox/api.ts';
import { Logins } from '../../src/sandbox/login.ts';
import { Names } from '../../src/sandbox/names.ts';
import { type Dialect, SandboxNode } from '../../src/sandbox/node.ts';
import { claimPorts } from '../../src/sandbox/ports.ts';
import { ChangeClock } from '../../src/sandbox/records.ts';
import { SYSTEM_TIME } from '../../src/sandbox/time.ts';
import { post } from '../support/harper.ts';
import { ADMIN, FAST } from '../support/stack.ts';

/** A node alone, and the port of its replication sockets. */
async function startNode(dialect: Dialect = '4.7') {
  const names = new Names();
  const ports = await claimPorts();
  const node = new SandboxNode({
    name: 'node-1',
    dialect,
    names,
    ports,
    logins: new Logins(SYSTEM_TIME),
    timing: FAST,
    clock: new ChangeClock(SYSTEM_TIME),
    time: SYSTEM_TIME,
    passage: () => 'open',
    createApi,
    authorizeLocal: false,
  });
  await node.start();
  const resolution = names.resolve(`ws://node-1:${Names.PORT}`);
  if ('fault' in resolution) throw new Error(resolution.fault);
  const stop = async () => {
    await node.kill();
    await ports.release();
  };
  return { node, port: resolution.port, [Symbol.asyncDispose]: stop };
}

const isAlive = async (node: SandboxNode) =>
  (await post(node.url, { operation: 'user_info' }, ADMIN)).body.username === 'admin';

describe('a replication socket of the sandbox', () => {
  it.each(['no JSON', 'null', '{}', '{"self":{}}', '{"type":"nodes","records":5}'])(
    'is closed after a message that no node sends: %s',
    async (message) => {
      await using started = await startNode();
      started.node.replication.records.put({ name: 'node-2', url: 'ws://node-2:9933' });
      for (const query of ['join=1&from=node-3', 'from=node-2&database=system']) {
        const headers = { authorization: ADMIN };
        const socket = new WebSocket(`ws://127.0.0.1:${started.port}/?${query}`, { headers });
        await once(socket, 'open');
        socket.send(message);
        socket.close();
        await once(socket, 'close');
      }
      expect(await isAlive(started.node)).toBe(true);
    },
  );

  it('is closed where the other end is no node', async () => {
    await using started = await startNode();
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const closed = new Promise<number>((resolve) => {
      server.on('connection', (socket) => {
        socket.on('close', resolve);
        socket.send('no JSON');
      });
    });
    const { port } = server.address() as { port: number };
    started.node.replication.records.put({ name: 'node-1', url: started.node.replication.url });
    started.node.replication.records.put({ name: 'far', url: `ws://127.0.0.1:${port}` });
    started.node.replication.apply();
    expect(await closed).toBe(1007);
    expect(await isAlive(started.node)).toBe(true);
    server.close();
  });

  it.each([
    ['4.7', 1008, ['node-2']],
    ['5.2', 1005, []],
  ] as const)('of a node that was removed tells of removals, which %s answers with %i', async (dialect, code, left) => {
    await using started = await startNode(dialect);
    const { records } = started.node.replication;
    for (const name of ['node-2', 'node-3']) records.put({ name, subscriptions: [] });
    records.remove('node-3');
    const removed = [['node-2', SYSTEM_TIME.date() + 1000]];
    const socket = new WebSocket(`ws://127.0.0.1:${started.port}/?removal=1&from=node-3`);
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send(JSON.stringify({ records: [], removed, databases: [] }));
    socket.close();
    expect((await closed)[0]).toBe(code);
    expect(records.peers().map(({ name }) => name)).toEqual(left);
  });

  it('is not opened for a peer whose address is no URL', async () => {
    await using started = await startNode();
    const routes = ['a host with spaces'];
    await post(started.node.url, { operation: 'cluster_set_routes', routes }, ADMIN);
    await started.node.kill();
    await started.node.start();
    const { connections } = (await post(started.node.url, { operation: 'cluster_status' }, ADMIN)).body;
    expect(connections[0].database_sockets[0].connected).toBe(false);
  });
});
