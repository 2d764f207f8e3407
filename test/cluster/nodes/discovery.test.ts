import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/cluster/nodes/discovery.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { FAST, startStack } from '../../support/stack.ts';

const DISCOVERY = { template: 'https://{host}:9925', hosts: ['*.harper.internal', 'node-7', '10.0.0.0/8', 'fd00::/8'] };

/** Peers as a cluster may name them, and where they are asked; undefined: nowhere. */
const PEERS: readonly [name: string, url: string | null, origin: string | undefined][] = [
  ['a', 'wss://a.harper.internal:9933', 'https://a.harper.internal:9925'],
  ['a', 'wss://A.B.Harper.INTERNAL:9933', 'https://a.b.harper.internal:9925'],
  ['a.harper.internal', null, 'https://a.harper.internal:9925'],
  ['node-7', 'ws://node-7:9933', 'https://node-7:9925'],
  ['a', 'ws://10.1.2.3:9933', 'https://10.1.2.3:9925'],
  ['10.1.2.3', null, 'https://10.1.2.3:9925'],
  ['a', 'ws://[fd00::1]:9933', 'https://[fd00::1]:9925'],
  ['fd00::1', null, 'https://[fd00::1]:9925'],
  // Not allowed.
  ['a', 'wss://evil.example:9933', undefined],
  ['evil.example', null, undefined],
  ['a', 'wss://harper.internal:9933', undefined],
  ['a', 'wss://.harper.internal:9933', undefined],
  ['a', 'wss://evilharper.internal:9933', undefined],
  ['a', 'wss://a.harper.internal.evil.example:9933', undefined],
  ['a', 'ws://11.0.0.1:9933', undefined],
  ['a', 'ws://[fe80::1]:9933', undefined],
  // Forms of addresses: one address is one, however it is written.
  ['a', 'ws://167837955:9933', 'https://10.1.1.3:9925'],
  ['a', 'ws://0x0a010203:9933', 'https://10.1.2.3:9925'],
  ['a', 'ws://2130706433:9933', undefined],
  ['a', 'ws://127.1:9933', undefined],
  ['a', 'ws://[::ffff:10.1.2.3]:9933', 'https://[::ffff:a01:203]:9925'],
  ['a', 'ws://[::ffff:11.1.2.3]:9933', undefined],
  ['10.evil.example', null, undefined],
  // Names that mean something else in a URL.
  ['a.harper.internal@evil.example', null, undefined],
  ['a', 'wss://a.harper.internal@evil.example:9933', undefined],
  ['a', 'wss://user:secret@a.harper.internal:9933', undefined],
  ['evil.example/a.harper.internal', null, undefined],
  ['evil.example#.harper.internal', null, undefined],
  ['evil.example?.harper.internal', null, undefined],
  ['evil.example\\.harper.internal', null, undefined],
  ['evil.example%2f.harper.internal', null, undefined],
  ['evil.example:1234', null, undefined],
  ['a.harper.internal:1234', null, undefined],
  ['a .harper.internal', null, undefined],
  ['a\t.harper.internal', 'wss://evil.example', undefined],
  ['*.harper.internal', null, undefined],
  ['', null, undefined],
  ['', '', undefined],
  ['{host}', null, undefined],
  // Other alphabets: punycode is compared, so a letter that looks alike is another one.
  ['а.hаrper.internal', null, undefined],
  ['a。harper。internal', null, 'https://a.harper.internal:9925'],
  ['xn--80ak6aa92e.harper.internal', null, 'https://xn--80ak6aa92e.harper.internal:9925'],
  // URLs that are none of a replication socket.
  ['a', 'file:///etc/passwd', undefined],
  ['a', 'http://a.harper.internal', undefined],
  ['a', 'javascript:a.harper.internal', undefined],
  ['a', 'not a url', undefined],
];

describe('the address of a peer', () => {
  it.each(PEERS)('named %j at %j is %s', (name, url, origin) => {
    expect(addressOf({ name, url }, DISCOVERY)?.origin).toBe(origin);
  });

  it('may have its host within a name', () => {
    const discovery = { template: 'https://api.{host}.example.com:9925/', hosts: ['*.example.com'] };
    expect(addressOf({ name: 'node-1', url: null }, discovery)?.origin).toBe('https://api.node-1.example.com:9925');
    expect(addressOf({ name: '10.0.0.1', url: null }, discovery)?.origin).toBe('https://api.10.0.0.1.example.com:9925');
    expect(addressOf({ name: 'fd00::1', url: null }, discovery)).toBe(undefined);
  });
});

