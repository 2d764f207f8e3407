import { describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ForwardClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { DIALECTS, FAST } from '../support/stack.ts';
import { all, call, errorsIn, LOGIN, listed, sockets, socketsIn, view } from './views.ts';

const remove = (sandbox: Sandbox, at: string, hostname: string) => call(sandbox, at, 'remove_node', { hostname });

/** Waits until nodes list exactly these. */
async function list(sandbox: Sandbox, expected: Record<string, string[]>): Promise<void> {
  for (const [node, names] of Object.entries(expected))
    await eventually(async () => expect(await listed(sandbox, node)).toEqual(names));
}

/** Waits until every node is connected to all others. */
async function wholeAgain(sandbox: Sandbox): Promise<void> {
  const numbers = sandbox.nodes.map((_, index) => String(index + 1));
  for (const { name } of sandbox.nodes) {
    const others = numbers.filter((number) => name !== `node-${number}`);
    await eventually(async () => expect(await sockets(sandbox, name)).toEqual(all(others, true)));
  }
}

describe.each(DIALECTS)('a node that was removed, on Harper %s,', (dialect) => {
  const isOld = dialect === '4.7';

  it('goes on listing all others, none connected, and they drop it', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    expect((await remove(sandbox, 'node-1', 'node-3')).body.message).toBe("Successfully removed 'node-3' from cluster");
    await list(sandbox, { 'node-1': ['node-2'], 'node-2': ['node-1'] });
    await eventually(async () => {
      const left = await view(sandbox, 'node-3');
      expect([socketsIn(left), left.is_enabled, left.url]).toEqual([all(['1', '2'], false), true, undefined]);
      expect(errorsIn(left)).toEqual([isOld ? undefined : 1008]);
    });
    expect(await sockets(sandbox, 'node-1')).toEqual(all(['2'], true));
  });

  it('is up at all ends when it is added again', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    await remove(sandbox, 'node-1', 'node-3');
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], false)));
    await call(sandbox, 'node-2', 'add_node', { hostname: 'node-3', authorization: LOGIN });
    await wholeAgain(sandbox);
    const again = await view(sandbox, 'node-3');
    expect([again.url, errorsIn(again)]).toEqual(['ws://node-3:9933', [isOld ? undefined : 1008]]);
  });

  it('never seems to be connected while it is refused, and is back soon after however long that was', async () => {
    const time = new ForwardClock();
    const timing = { ...FAST, silence: 10 ** 9, retryLongest: 10 ** 9 };
    await using sandbox = await startSandbox({ dialect, time, timing });
    await remove(sandbox, 'node-1', 'node-3');
    const links = [...sandbox.node('node-3').replication.links.values()];
    // The next attempt is 80 s away after twelve of them.
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const before = time.date();
      time.advance(100_000);
      await eventually(() => {
        for (const { lastConnectionError: error } of links) expect(error?.time.getTime()).toBeGreaterThan(before);
      });
    }
    expect(links.map(({ opened }) => opened)).toEqual([1, 1, 1, 1]);
    await call(sandbox, 'node-1', 'add_node', { hostname: 'node-3', authorization: LOGIN });
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], true)));
  });

  it('may have removed itself', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    expect((await remove(sandbox, 'node-3', 'node-3')).body.message).toBe("Successfully removed 'node-3' from cluster");
    await list(sandbox, { 'node-1': ['node-2'], 'node-2': ['node-1'] });
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], false)));
    expect((await remove(sandbox, 'node-3', 'node-3')).status).toBe(400);
    await call(sandbox, 'node-1', 'add_node', { hostname: 'node-3', authorization: LOGIN });
    await wholeAgain(sandbox);
  });

  it('while it was down lists all others when it is back', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    await sandbox.node('node-3').kill();
    await remove(sandbox, 'node-1', 'node-3');
    await list(sandbox, { 'node-1': ['node-2'], 'node-2': ['node-1'] });
    await sandbox.node('node-3').start();
    await eventually(async () => {
      const back = await view(sandbox, 'node-3');
      // It hears of its removal as it is refused.
      expect([socketsIn(back), back.url]).toEqual([all(['1', '2'], false), undefined]);
      expect(errorsIn(back)).toEqual([isOld ? undefined : 1008]);
    });
    expect(await listed(sandbox, 'node-1')).toEqual(['node-2']);
  });

  it('while it was frozen is told when it goes on', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    sandbox.node('node-3').freeze();
    await remove(sandbox, 'node-1', 'node-3');
    await list(sandbox, { 'node-1': ['node-2'], 'node-2': ['node-1'] });
    sandbox.node('node-3').thaw();
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], false)));
  });

  it('asks for no sockets once it was started again, and lists the others all the same', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    await remove(sandbox, 'node-1', 'node-3');
    await eventually(async () => expect((await view(sandbox, 'node-3')).url).toBeUndefined());
    await sandbox.node('node-3').kill();
    await sandbox.node('node-3').start();
    expect([await listed(sandbox, 'node-3'), await sockets(sandbox, 'node-3')]).toEqual([['node-1', 'node-2'], {}]);
    await call(sandbox, 'node-3', 'add_node', { hostname: 'node-1', authorization: LOGIN });
    await wholeAgain(sandbox);
  });

  it('forgets the others by removing them', async () => {
    await using sandbox = await startSandbox({ dialect, nodes: 2, timing: FAST });
    await remove(sandbox, 'node-1', 'node-2');
    await eventually(async () => expect(await sockets(sandbox, 'node-2')).toEqual(all(['1'], false)));
    expect((await remove(sandbox, 'node-2', 'node-1')).status).toBe(200);
    const { connections, is_enabled: enabled } = await view(sandbox, 'node-2');
    expect([connections, enabled]).toEqual([[], isOld]);
  });
});

