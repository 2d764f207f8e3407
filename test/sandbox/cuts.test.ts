import { describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ForwardClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import type { RawAnswer } from '../support/harper.ts';
import { passSilence } from '../support/silence.ts';
import { DIALECTS, FAST } from '../support/stack.ts';
import { all, call, errorsIn, LOGIN, listed, sockets, view } from './views.ts';

/** Waits until each node says exactly this of its sockets. */
async function shows(sandbox: Sandbox, views: Record<string, Record<string, boolean>>): Promise<void> {
  for (const [node, expected] of Object.entries(views))
    await eventually(async () => expect(await sockets(sandbox, node)).toEqual(expected));
}

describe.each(DIALECTS)('a cut between nodes of Harper %s', (dialect) => {
  it('closes the sockets of both at once, and leaves the others alone', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    sandbox.cut('node-1', 'node-2');
    await shows(sandbox, {
      'node-1': { ...all(['2'], false), ...all(['3'], true) },
      'node-2': { ...all(['1'], false), ...all(['3'], true) },
      'node-3': all(['1', '2'], true),
    });
    if (dialect === '5.2') expect(errorsIn(await view(sandbox, 'node-1'))).toContain(1006);
    sandbox.mend('node-2', 'node-1');
    await shows(sandbox, { 'node-1': all(['2', '3'], true), 'node-2': all(['1', '3'], true) });
  });

  it('lasts while a node is started again', async () => {
    await using sandbox = await startSandbox({ dialect, timing: FAST });
    sandbox.cut('node-1', 'node-2');
    await sandbox.node('node-2').kill();
    await sandbox.node('node-2').start();
    await shows(sandbox, {
      'node-2': { ...all(['1'], false), ...all(['3'], true) },
      'node-3': all(['1', '2'], true),
      'node-1': { ...all(['2'], false), ...all(['3'], true) },
    });
  });

  it('of one way takes down the sockets of the one that receives nothing any more', async () => {
    await using sandbox = await startSandbox({ dialect, nodes: 2, timing: FAST });
    sandbox.cut('node-1', 'node-2', { oneWay: true });
    await shows(sandbox, { 'node-2': all(['1'], false), 'node-1': all(['2'], true) });
    // Changes go the other way only.
    const version = async (node: string) => {
      const { connections } = await view(sandbox, node);
      const dev = connections[0]?.database_sockets.find(({ database }) => database === 'dev');
      return dev?.lastReceivedVersion;
    };
    sandbox.node('node-1').replication.write('dev');
    sandbox.node('node-2').replication.write('dev');
    await eventually(async () => expect(await version('node-1')).toBeGreaterThan(0));
    expect(await version('node-2')).toBe(0);
    expect(await sockets(sandbox, 'node-1')).toEqual(all(['2'], true));
    sandbox.heal();
    await shows(sandbox, { 'node-2': all(['1'], true) });
  });

  it('of some databases leaves the others', async () => {
    await using sandbox = await startSandbox({ dialect, nodes: 2, timing: FAST });
    sandbox.cut('node-1', 'node-2', { databases: ['dev'] });
    const half = (peer: string) => ({ [`${peer}/dev`]: false, [`${peer}/system`]: true });
    await shows(sandbox, { 'node-1': half('node-2'), 'node-2': half('node-1') });
    sandbox.cut('node-2', 'node-1', { databases: ['system'], oneWay: true });
    await shows(sandbox, { 'node-1': all(['2'], false), 'node-2': half('node-1') });
    sandbox.mend('node-1', 'node-2');
    await shows(sandbox, { 'node-1': all(['2'], true), 'node-2': all(['1'], true) });
  });
});

describe('a silent cut', () => {
  it('of one way is noticed by the one that hears nothing, after its silence', async () => {
    const time = new ForwardClock();
    await using sandbox = await startSandbox({ timing: FAST, time });
    sandbox.cut('node-1', 'node-2', { oneWay: true, silent: true });
    expect(await sockets(sandbox, 'node-2')).toEqual(all(['1', '3'], true));
    await passSilence(sandbox, time, (one, other) => one === 'node-2' && other === 'node-1');
    await shows(sandbox, {
      'node-2': { ...all(['1'], false), ...all(['3'], true) },
      'node-1': all(['2', '3'], true),
    });
    sandbox.heal();
    await shows(sandbox, { 'node-2': all(['1', '3'], true) });
  });

  it('holds back what is written until it is mended', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    const received = async (node: string) => {
      const { connections } = await view(sandbox, node);
      const sent = connections.find(({ name }) => name === 'node-1');
      return sent?.database_sockets.find(({ database }) => database === 'dev')?.lastReceivedVersion;
    };
    sandbox.partition('node-1', 'node-2');
    sandbox.node('node-1').replication.write('dev');
    await eventually(async () => expect(await received('node-3')).toBeGreaterThan(0));
    expect(await received('node-2')).toBe(0);
    sandbox.mend('node-1', 'node-2');
    await eventually(async () => expect(await received('node-2')).toBeGreaterThan(0));
  });

  it('lasts while a node is started again', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    sandbox.partition('node-1', 'node-2');
    await sandbox.node('node-2').kill();
    await sandbox.node('node-2').start();
    await shows(sandbox, { 'node-2': { ...all(['1'], false), ...all(['3'], true) } });
    sandbox.heal();
    await shows(sandbox, { 'node-2': all(['1', '3'], true) });
  });

  it('goes on after one of its nodes was frozen', async () => {
    const time = new ForwardClock();
    await using sandbox = await startSandbox({ timing: FAST, time });
    sandbox.partition('node-1', 'node-2');
    sandbox.node('node-1').freeze();
    sandbox.node('node-1').thaw();
    await passSilence(sandbox, time, (...pair) => !pair.includes('node-3'));
    await shows(sandbox, { 'node-1': { ...all(['2'], false), ...all(['3'], true) } });
  });

  it('that becomes a loud one closes the sockets', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    sandbox.partition('node-1', 'node-2');
    expect(await sockets(sandbox, 'node-1')).toEqual(all(['2'], true));
    sandbox.cut('node-1', 'node-2');
    await shows(sandbox, { 'node-1': all(['2'], false), 'node-2': all(['1'], false) });
  });
});

