import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';
import { ask, basic, type Reply, startStack } from '../support/stack.ts';

const STATUS = '{ clusterStatus { nodeName connections { name databaseSockets { connected } } } }';

describe('200 concurrent status queries on a node where overlap hangs', { timeout: 180_000 }, () => {
  it('are all answered, those that come during a call by one more, never two at once', async () => {
    // On a machine that is busy with other things 200 requests take seconds to arrive.
    await using stack = await startStack({ settings: { READ_TIMEOUT: '60000' } });
    const node = stack.sandbox.node('node-1');
    const held = node.faults.hold('cluster_status');
    const first = stack.ask(STATUS);
    await held.arrived;
    const others = Array.from({ length: 200 }, () => stack.ask(STATUS));
    // The gateway has taken all of them when it has answered one that needs no Harper.
    await Promise.all(Array.from({ length: 20 }, () => stack.ask('{ __typename }')));
    held.release();
    const replies = await Promise.all([first, ...others]);
    for (const { status, data } of replies) {
      expect(status).toBe(200);
      expect(data.clusterStatus.connections).toHaveLength(2);
    }
    expect(node.mostStatusCalls).toBe(1);
    expect(node.received.get('cluster_status')).toBeLessThanOrEqual(3);
  });

  it('are all answered with 20 different logins, never two at once', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { READ_TIMEOUT: '60000' } });
    const node = stack.sandbox.node('node-1');
    const logins = Array.from({ length: 20 }, (_, index) => `admin-${index}`);
    for (const username of logins) {
      stack.sandbox.logins.add({
        username,
        password: `secret-${username}`,
        role: 'super_user',
        superUser: true,
        active: true,
      });
    }
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const username = logins[index % 20] ?? '';
        return stack.ask(STATUS, { as: basic(username, `secret-${username}`) });
      }),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(200).fill(200));
    expect(node.mostStatusCalls).toBe(1);
    expect(node.received.get('cluster_status')).toBeGreaterThanOrEqual(20);
  });

  it('all fail when the node is frozen, and the next one after it has thawed succeeds', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { READ_TIMEOUT: '1000' } });
    const node = stack.sandbox.node('node-1');
    node.freeze();
    const replies = await Promise.all(Array.from({ length: 200 }, () => stack.ask(STATUS)));
    expect(replies.map(({ errors }) => errors[0]?.extensions.code)).toEqual(Array(200).fill('UPSTREAM_TIMEOUT'));
    node.thaw();
    await eventually(async () => expect((await stack.ask(STATUS)).status).toBe(200));
  });
});

describe('a reader', () => {
  it('is never answered with something older than their question', async () => {
    await using stack = await startStack({ sandbox: { spares: 1 } });
    const node = stack.sandbox.node('node-1');
    const names = ({ data }: Reply) => data.clusterStatus.connections.map(({ name }: { name: string }) => name);
    const held = node.faults.hold('cluster_status', 'after');
    const before = stack.ask(STATUS);
    await held.arrived;
    // The first answer is ready and shows both peers; what is asked from now on must show the change.
    await stack.ask('mutation { removeNode(input: { hostname: "node-3" }) { message } }');
    const after = stack.ask(STATUS);
    held.release();
    expect(names(await before)).toEqual(['node-2', 'node-3']);
    expect(names(await after)).toEqual(['node-2']);
  });

  it('sees one moment in everything a query asks', async () => {
    await using stack = await startStack();
    await stack.ask('{ clusterStatus { nodeName } peer(name: "node-2") { name } }');
    expect(stack.sandbox.node('node-1').received.get('cluster_status')).toBe(1);
  });

  it('who goes away cuts off nobody else’s answer', async () => {
    await using stack = await startStack();
    const node = stack.sandbox.node('node-1');
    const held = node.faults.hold('cluster_status');
    const controller = new AbortController();
    const gone = stack.ask(STATUS, { signal: controller.signal });
    await held.arrived;
    controller.abort();
    await expect(gone).rejects.toThrow(/abort/i);
    const stays = stack.ask(STATUS);
    held.release();
    expect((await stays).status).toBe(200);
    expect(node.mostStatusCalls).toBe(1);
  });
});