describe('a removed node that removes a member', () => {
  /** A cluster of four, of which node-4 has been removed and knows it. */
  async function startWithout4(dialect: (typeof DIALECTS)[number]): Promise<Sandbox> {
    const sandbox = await startSandbox({ dialect, nodes: 4, timing: FAST });
    await remove(sandbox, 'node-1', 'node-4');
    await list(sandbox, { 'node-1': ['node-2', 'node-3'], 'node-2': ['node-1', 'node-3'] });
    await list(sandbox, { 'node-3': ['node-1', 'node-2'] });
    await eventually(async () => expect(await sockets(sandbox, 'node-4')).toEqual(all(['1', '2', '3'], false)));
    return sandbox;
  }

  it('is obeyed on 5.2: healthy members are torn apart', async () => {
    await using sandbox = await startWithout4('5.2');
    await remove(sandbox, 'node-4', 'node-2');
    await list(sandbox, { 'node-1': ['node-3'], 'node-3': ['node-1'], 'node-4': ['node-1', 'node-3'] });
    await eventually(async () => {
      const torn = await view(sandbox, 'node-2');
      expect([socketsIn(torn), errorsIn(torn)]).toEqual([all(['1', '3'], false), [1008]]);
    });
    expect(await sockets(sandbox, 'node-1')).toEqual(all(['3'], true));
  });

  it('is not obeyed on 4.7, and brings no removal along when it is added again', async () => {
    await using sandbox = await startWithout4('4.7');
    for (const name of ['node-2', 'node-3', 'node-1']) await remove(sandbox, 'node-4', name);
    expect(await listed(sandbox, 'node-4')).toEqual([]);
    await call(sandbox, 'node-1', 'add_node', { hostname: 'node-4', authorization: LOGIN });
    await wholeAgain(sandbox);
  });
});

describe('configure_cluster', () => {
  it('removes all connections and adds those it is given', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    const connections = ['node-2', 'node-3'].map((hostname) => ({ hostname, authorization: LOGIN }));
    for (let round = 0; round < 3; round += 1) {
      const { body } = await call(sandbox, 'node-1', 'configure_cluster', { connections });
      expect(body).toEqual({ message: 'Cluster successfully configured.' });
    }
    await wholeAgain(sandbox);
  });

  it('leaves out who is not given, and that one goes on listing the called node', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    const connections = [{ hostname: 'node-2', authorization: LOGIN }];
    await call(sandbox, 'node-1', 'configure_cluster', { connections });
    for (const [one, other] of [
      ['1', '2'],
      ['2', '1'],
    ] as const)
      await eventually(async () => expect(await sockets(sandbox, `node-${one}`)).toEqual(all([other], true)));
    // It has heard that node-2 was removed, and not that it was added again.
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1'], false)));
  });
});

describe.each(DIALECTS)('a node added with a wrong password, on Harper %s,', (dialect) => {
  it('is listed by all members, never connected, and lists nobody', async () => {
    await using sandbox = await startSandbox({ dialect, spares: 1, timing: FAST });
    const add = (password: string) =>
      call(sandbox, 'node-1', 'add_node', { hostname: 'node-4', authorization: { username: 'admin', password } });
    expect((await add('wrong')).body.message).toBe(
      "Successfully added 'ws://node-4:9933' to cluster but there was an error updating target node: " +
        'Error returned from ws://node-4:9933: Connection closed Unauthorized 1008',
    );
    for (const [one, others] of [
      ['1', ['2', '3']],
      ['2', ['1', '3']],
      ['3', ['1', '2']],
    ] as const) {
      const expected = { ...all([...others], true), ...all(['4'], false) };
      await eventually(async () => expect(await sockets(sandbox, `node-${one}`)).toEqual(expected));
    }
    const half = await view(sandbox, 'node-4');
    expect([half.connections, half.is_enabled]).toEqual([[], dialect === '4.7']);
    await add('sandbox');
    await wholeAgain(sandbox);
  });
});
