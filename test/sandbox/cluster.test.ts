import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { ForwardClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { post } from '../support/harper.ts';
import { listen } from '../support/listen.ts';
import { passSilence } from '../support/silence.ts';
import { ADMIN, FAST } from '../support/stack.ts';
import { all, call, LOGIN, sockets } from './views.ts';

describe('a sandbox cluster', () => {
  it('is connected on every node once it has started', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    expect(await sockets(sandbox, 'node-1')).toEqual(all(['2', '3'], true));
    expect(await sockets(sandbox, 'node-2')).toEqual(all(['1', '3'], true));
    expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], true));
  });

  it.each(['//', '/%', '/?from=constructor'])('refuses a replication socket without a login at %s', async (path) => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const target = sandbox.node('node-1').replication.resolve('ws://node-1:9933');
    if ('fault' in target) throw new Error(target.fault);
    const socket = new WebSocket(`ws://127.0.0.1:${target.port}${path}`);
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(1008);
    expect((await call(sandbox, 'node-1', 'cluster_status')).status).toBe(200);
  });

  it('sees a killed node without waiting for its silence, and has it back after a restart', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    await sandbox.node('node-3').kill();
    await eventually(async () =>
      expect(await sockets(sandbox, 'node-1')).toEqual({ ...all(['2'], true), ...all(['3'], false) }),
    );
    await sandbox.node('node-3').start();
    await eventually(async () => expect(await sockets(sandbox, 'node-1')).toEqual(all(['2', '3'], true)));
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], true)));
  });

  it('can be killed while a connection waits for the thaw', async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const node = sandbox.node('node-1');
    const target = node.replication.resolve('ws://node-1:9933');
    if ('fault' in target) throw new Error(target.fault);
    node.freeze();
    const socket = new WebSocket(`ws://127.0.0.1:${target.port}/?from=node-1&database=dev`);
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await once(socket, 'upgrade', { signal: AbortSignal.timeout(100) }).catch(() => undefined);
    await node.kill();
    expect(await closed).toBe(1006);
  });

  it('keeps the sockets of a frozen node until its silence is too long', async () => {
    const time = new ForwardClock();
    await using sandbox = await startSandbox({ timing: FAST, time });
    sandbox.node('node-3').freeze();
    expect(await sockets(sandbox, 'node-1')).toEqual(all(['2', '3'], true));
    await passSilence(sandbox, time, (...pair) => pair.includes('node-3'));
    await eventually(async () =>
      expect(await sockets(sandbox, 'node-1')).toEqual({ ...all(['2'], true), ...all(['3'], false) }),
    );
    sandbox.node('node-3').thaw();
    await eventually(async () => expect(await sockets(sandbox, 'node-1')).toEqual(all(['2', '3'], true)));
  });

  it('loses both directions in a partition, keeps the rest, and heals', async () => {
    const time = new ForwardClock();
    await using sandbox = await startSandbox({ timing: FAST, time });
    sandbox.partition('node-1', 'node-2');
    await passSilence(sandbox, time, (...pair) => !pair.includes('node-3'));
    await eventually(async () =>
      expect(await sockets(sandbox, 'node-1')).toEqual({ ...all(['2'], false), ...all(['3'], true) }),
    );
    await eventually(async () =>
      expect(await sockets(sandbox, 'node-2')).toEqual({ ...all(['1'], false), ...all(['3'], true) }),
    );
    sandbox.heal();
    await eventually(async () => expect(await sockets(sandbox, 'node-1')).toEqual(all(['2', '3'], true)));
    await eventually(async () => expect(await sockets(sandbox, 'node-2')).toEqual(all(['1', '3'], true)));
  });

  it('tells all nodes of joins, leaves and new databases', async () => {
    await using sandbox = await startSandbox({ spares: 1, timing: FAST });
    await call(sandbox, 'node-1', 'add_node', { hostname: 'node-4', authorization: LOGIN });
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2', '4'], true)));
    await eventually(async () => expect(await sockets(sandbox, 'node-4')).toEqual(all(['1', '2', '3'], true)));
    sandbox.node('node-2').replication.createDatabase('extra');
    await eventually(async () =>
      expect(await sockets(sandbox, 'node-4')).toMatchObject({ 'node-2/extra': true, 'node-1/extra': true }),
    );
    await call(sandbox, 'node-2', 'remove_node', { hostname: 'node-4' });
    await eventually(async () => expect(await sockets(sandbox, 'node-1')).not.toHaveProperty('node-4/dev'));
    // The one that left was not told: it goes on listing the others.
    await eventually(async () =>
      expect(await sockets(sandbox, 'node-4')).toMatchObject({ 'node-1/dev': false, 'node-3/dev': false }),
    );
  });

  it('replicates changes and their confirmation over the sockets', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    sandbox.node('node-2').replication.write('dev');
    const dev = (answer: Awaited<ReturnType<typeof call>>) =>
      answer.body.connections[0].database_sockets.find(({ database }: { database: string }) => database === 'dev');
    await eventually(async () => {
      const received = dev(await call(sandbox, 'node-1', 'cluster_status'));
      expect(received.lastReceivedRemoteTime).toMatch(/GMT$/);
      expect(received.lastReceivedVersion).toBeGreaterThan(0);
      expect(dev(await call(sandbox, 'node-2', 'cluster_status')).lastCommitConfirmed).toMatch(/GMT$/);
    });
  });

  it('reads its routes when it starts', async () => {
    await using sandbox = await startSandbox({ nodes: 1, spares: 1, timing: FAST });
    await call(sandbox, 'node-1', 'cluster_set_routes', { routes: [{ hostname: 'node-2' }] });
    expect(await sockets(sandbox, 'node-1')).toEqual({});
    await sandbox.node('node-1').kill();
    await sandbox.node('node-1').start();
    expect(Object.keys(await sockets(sandbox, 'node-1')).sort()).toEqual(['node-2/dev', 'node-2/system']);
  });
});

