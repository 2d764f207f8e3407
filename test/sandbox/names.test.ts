import { describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { DIALECTS, FAST } from '../support/stack.ts';
import { all, call, LOGIN, listed, sockets, view } from './views.ts';

const add = async (sandbox: Sandbox, at: string, fields: object) =>
  (await call(sandbox, at, 'add_node', { ...fields, authorization: LOGIN })).body.message;

/** Waits until a node says exactly this of its sockets. */
async function shows(sandbox: Sandbox, node: string, expected: Record<string, boolean>): Promise<void> {
  await eventually(async () => expect(await sockets(sandbox, node)).toEqual(expected));
}

const four = (connected: boolean) => ({ 'node-four/dev': connected, 'node-four/system': connected });

describe.each(DIALECTS)('a node that is started under another name, on Harper %s,', (dialect) => {
  it('lists its own old name, which the others go on listing, and has no sockets', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    const { url } = sandbox.node('node-3');
    await sandbox.node('node-3').rename('node-four');
    expect(sandbox.node('node-3')).toBe(sandbox.node('node-four'));
    const renamed = await view(sandbox, 'node-four');
    expect([sandbox.node('node-four').url, renamed.node_name, renamed.url]).toEqual([url, 'node-four', undefined]);
    expect(await listed(sandbox, 'node-four')).toEqual(['node-1', 'node-2', 'node-3']);
    expect(await sockets(sandbox, 'node-four')).toEqual({});
    await shows(sandbox, 'node-1', { ...all(['2'], true), ...all(['3'], false) });
    if (dialect === '5.2') {
      const peer = (await view(sandbox, 'node-1')).connections.find(({ name }) => name === 'node-3');
      expect(peer?.database_sockets.map((socket) => socket.lastConnectionError?.code)).toEqual([1006, 1006]);
    }
  });

  it('is a member under both names once it was added, and under one when the old was removed', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    await sandbox.node('node-3').kill();
    await sandbox.node('node-3').rename('node-four');
    await sandbox.node('node-3').start();
    expect(await add(sandbox, 'node-1', { hostname: 'node-four' })).toBe(
      "Successfully added 'ws://node-four:9933' to cluster",
    );
    await shows(sandbox, 'node-1', { ...all(['2'], true), ...all(['3'], false), ...four(true) });
    await shows(sandbox, 'node-2', { ...all(['1'], true), ...all(['3'], false), ...four(true) });
    await shows(sandbox, 'node-four', { ...all(['1', '2'], true), ...all(['3'], false) });
    await call(sandbox, 'node-1', 'remove_node', { hostname: 'node-3' });
    await shows(sandbox, 'node-2', { ...all(['1'], true), ...four(true) });
    await shows(sandbox, 'node-four', all(['1', '2'], true));
  });

  it('may take its old name again, and is back at once', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    await sandbox.node('node-3').rename('node-four');
    await sandbox.node('node-four').rename('node-3');
    await shows(sandbox, 'node-1', all(['2', '3'], true));
    await shows(sandbox, 'node-3', all(['1', '2'], true));
    expect(await add(sandbox, 'node-1', { hostname: 'node-four' })).toMatch(/getaddrinfo ENOTFOUND node-four$/);
  });

  it('keeps what it is cut from', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    sandbox.cut('node-1', 'node-3');
    await sandbox.node('node-3').rename('node-four');
    await add(sandbox, 'node-2', { hostname: 'node-four' });
    await shows(sandbox, 'node-1', { ...all(['2'], true), ...all(['3'], false), ...four(false) });
    sandbox.mend('node-1', 'node-four');
    await shows(sandbox, 'node-1', { ...all(['2'], true), ...all(['3'], false), ...four(true) });
  });
});

