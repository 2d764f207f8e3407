import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { eventually } from '../support/eventually.ts';
import { startService } from '../support/service.ts';
import { startStack, VIEWER } from '../support/stack.ts';

describe('clusterStatus', () => {
  it('shows three nodes’ links connected', async () => {
    await using stack = await startStack();
    const sockets = ['dev', 'system'].map((database) => ({ database, connected: true, latency: expect.any(Number) }));
    await eventually(async () => {
      const { data } = await stack.ask(`{ clusterStatus {
        nodeName isEnabled state connections { name state databaseSockets { database connected latency } }
      } }`);
      expect(data.clusterStatus).toEqual({
        nodeName: 'node-1',
        isEnabled: true,
        state: 'HEALTHY',
        connections: ['node-2', 'node-3'].map((name) => ({ name, state: 'HEALTHY', databaseSockets: sockets })),
      });
    });
  });

  it.each([
    ['a list', 'query ($v: String = "node-2") { clusterStatus { connections(names: [$v, "node-3"]) { name } } }'],
    ['an argument', 'query ($v: String = "node-2") { peer(name: $v) { name } }'],
    [
      'a change',
      `mutation ($v: String = "admin") {
        addNode(input: { url: "ws://node-9:9933", authorization: { basic: { username: $v, password: "hidden-1" } } }) {
          message
        }
      }`,
    ],
  ])('tells of null in place of a default in %s', async (_, query) => {
    await using stack = await startStack();
    const { errors, text } = await stack.ask(query, { variables: { v: null } });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/\bnull\b/),
        extensions: { code: 'BAD_USER_INPUT', issues: [{ message: expect.stringMatching(/\bnull\b/) }] },
      },
    ]);
    expect(text).not.toContain('hidden-1');
  });

  it('follows a node that goes down and comes back', async () => {
    await using stack = await startStack();
    const states = async () => {
      const { data } = await stack.ask(
        '{ clusterStatus { state connections { name state reasons { code databases } } } }',
      );
      return data.clusterStatus;
    };
    await stack.sandbox.node('node-3').kill();
    await eventually(async () =>
      expect(await states()).toEqual({
        state: 'DEGRADED',
        connections: [
          { name: 'node-2', state: 'HEALTHY', reasons: [] },
          { name: 'node-3', state: 'DISCONNECTED', reasons: [{ code: 'SOCKETS_DOWN', databases: ['dev', 'system'] }] },
        ],
      }),
    );
    await stack.sandbox.node('node-3').start();
    await eventually(async () => expect((await states()).state).toBe('HEALTHY'));
  });

  it('filters connections by name and state, and sockets by database', async () => {
    await using stack = await startStack();
    await stack.sandbox.node('node-3').kill();
    await eventually(async () => {
      const { data } = await stack.ask(`{ clusterStatus {
        named: connections(names: ["node-2", "no"]) { name databaseSockets(databases: ["dev"]) { database } }
        down: connections(states: [DISCONNECTED]) { name }
        none: connections(names: []) { name }
      } }`);
      expect(data.clusterStatus).toEqual({
        named: [{ name: 'node-2', databaseSockets: [{ database: 'dev' }] }],
        down: [{ name: 'node-3' }],
        none: [],
      });
    });
  });

  it('has ids that are stable and differ between things', async () => {
    await using stack = await startStack();
    const query = '{ clusterStatus { id connections { id databaseSockets { id } } } }';
    const [one, two] = [await stack.ask(query), await stack.ask(query)];
    expect(one.data).toEqual(two.data);
    const ids = one.text.match(/"id":"[^"]+"/g) ?? [];
    expect(new Set(ids).size).toBe(1 + 2 + 4);
  });

  it('keeps its revision while figures move, and changes it with the topology', async () => {
    await using stack = await startStack();
    const revision = async () => (await stack.ask('{ clusterStatus { revision } }')).data.clusterStatus.revision;
    const before = await revision();
    stack.sandbox.node('node-2').replication.write('dev');
    await stack.sandbox.node('node-3').kill();
    expect(await revision()).toBe(before);
    await stack.ask('mutation { removeNode(input: { hostname: "node-3" }) { message } }');
    expect(await revision()).not.toBe(before);
  });

  it('shows what a change of data leaves on both sides', async () => {
    await using stack = await startStack();
    stack.sandbox.node('node-2').replication.write('dev');
    await eventually(async () => {
      const { data } = await stack.ask(`{ peer(name: "node-2") {
        databaseSockets(databases: ["dev"]) { lag lastReceivedVersion lastReceivedLocalTime }
      } }`);
      expect(data.peer.databaseSockets[0]).toEqual({
        lag: expect.any(Number),
        lastReceivedVersion: expect.any(Number),
        lastReceivedLocalTime: expect.stringMatching(/T.*\.000Z$/),
      });
    });
  });
});