describe('discovery', () => {
  /** Changes what node-1 says of its peers' names and addresses. */
  const withPeers = (connections: object[]) => (body: unknown) => ({ ...(body as object), connections });

  it('asks the peers of a node at the addresses that the template makes of their hosts', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    const [first, second] = sandbox.nodes.map(({ url }) => new URL(url));
    await using stack = await startStack({
      settings: {
        HARPER_URL: String(first),
        HARPER_DISCOVERY: `http://{host}:${second?.port}`,
        HARPER_DISCOVERY_HOSTS: '127.0.0.0/8',
      },
    });
    const connections = [{ name: 'node-2', url: 'ws://127.0.0.1:9933', database_sockets: [] }];
    const change = withPeers(connections);
    sandbox.node('node-1').faults.add('cluster_status', { kind: 'alter', change }, Number.POSITIVE_INFINITY);
    await stack.ask('{ clusterStatus { nodeName } }');
    const { data } = await stack.ask(
      '{ cluster { isComplete nodes { name state } } gateway { backends { name discovered } } }',
    );
    expect(data.cluster.nodes).toEqual([
      { name: 'node-1', state: 'UP' },
      { name: 'node-2', state: 'UP' },
    ]);
    expect(data.cluster.isComplete).toBe(true);
    expect((await stack.ask('{ clusterStatus(node: "node-2") { nodeName } }')).data.clusterStatus.nodeName).toBe(
      'node-2',
    );
  });

  it('tells of a node that does not answer as long as it is listed, and then leaves it', async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const closed = createServer().listen(0, '127.0.0.2');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    await once(closed, 'close');
    await using stack = await startStack({
      settings: {
        HARPER_URL: sandbox.node('node-1').url,
        HARPER_DISCOVERY: `http://{host}:${port}`,
        HARPER_DISCOVERY_HOSTS: '127.0.0.2',
      },
    });
    let listed: object[] = [{ name: 'node-2', url: 'ws://127.0.0.2:9933', database_sockets: [] }];
    const change = (body: unknown) => withPeers(listed)(body);
    sandbox.node('node-1').faults.add('cluster_status', { kind: 'alter', change }, Number.POSITIVE_INFINITY);
    const query = '{ cluster { nodes { name state operationsUrl } } gateway { backends { url } } }';
    const backend = { url: sandbox.node('node-1').url.replace(/\/$/, '') };
    await stack.ask(query);
    const { data } = await stack.ask(query);
    const operationsUrl = `http://127.0.0.2:${port}`;
    expect(data.cluster.nodes[1]).toEqual({ name: 'node-2', state: 'UNREACHABLE', operationsUrl });
    expect(data.gateway.backends).toEqual([backend, { url: operationsUrl }]);
    listed = [];
    await stack.ask(query);
    const after = await stack.ask(query);
    expect(after.data.cluster.nodes).toMatchObject([{ name: 'node-1' }]);
    expect(after.data.gateway.backends).toEqual([backend]);
  });

  it('finds a node again that has moved to another host', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    const { port } = new URL(sandbox.node('node-2').url);
    // The same port at other addresses of this machine leads there, too.
    const at = async (host: string) => {
      const server = createServer((socket) => {
        const there = connect(Number(port), '127.0.0.1');
        socket.on('error', () => there.destroy()).on('close', () => there.destroy());
        there.on('error', () => socket.destroy()).on('close', () => socket.destroy());
        sockets.add(socket);
        socket.pipe(there).pipe(socket);
      }).listen(Number(port), host);
      const sockets = new Set<Socket>();
      await once(server, 'listening');
      return async () => {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, 'close');
      };
    };
    let close = await at('127.0.0.2');
    await using stack = await startStack({
      settings: {
        HARPER_URL: sandbox.node('node-1').url,
        HARPER_DISCOVERY: `http://{host}:${port}`,
        HARPER_DISCOVERY_HOSTS: '127.0.0.2,127.0.0.3',
      },
    });
    let host = '127.0.0.2';
    const change = (body: unknown) =>
      withPeers([{ name: 'node-2', url: `ws://${host}:9933`, database_sockets: [] }])(body);
    sandbox.node('node-1').faults.add('cluster_status', { kind: 'alter', change }, Number.POSITIVE_INFINITY);
    const found = async () => {
      const { data } = await stack.ask('{ cluster { nodes { name state operationsUrl } } }');
      expect(data.cluster.nodes[1]).toEqual({ name: 'node-2', state: 'UP', operationsUrl: `http://${host}:${port}` });
    };
    await eventually(found);
    await close();
    host = '127.0.0.3';
    close = await at(host);
    await eventually(found);
    const { data } = await stack.ask('{ gateway { backends { name } } }');
    expect(data.gateway.backends).toHaveLength(2);
    await close();
  });

  it('sends a login to no host that is not allowed, whatever a cluster says', async () => {
    let connections = 0;
    const trap = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    trap.listen(0, '127.0.0.2');
    await once(trap, 'listening');
    const { port } = trap.address() as { port: number };
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    await using stack = await startStack({
      settings: {
        HARPER_URL: sandbox.node('node-1').url,
        HARPER_DISCOVERY: `http://{host}:${port}`,
        HARPER_DISCOVERY_HOSTS: '127.0.0.1,*.harper.internal',
      },
    });
    const hosts = [
      '127.0.0.2',
      '2130706434',
      '0x7f000002',
      '127.2',
      '[::ffff:127.0.0.2]',
      'a.harper.internal@127.0.0.2',
    ];
    const peers = [
      ...hosts.map((host) => ({ name: `by-url-${host}`, url: `ws://${host}:${port}` })),
      ...hosts.map((host) => ({ name: host })),
      ...PEERS.filter(([, , origin]) => origin === undefined).map(([name, url]) => ({ name: `${name}!`, url })),
    ].map((peer) => ({ ...peer, database_sockets: [] }));
    const node = sandbox.node('node-1');
    node.faults.add('cluster_status', { kind: 'alter', change: withPeers(peers) }, 3);
    for (const query of ['{ clusterStatus { nodeName } }', '{ cluster { state } }', '{ cluster { state } }']) {
      expect((await stack.ask(query)).errors).toEqual([]);
    }
    const { data } = await stack.ask('{ gateway { backends { url } } }');
    const asked = data.gateway.backends.map(({ url }: { url: string }) => new URL(url).hostname);
    for (const host of asked) expect(['127.0.0.1', 'a.harper.internal']).toContain(host);
    // Nor does a redirect lead there.
    node.faults.add('cluster_status', { kind: 'refuse', status: 307, body: `http://127.0.0.2:${port}/` });
    await eventually(async () => expect((await stack.ask('{ clusterStatus { nodeName } }')).errors).toEqual([]));
    expect(connections).toBe(0);
    trap.close();
  });
});
