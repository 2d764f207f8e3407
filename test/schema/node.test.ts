import { describe, expect, it } from 'vitest';
import { ADMIN, DIALECTS, type Stack, startStack } from '../support/stack.ts';

const LOGIN = { basic: { username: 'admin', password: 'sandbox' } };
const ADD = `mutation($input: AddNodeInput!) {
  addNode(input: $input) { message partial warnings peer { name url shard startTime } }
}`;
const UPDATE = `mutation($input: UpdateNodeInput!) {
  updateNode(input: $input) {
    message partial emulated
    peer { name url shard revokedCertificates subscriptions { database table publish subscribe } }
  }
}`;

async function names(stack: Stack): Promise<string[]> {
  const { data } = await stack.ask('{ clusterStatus { connections { name } } }');
  return data.clusterStatus.connections.map(({ name }: { name: string }) => name);
}

describe.each(DIALECTS)('addNode on Harper %s', (dialect) => {
  it('adds a node, which is connected and known to all', async () => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const { data } = await stack.ask(ADD, {
      variables: { input: { hostname: 'node-4', authorization: LOGIN, shard: 2 } },
    });
    expect(data.addNode).toMatchObject({
      message: "Successfully added 'ws://node-4:9933' to cluster",
      partial: false,
      warnings: [],
      peer: { name: 'node-4', url: 'ws://node-4:9933', shard: 2 },
    });
    expect(await names(stack)).toEqual(['node-2', 'node-3', 'node-4']);
  });

  it('shows a node that is listed a moment after it was added', async () => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const { faults } = stack.sandbox.node('node-1');
    const unlisted = (body: unknown) => {
      const { connections, ...rest } = body as { connections: { name: string }[] };
      return { ...rest, connections: connections.filter(({ name }) => name !== 'node-4') };
    };
    await stack.ask('{ clusterStatus { nodeName } }');
    faults.add('cluster_status', { kind: 'alter', change: unlisted }, 2);
    const { data } = await stack.ask(ADD, { variables: { input: { hostname: 'node-4', authorization: LOGIN } } });
    expect(data.addNode.peer).toMatchObject({ name: 'node-4' });
  });

  it('warns that nothing comes of adding the node itself', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    for (const input of [{ hostname: 'node-1' }, { url: 'ws://node-1:9933' }]) {
      const { data } = await stack.ask(ADD, { variables: { input: { ...input, waitForConnected: 60_000 } } });
      expect(data.addNode).toMatchObject({
        warnings: ['node-1 is the called node itself, so nothing was added.'],
        peer: null,
      });
    }
  });

  it('takes a url alone, a header login and a start time', async () => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const input = { url: 'ws://node-4:9933', authorization: { header: ADMIN }, startTime: '2026-01-31T08:30:00+02:00' };
    const { data } = await stack.ask(ADD, { variables: { input } });
    expect(data.addNode.peer).toMatchObject({ name: 'node-4', startTime: '2026-01-31T06:30:00.000Z' });
  });

  it.each([
    ['cannot be found', { hostname: 'node-9' }, /getaddrinfo ENOTFOUND node-9/],
    [
      'refuses the login',
      { hostname: 'node-4', authorization: { basic: { username: 'admin', password: 'wrong-one' } } },
      /Connection closed Unauthorized 1008/,
    ],
    ['refuses the connection', { url: 'ws://127.0.0.1:1', hostname: 'far' }, /connect ECONNREFUSED/],
  ])('is a partial success when the node %s: stored, with the reason in warnings', async (_, input, reason) => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const { data } = await stack.ask(ADD, { variables: { input } });
    expect(data.addNode).toMatchObject({
      partial: true,
      warnings: [expect.stringMatching(reason)],
      peer: { name: input.hostname },
    });
    expect(await names(stack)).toContain(input.hostname);
  });

  it('is a success for a node that is there already, and has no peer for the node itself', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const again = await stack.ask(ADD, { variables: { input: { hostname: 'node-2' } } });
    expect(again.data.addNode).toMatchObject({ partial: false, peer: { name: 'node-2' } });
    const itself = await stack.ask(ADD, { variables: { input: { hostname: 'node-1' } } });
    expect(itself.data.addNode).toMatchObject({ partial: false, peer: null });
  });

  it('never shows a stored login, though Harper does', async () => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const input = { hostname: 'node-4', authorization: LOGIN, retainAuthorization: true };
    const added = await stack.ask(ADD, { variables: { input } });
    expect(stack.sandbox.node('node-1').replication.records.get('node-4')?.authorization).toBe(ADMIN);
    const all = await stack.ask(
      '{ clusterStatus { connections { name url subscriptions { table } certificateAuthority { subject } } } }',
    );
    for (const { text } of [added, all]) expect(text).not.toContain(ADMIN.slice('Basic '.length));
  });

  it.each<[string, Record<string, unknown>, (string | number)[]]>([
    ['neither hostname nor url', {}, ['input', 'hostname']],
    ['an empty name', { hostname: '' }, ['input', 'hostname']],
    ['a name with a space', { hostname: ' a' }, ['input', 'hostname']],
    ['a URL as a name', { hostname: 'ws://a:1' }, ['input', 'hostname']],
    ['the name of a missing variable', { hostname: 'undefined' }, ['input', 'hostname']],
    ['a url that is none', { url: 'node-2' }, ['input', 'url']],
    ['an http url', { url: 'http://node-2' }, ['input', 'url']],
    ['a url with a login', { url: 'ws://a:hush@node-2' }, ['input', 'url']],
    ['a url with a path', { url: 'ws://node-2/x' }, ['input', 'url']],
    ['a port out of range', { url: 'ws://node-2:65536' }, ['input', 'url']],
    ['port 0', { url: 'ws://node-2:0' }, ['input', 'url']],
    ['a negative shard', { hostname: 'a', shard: -1 }, ['input', 'shard']],
    ['a start time that is none', { hostname: 'a', startTime: 'yesterday' }, ['input', 'startTime']],
    ['a start time without a zone', { hostname: 'a', startTime: '2026-01-01T00:00:00' }, ['input', 'startTime']],
    ['30 February', { hostname: 'a', startTime: '2026-02-30T00:00:00Z' }, ['input', 'startTime']],
    ['a start time with a sign', { hostname: 'a', startTime: '+010000-01-01T00:00:00Z' }, ['input', 'startTime']],
    ['a year after 9999', { hostname: 'a', startTime: '9999-12-31T23:59:59.999-00:01' }, ['input', 'startTime']],
    ['a year before 0', { hostname: 'a', startTime: '0000-01-01T00:00:00+00:01' }, ['input', 'startTime']],
    ['a start time that is a number', { hostname: 'a', startTime: 5 }, ['input', 'startTime']],
    [
      'an empty database',
      { hostname: 'a', subscriptions: [{ database: '', table: 't', publish: true, subscribe: true }] },
      ['input', 'subscriptions', 0, 'database'],
    ],
    [
      'a subscription without a table',
      { hostname: 'a', subscriptions: [{ database: 'd', publish: true, subscribe: true }] },
      ['input', 'subscriptions', 0, 'table'],
    ],
    [
      'a subscription with an empty table',
      { hostname: 'a', subscriptions: [{ database: 'd', table: '', publish: true, subscribe: true }] },
      ['input', 'subscriptions', 0, 'table'],
    ],
    [
      'an empty password',
      { hostname: 'a', authorization: { basic: { username: 'u', password: '' } } },
      ['input', 'authorization', 'basic', 'password'],
    ],
    [
      'a header that is no login',
      { hostname: 'a', authorization: { header: 'basic abc' } },
      ['input', 'authorization', 'header'],
    ],
    [
      'two logins',
      { hostname: 'a', authorization: { header: 'Basic abc', basic: { username: 'u', password: 'p' } } },
      ['input', 'authorization'],
    ],
    ['a field it does not have', { hostname: 'a', bypass_auth: true }, ['input']],
  ])('refuses %s with its path, and sends nothing', async (_, input, path) => {
    await using stack = await startStack({ sandbox: { dialect, nodes: 1 } });
    const { errors, text } = await stack.ask(ADD, { variables: { input } });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.extensions.issues[0].path).toEqual(path);
    expect(text).not.toContain('hush');
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});