describe('an island', () => {
  it('of one node is cut from all others, which stay connected', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    sandbox.isolate('node-3');
    await shows(sandbox, {
      'node-1': { ...all(['2'], true), ...all(['3'], false) },
      'node-2': { ...all(['1'], true), ...all(['3'], false) },
      'node-3': all(['1', '2'], false),
    });
    sandbox.mend('node-3', 'node-1');
    await shows(sandbox, { 'node-3': { ...all(['1'], true), ...all(['2'], false) } });
    sandbox.heal();
    await shows(sandbox, { 'node-3': all(['1', '2'], true), 'node-2': all(['1', '3'], true) });
    expect(sandbox.cuts).toEqual([]);
  });

  it('of two nodes is made of four cuts', async () => {
    await using sandbox = await startSandbox({ nodes: 4, timing: FAST });
    for (const here of ['node-1', 'node-2']) for (const there of ['node-3', 'node-4']) sandbox.cut(here, there);
    await shows(sandbox, {
      'node-1': { ...all(['2'], true), ...all(['3', '4'], false) },
      'node-2': { ...all(['1'], true), ...all(['3', '4'], false) },
      'node-3': { ...all(['4'], true), ...all(['1', '2'], false) },
      'node-4': { ...all(['3'], true), ...all(['1', '2'], false) },
    });
  });
});

describe('add_node across a cut', () => {
  const add = (sandbox: Sandbox) => call(sandbox, 'node-1', 'add_node', { hostname: 'node-2', authorization: LOGIN });
  const REFUSED =
    "Successfully added 'ws://node-2:9933' to cluster but there was an error updating target node: " +
    'Error returned from ws://node-2:9933: connect ECONNREFUSED node-2:9933';

  it.each(['node-1', 'node-2'])('is refused, also where only what comes from %s is cut', async (from) => {
    await using sandbox = await startSandbox({ nodes: 1, spares: 1, timing: FAST });
    sandbox.cut(from, from === 'node-1' ? 'node-2' : 'node-1', { oneWay: true });
    expect((await add(sandbox)).body.message).toBe(REFUSED);
    expect(await sockets(sandbox, 'node-2')).toEqual({});
  });

  it('is not refused where the cut is of some databases', async () => {
    await using sandbox = await startSandbox({ nodes: 1, spares: 1, timing: FAST });
    sandbox.cut('node-1', 'node-2', { databases: ['dev'] });
    expect((await add(sandbox)).body.message).toBe("Successfully added 'ws://node-2:9933' to cluster");
    await shows(sandbox, { 'node-2': { 'node-1/dev': false, 'node-1/system': true } });
  });

  it('is not answered before its time is over where the cut is silent', async () => {
    const time = new ForwardClock();
    await using sandbox = await startSandbox({ nodes: 1, spares: 1, timing: FAST, time });
    sandbox.partition('node-1', 'node-2');
    let answer: RawAnswer | undefined;
    const answered = add(sandbox).then((given) => {
      answer = given;
    });
    await eventually(() => expect(sandbox.node('node-1').received.get('add_node')).toBe(1));
    expect(await listed(sandbox, 'node-1')).toEqual([]);
    await eventually(() => {
      time.advance(FAST.joinTimeout);
      expect(answer?.body.message).toMatch(/ but there was an error updating target node: /);
    });
    await answered;
    expect(await sockets(sandbox, 'node-2')).toEqual({});
  });
});

it('a cut names nodes that there are', async () => {
  await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
  expect(() => sandbox.cut('node-1', 'node-9')).toThrow("The sandbox has no node 'node-9'. It has node-1, node-2.");
  expect(sandbox.cuts).toEqual([]);
});