describe('peer', () => {
  it('is null for a name that is none', async () => {
    await using stack = await startStack();
    expect((await stack.ask('{ peer(name: "node-9") { name } }')).data).toEqual({ peer: null });
  });
});

describe('viewer', () => {
  it('is the super user, who can change', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { data } = await stack.ask('{ viewer { username role isSuperUser canChange } }');
    expect(data.viewer).toEqual({ username: 'admin', role: 'super_user', isSuperUser: true, canChange: true });
  });

  it('is an ordinary user, who cannot', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { data } = await stack.ask('{ viewer { username role isSuperUser canChange } }', { as: VIEWER });
    expect(data.viewer).toEqual({ username: 'viewer', role: 'viewer', isSuperUser: false, canChange: false });
  });

  it('is the user a token was given to', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { logins } = stack.sandbox;
    const user = logins.users.get('admin');
    if (user === undefined) throw new Error('no admin');
    const fresh = await stack.ask('{ viewer { username } }', { as: `Bearer ${logins.issue(user).operation_token}` });
    expect(fresh.data.viewer.username).toBe('admin');
    const stale = await stack.ask('{ viewer { username } }', {
      as: `Bearer ${logins.issue(user, -1).operation_token}`,
    });
    expect(stale.errors[0]).toMatchObject({
      message: expect.stringMatching(/token expired/),
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
});

describe('gateway', () => {
  const QUERY = `{ gateway {
    version mode startedAt
    backend { url reachable lastSuccessAt lastError }
    watch { state intervalMs }
  } }`;

  it('describes itself and a Harper that answers', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { data } = await stack.ask(QUERY);
    expect(data.gateway).toMatchObject({
      mode: 'FORWARD',
      backend: {
        url: stack.sandbox.node('node-1').url,
        reachable: true,
        lastError: null,
        lastSuccessAt: expect.any(String),
      },
      watch: { state: 'IDLE', intervalMs: 1000 },
    });
  });

  it('answers also when Harper does not, and says why', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await stack.ask(QUERY);
    await stack.sandbox.node('node-1').kill();
    const { status, data, errors } = await stack.ask(QUERY);
    expect([status, errors]).toEqual([200, []]);
    expect(data.gateway.backend).toMatchObject({
      reachable: false,
      lastError: expect.stringMatching(/refused|closed/),
    });
  });

  it.each<[string, Fault]>([
    ['answers with no JSON', { kind: 'garble' }],
    ['answers with another shape', { kind: 'answer', body: { username: 5 } }],
    ['breaks off its answer', { kind: 'truncate' }],
    ['gives no answer in time', { kind: 'hang' }],
    ['has a fault of its own', { kind: 'refuse', status: 500, body: { error: 'disk full' } }],
    ['lacks the operation', { kind: 'refuse', status: 400, body: { error: "Operation 'user_info' not found" } }],
    ['forbids the operation', { kind: 'refuse', status: 403, body: { error: 'no' } }],
  ])('answers a known caller also when Harper %s', async (_, fault) => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { READ_TIMEOUT: '2000' } });
    await stack.ask(QUERY);
    stack.sandbox.node('node-1').faults.add('user_info', fault);
    const { status, data, errors } = await stack.ask(QUERY);
    expect([status, errors, data.gateway.mode]).toEqual([200, [], 'FORWARD']);
  });

  it('is not for callers whom Harper refuses, nor for those it takes no longer', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    expect((await stack.ask(QUERY, { as: 'Bearer none' })).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await stack.ask(QUERY)).errors).toEqual([]);
    stack.sandbox.node('node-1').faults.add('user_info', {
      kind: 'refuse',
      status: 401,
      body: { error: 'Login failed' },
    });
    const { status, errors } = await stack.ask(QUERY);
    expect([status, errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('answers whoever has a token of the gateway, though Harper was never reached', async () => {
    await using service = await startService({ sandbox: { nodes: 1 } });
    await service.sandbox.node('node-1').kill();
    const { data, errors } = await service.ask(QUERY, { as: service.viewer });
    expect(errors).toEqual([]);
    expect(data.gateway).toMatchObject({ mode: 'SERVICE', backend: { reachable: false, lastSuccessAt: null } });
  });
});