describe.each(DIALECTS)('updateNode on Harper %s', (dialect) => {
  it('changes only what it is given', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const input = { hostname: 'node-2', shard: 1, revokedCertificates: ['AB12'] };
    const first = await stack.ask(UPDATE, { variables: { input } });
    expect(first.data.updateNode).toMatchObject({
      message: expect.stringMatching(/^Successfully (updated|added) 'ws:\/\/node-2:9933'/),
      emulated: dialect === '5.2',
      peer: { shard: 1, revokedCertificates: ['AB12'], subscriptions: null },
    });
    const dog = { database: 'dev', table: 'dog', publish: true, subscribe: true };
    const again = { ...input, authorization: LOGIN, subscriptions: [dog] };
    await stack.ask('mutation { removeNode(input: { hostname: "node-2" }) { message } }');
    expect((await stack.ask(ADD, { variables: { input: again } })).errors).toEqual([]);
    const subscriptions = [dog, { ...dog, table: 'cat' }];
    const second = await stack.ask(UPDATE, { variables: { input: { hostname: 'node-2', subscriptions } } });
    expect(second.data.updateNode.peer).toMatchObject({ shard: 1, subscriptions });
  });

  it('is refused where Harper would have to take something away, with what that is, and sends nothing', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const table = (name: string) => ({ database: 'dev', table: name, publish: true, subscribe: true });
    const first = { hostname: 'node-2', subscriptions: [table('dog'), table('cat')], revokedCertificates: ['AB'] };
    await stack.ask('mutation { removeNode(input: { hostname: "node-2" }) { message } }');
    await stack.ask(ADD, { variables: { input: { ...first, authorization: LOGIN } } });
    for (const [change, path, what] of [
      [{ subscriptions: [table('dog')] }, ['input', 'subscriptions'], 'dev.cat'],
      [{ revokedCertificates: ['CD'] }, ['input', 'revokedCertificates'], 'AB'],
    ] as const) {
      const { errors } = await stack.ask(UPDATE, { variables: { input: { hostname: 'node-2', ...change } } });
      expect(errors[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        issues: [{ path, message: expect.stringContaining(`must hold ${what}`) }],
      });
    }
    const peer = stack.sandbox.node('node-1').replication.records.get('node-2');
    expect([peer?.subscriptions, peer?.revoked_certificates]).toMatchObject([
      [{ table: 'dog' }, { table: 'cat' }],
      ['AB'],
    ]);
  });

  it.each([
    ['updateNode', UPDATE],
    ['addNode', ADD],
  ])('takes no tables for a member that replicates everything: %s', async (_, mutation) => {
    await using stack = await startStack({ sandbox: { dialect } });
    const before = stack.sandbox.node('node-1').replication.records.get('node-2');
    const subscriptions = [{ database: 'dev', table: 'dog', publish: true, subscribe: true }];
    const { errors } = await stack.ask(mutation, { variables: { input: { hostname: 'node-2', subscriptions } } });
    expect(errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['input', 'subscriptions'], message: expect.stringContaining('must hold all databases') }],
    });
    expect(stack.sandbox.node('node-1').replication.records.get('node-2')).toEqual(before);
  });

  it('keeps an address that is not the usual one', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    await stack.ask(ADD, { variables: { input: { hostname: 'far', url: 'ws://127.0.0.1:1' } } });
    const { data } = await stack.ask(UPDATE, { variables: { input: { hostname: 'far', shard: 1 } } });
    expect(data.updateNode.peer).toMatchObject({ url: 'ws://127.0.0.1:1', shard: 1 });
  });

  it('warns of a connection in one direction, which Harper makes one in both', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    stack.sandbox.node('node-1').faults.add('cluster_status', {
      kind: 'alter',
      change(body) {
        const { connections, ...rest } = body as { connections: object[] };
        return {
          ...rest,
          connections: connections.map((each) => ({ ...each, replicates: { sends: true, receives: false } })),
        };
      },
    });
    const { data } = await stack.ask(
      'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { warnings partial } }',
    );
    expect(data.updateNode).toEqual({
      partial: false,
      warnings: ['node-2 was replicated in one direction only; with every update Harper makes it both.'],
    });
  });

  it.each([
    ['no field to change', { hostname: 'node-2' }, ['input']],
    ['only nulls', { hostname: 'node-2', shard: null }, ['input']],
    ['an empty name', { hostname: '', shard: 1 }, ['input', 'hostname']],
  ])('refuses %s, and sends nothing', async (_, input, path) => {
    await using stack = await startStack({ sandbox: { dialect, nodes: 1 } });
    const { errors } = await stack.ask(UPDATE, { variables: { input } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});

describe.each(DIALECTS)('removeNode on Harper %s', (dialect) => {
  const REMOVE = `mutation($hostname: String!) {
    removeNode(input: { hostname: $hostname }) { message warnings clusterStatus { connections { name } } }
  }`;

  it('removes a node, also one that is down', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    await stack.sandbox.node('node-3').kill();
    const { data } = await stack.ask(REMOVE, { variables: { hostname: 'node-3' } });
    expect(data.removeNode).toEqual({
      message: "Successfully removed 'node-3' from cluster",
      warnings: [],
      clusterStatus: { connections: [{ name: 'node-2' }] },
    });
  });

  it('can remove a peer called undefined, which a careless client of Harper has made', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const { replication } = stack.sandbox.node('node-1');
    replication.records.put({ name: 'undefined', url: 'ws://undefined:9933' });
    expect(await names(stack)).toContain('undefined');
    await stack.ask(REMOVE, { variables: { hostname: 'undefined' } });
    expect(await names(stack)).toEqual(['node-2', 'node-3']);
  });

  it('keeps Harper’s words for a node it does not know', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const { errors } = await stack.ask(REMOVE, { variables: { hostname: 'node-9' } });
    expect(errors[0]).toMatchObject({
      message: 'node-9 does not exist',
      extensions: { code: 'OPERATION_REFUSED', status: 400 },
    });
  });
});