describe('a node whose answers carry no type', () => {
  it('is asked for several logins at once, up to the limit', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' }, settings: { STATUS_CONCURRENCY: '3' } });
    const node = stack.sandbox.node('node-1');
    await stack.ask(STATUS);
    const logins = ['a', 'b', 'c', 'd'].map((username) => {
      stack.sandbox.logins.add({ username, password: 'secret', role: 'super_user', superUser: true, active: true });
      return basic(username, 'secret');
    });
    const holds = [1, 2, 3].map(() => node.faults.hold('cluster_status'));
    const replies = logins.map((as) => stack.ask(STATUS, { as }));
    await Promise.all(holds.map(({ arrived }) => arrived));
    expect(node.mostStatusCalls).toBe(3);
    for (const hold of holds) hold.release();
    for (const { status } of await Promise.all(replies)) expect(status).toBe(200);
    expect(node.mostStatusCalls).toBe(3);
  });
});

/** A server that answers, keeps the connection, and closes it under the next request when told to. */
async function startFickle(): Promise<{ server: Server; url: string; requests: string[]; slam: () => void }> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let slammed = false;
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => {
      body += chunk;
    });
    req.on('end', () => {
      // The gateway asks for /health when it starts.
      if (body === '') {
        res.end('fine');
        return;
      }
      requests.push(JSON.parse(body).operation);
      if (slammed) {
        slammed = false;
        req.socket.destroy();
        return;
      }
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ username: 'admin', node_name: 'fickle', connections: [], message: 'done' }));
    });
  });
  server.on('connection', (socket) => sockets.add(socket));
  const port = await listen(server);
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    requests,
    slam: () => {
      slammed = true;
    },
  };
}

describe('a connection that Harper closes under a request', () => {
  it('is no failure for a read: it is sent once more', async () => {
    const { server, url, requests, slam } = await startFickle();
    await using gateway = await startGateway(readConfig({}, { HARPER_URL: url, PORT: '0' }), {
      logger: createLogger('silent'),
    });
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }')).status).toBe(200);
    slam();
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }')).data).toEqual({
      clusterStatus: { nodeName: 'fickle' },
    });
    expect(requests.filter((operation) => operation === 'cluster_status')).toHaveLength(3);
    server.closeAllConnections();
    server.close();
  });

  it('fails a write, which is never sent again', async () => {
    const { server, url, requests, slam } = await startFickle();
    await using gateway = await startGateway(readConfig({}, { HARPER_URL: url, PORT: '0' }), {
      logger: createLogger('silent'),
    });
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }')).status).toBe(200);
    slam();
    const { errors } = await ask(gateway.url, 'mutation { removeNode(input: { hostname: "a" }) { message } }');
    expect(errors[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      outcomeUnknown: true,
      retryable: false,
    });
    expect(requests.filter((operation) => operation === 'remove_node')).toHaveLength(1);
    server.closeAllConnections();
    server.close();
  });
});

describe('a write', () => {
  it('goes on when its caller goes away', async () => {
    await using stack = await startStack();
    const node = stack.sandbox.node('node-1');
    const held = node.faults.hold('remove_node');
    const controller = new AbortController();
    const gone = stack.ask('mutation { removeNode(input: { hostname: "node-3" }) { message } }', {
      signal: controller.signal,
    });
    await held.arrived;
    controller.abort();
    await expect(gone).rejects.toThrow(/abort/i);
    held.release();
    await eventually(async () => {
      const { data } = await stack.ask(STATUS);
      expect(data.clusterStatus.connections.map(({ name }: { name: string }) => name)).toEqual(['node-2']);
    });
  });

  it('may run while the status is read, also one that hangs', async () => {
    await using stack = await startStack();
    const held = stack.sandbox.node('node-1').faults.hold('add_node');
    const adding = stack.ask('mutation { addNode(input: { hostname: "node-2" }) { message } }');
    await held.arrived;
    expect((await stack.ask(STATUS)).status).toBe(200);
    held.release();
    expect((await adding).data.addNode.message).toMatch(/Successfully added/);
  });
});