describe.each(DIALECTS)('two nodes of one name, on Harper %s,', (dialect) => {
  it('both say it and are connected, and the address that was told last is called', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    const double = sandbox.node('node-3');
    await double.rename('node-2');
    // By name it is the true one; the double goes by the name it was created with.
    expect(sandbox.node('node-2')).not.toBe(double);
    expect((await view(sandbox, 'node-3')).node_name).toBe('node-2');
    await shows(sandbox, 'node-3', { ...all(['1'], true), ...all(['3'], false) });
    await shows(sandbox, 'node-1', { ...all(['2'], true), ...all(['3'], false) });
    await shows(sandbox, 'node-2', { ...all(['1'], true), ...all(['3'], false) });
    await add(sandbox, 'node-1', { url: 'ws://node-3:9933' });
    await eventually(async () => {
      const { connections } = await view(sandbox, 'node-1');
      expect(connections.find(({ name }) => name === 'node-2')?.url).toBe('ws://node-3:9933');
    });
    await shows(sandbox, 'node-1', { ...all(['2'], true), ...all(['3'], false) });
    // Without the double, what is called by that name is down, and the true one knows nothing of it.
    await double.kill();
    await shows(sandbox, 'node-1', all(['2', '3'], false));
    await shows(sandbox, 'node-2', { ...all(['1'], true), ...all(['3'], false) });
  });
});

describe('the names of nodes', () => {
  it('that are swapped lead to who is called so now', async () => {
    await using sandbox = await startSandbox({ nodes: 1, spares: 2, timing: FAST });
    const [, second, third] = sandbox.nodes;
    await second?.rename('spare');
    await third?.rename('node-2');
    expect([sandbox.node('node-2'), sandbox.node('spare')]).toEqual([third, second]);
    await add(sandbox, 'node-1', { hostname: 'node-2' });
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1'], true)));
    expect(await sockets(sandbox, 'spare')).toEqual({});
  });

  it('that two have lead to the one that was created with it', async () => {
    await using sandbox = await startSandbox({ nodes: 2, spares: 1, timing: FAST });
    const [first, second] = sandbox.nodes;
    await first?.rename('node-2');
    expect([sandbox.node('node-2'), sandbox.node('node-1')]).toEqual([second, first]);
    await add(sandbox, 'node-3', { hostname: 'node-2' });
    await eventually(async () => expect(await listed(sandbox, 'node-2')).toContain('node-3'));
    expect(await listed(sandbox, 'node-1')).not.toContain('node-3');
  });

  it('may be those of addresses', async () => {
    await using sandbox = await startSandbox({ nodes: 1, spares: 1, timing: FAST });
    await sandbox.node('node-2').rename('127.0.0.9');
    expect(await add(sandbox, 'node-1', { hostname: '127.0.0.9' })).toMatch(/to cluster$/);
    await shows(sandbox, 'node-1', { '127.0.0.9/dev': true, '127.0.0.9/system': true });
  });

  it('told by URL alone are those that the nodes give themselves', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    const target = sandbox.node('node-2').replication.resolve('ws://node-2:9933');
    if ('fault' in target) throw new Error(target.fault);
    await add(sandbox, 'node-1', { url: `ws://127.0.0.1:${target.port}` });
    await shows(sandbox, 'node-1', all(['2'], true));
    expect((await view(sandbox, 'node-1')).connections[0]?.url).toBe(`ws://127.0.0.1:${target.port}`);
  });

  it.each(['', 'Node-4', 'a b', 'node/4', '1.2', 'ä', 'node:4'])('cannot be %j', async (name) => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    await expect(sandbox.node('node-1').rename(name)).rejects.toThrow(`No node can be called '${name}'.`);
    expect((await view(sandbox, 'node-1')).node_name).toBe('node-1');
  });

  it('that nobody has are found by nobody', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    await sandbox.node('node-2').rename('other');
    await sandbox.node('node-2').rename('another');
    expect(() => sandbox.node('other')).toThrow("The sandbox has no node 'other'. It has node-1, another.");
  });
});