describe('a sandbox node has the oddities of a real one:', () => {
  it('overlapping cluster_status calls are lost on 4.7', async () => {
    await using sandbox = await startSandbox({ timing: { ...FAST, worker: 500 } });
    const node = sandbox.node('node-1');
    const lost = new AbortController();
    const body = { operation: 'cluster_status' };
    const both = [1, 2].map(() => post(node.url, body, ADMIN, {}, lost.signal));
    await Promise.any(both);
    // A call that comes later is answered, and the lost one still is not.
    await call(sandbox, 'node-1', 'cluster_status');
    lost.abort();
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(node.mostStatusCalls).toBe(2);
  });

  it('and none on 5.2, whose answers carry no type', async () => {
    await using sandbox = await startSandbox({ dialect: '5.2', timing: FAST });
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(sandbox, 'node-1', 'cluster_status')));
    expect(answers.every(({ status, body }) => status === 200 && !('type' in body))).toBe(true);
    expect((await call(sandbox, 'node-1', 'cluster_status')).body.connections[0].database_sockets[0]).toHaveProperty(
      'lastLiveness',
    );
  });

  it('add_node without a target adds a peer called undefined, and tells the cluster', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    const { status, body } = await call(sandbox, 'node-1', 'add_node');
    expect([status, body.message]).toEqual([
      200,
      "Successfully added 'ws://undefined:9933' to cluster but there was an error updating target node: Error returned from ws://undefined:9933: getaddrinfo ENOTFOUND undefined",
    ]);
    await eventually(async () => expect(Object.keys(await sockets(sandbox, 'node-2'))).toContain('undefined/dev'));
  });

  it.each([
    ['4.7', undefined],
    ['5.2', false],
  ] as const)('a socket that is opened for the first time is said to be, on %s, %s', async (dialect, connected) => {
    await using sandbox = await startSandbox({ nodes: 2, dialect, timing: FAST });
    sandbox.node('node-2').freeze();
    sandbox.node('node-1').replication.createDatabase('extra');
    const { database_sockets: list } = (await call(sandbox, 'node-1', 'cluster_status')).body.connections[0];
    const extra = list.find(({ database }: { database: string }) => database === 'extra');
    expect([extra.database, extra.connected]).toEqual(['extra', connected]);
  });

  it('a retained login is shown in clear', async () => {
    await using sandbox = await startSandbox({ nodes: 1, spares: 1, timing: FAST });
    await call(sandbox, 'node-1', 'add_node', { hostname: 'node-2', authorization: LOGIN, retain_authorization: true });
    expect((await call(sandbox, 'node-1', 'cluster_status')).body.connections[0].authorization).toBe(ADMIN);
  });

  it('the order of connections changes from answer to answer', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    const orders = new Set<string>();
    for (let index = 0; index < 4; index += 1) {
      const { body } = await call(sandbox, 'node-1', 'cluster_status');
      orders.add(body.connections.map(({ name }: { name: string }) => name).join());
    }
    expect(orders.size).toBe(2);
  });

  it('a peer that accepts and never answers blocks add_node until the join times out', async () => {
    const time = new ForwardClock();
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST, time });
    const silent = createServer();
    const port = await listen(silent);
    const answered: string[] = [];
    const ask = async (operation: string, fields: object = {}) => {
      const answer = await call(sandbox, 'node-1', operation, fields);
      answered.push(operation);
      return answer;
    };
    const accepted = once(silent, 'connection');
    const blocked = ask('add_node', { hostname: 'far', url: `ws://127.0.0.1:${port}` });
    await accepted;
    await ask('user_info');
    time.advance(FAST.joinTimeout);
    const { body } = await blocked;
    expect(answered).toEqual(['user_info', 'add_node']);
    expect(body.message).toMatch(/ but there was an error updating target node: /);
    silent.close();
  });

  it('a peer with table subscriptions has sockets for their databases only, mirrored on the other side', async () => {
    await using sandbox = await startSandbox({ nodes: 1, spares: 1, timing: FAST });
    const subscriptions = [{ database: 'dev', table: 'dog', publish: true, subscribe: false }];
    await call(sandbox, 'node-1', 'add_node', { hostname: 'node-2', authorization: LOGIN, subscriptions });
    const here = (await call(sandbox, 'node-1', 'cluster_status')).body.connections[0];
    const there = (await call(sandbox, 'node-2', 'cluster_status')).body.connections[0];
    expect(here).not.toHaveProperty('replicates');
    expect(here.database_sockets.map(({ database }: { database: string }) => database)).toEqual(['dev']);
    expect([here.subscriptions[0].publish, there.subscriptions[0].publish]).toEqual([true, false]);
  });

  const UNDEFINED = /^Successfully added 'ws:\/\/undefined:9933' to cluster but there was an error/;
  const START_TIME = /^start_time must be an ISO 8601 UTC timestamp .* or epoch milliseconds, received "/;

  // As recorded from a server of each kind.
  it.each<[string, object, [number, RegExp], [number, RegExp]]>([
    ['an empty hostname', { hostname: '' }, [400, /^'hostname' is not allowed to be empty$/], [200, UNDEFINED]],
    ['a hostname of null', { hostname: null }, [400, /^'hostname' must be a string$/], [200, UNDEFINED]],
    ['an empty hostname beside a url', { hostname: '', url: 'ws://node-2:9933' }, [200, /node-2/], [200, /node-2/]],
    ['a name in place of a hostname', { name: 'node-2' }, [200, UNDEFINED], [200, /'ws:\/\/node-2:9933' to cluster$/]],
    ['a start that is no time', { hostname: 'node-2', start_time: 'yesterday' }, [200, /node-2/], [400, START_TIME]],
    [
      'a start without a zone',
      { hostname: 'node-2', start_time: '2026-01-01T00:00:00' },
      [200, /node-2/],
      [400, START_TIME],
    ],
    ['a start in UTC', { hostname: 'node-2', start_time: '2026-01-01T00:00:00Z' }, [200, /node-2/], [200, /node-2/]],
    ['a start as a number', { hostname: 'node-2', start_time: 1767225600000 }, [200, /node-2/], [200, /node-2/]],
  ])('add_node with %s ends as on 4.7, and as on 5.2', async (_, fields, on47, on52) => {
    for (const [dialect, [status, words]] of [
      ['4.7', on47],
      ['5.2', on52],
    ] as const) {
      await using sandbox = await startSandbox({ nodes: 2, dialect, timing: FAST });
      const answer = await call(sandbox, 'node-1', 'add_node', { ...fields, authorization: LOGIN });
      const { message, error } = answer.body as { message?: string; error?: string };
      expect([answer.status, message ?? error]).toEqual([status, expect.stringMatching(words)]);
    }
  });

  it('remove_node without a target is a 500 in the words of its storage engine', async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const { status, body } = await call(sandbox, 'node-1', 'remove_node', { name: 'node-9' });
    expect([status, body.error]).toEqual([500, expect.stringMatching(/^Unable to serialize object as a key/)]);
  });

  it('an ordinary user is refused with 403 on 4.7, and with another operation’s name on 5.2', async () => {
    for (const [dialect, expected] of [
      ['4.7', 403],
      ['5.2', 400],
    ] as const) {
      await using sandbox = await startSandbox({ nodes: 1, dialect, timing: FAST });
      const { status, body } = await post(
        sandbox.node('node-1').url,
        { operation: 'cluster_status' },
        `Basic ${btoa('viewer:sandbox')}`,
      );
      expect([status, JSON.stringify(body)]).toEqual([expected, expect.stringContaining("Operation 'clusterStatus'")]);
    }
  });
});
