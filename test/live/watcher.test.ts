import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { waitForConnected } from '../../src/mutations/wait-for-connected.ts';
import { connection, socket } from '../support/answers.ts';
import { TestClock } from '../support/clock.ts';
import { heldWatcher, INTERVAL, nodeInfo, statusOf } from '../support/watcher.ts';

const OUTAGE = new GatewayError('UPSTREAM_UNAVAILABLE', 'Harper refused the connection.');
const UNREADABLE = { ...statusOf(), connections: [null] } as never;

/** The states of a watch, as its listeners see them. */
function statesOf({ watcher }: ReturnType<typeof heldWatcher>): string[] {
  const states: string[] = [];
  watcher.listeners.add({
    notify() {
      if (states.at(-1) !== watcher.state) states.push(watcher.state);
    },
  });
  return states;
}

describe('the state of a watch', () => {
  it('is STALE as soon as a poll is overdue, LOST when it fails, and LIVE with the next that succeeds', async () => {
    const held = heldWatcher();
    const states = statesOf(held);
    expect(held.watcher.state).toBe('IDLE');
    held.watcher.enter();
    expect(held.watcher.state).toBe('STALE');
    await held.answer(statusOf());
    await held.pollBegun();
    await held.clock.advance(3 * INTERVAL);
    expect(states).toEqual(['LIVE', 'STALE']);
    await held.answer(OUTAGE);
    await held.answer(statusOf());
    expect(states).toEqual(['LIVE', 'STALE', 'LOST', 'LIVE']);
    held.watcher.stop(new Error('over'));
    expect(held.watcher.state).toBe('IDLE');
  });

  it('stays LIVE where every poll takes long', async () => {
    const held = heldWatcher();
    const states = statesOf(held);
    held.watcher.enter();
    for (let poll = 0; poll < 4; poll += 1) {
      await held.pollBegun();
      await held.clock.advance(5 * INTERVAL);
      await held.answer(statusOf());
    }
    expect(states).toEqual(['LIVE']);
  });

  it('stays LOST while polls fail, however long', async () => {
    const held = heldWatcher();
    const states = statesOf(held);
    held.watcher.enter();
    await held.answer(statusOf());
    for (let poll = 0; poll < 4; poll += 1) await held.answer(OUTAGE);
    await held.clock.advance(100 * INTERVAL);
    expect(states).toEqual(['LIVE', 'LOST']);
  });
});

describe('an error in our own code', () => {
  const kinds = ({ watcher }: ReturnType<typeof heldWatcher>) =>
    watcher.changelog.read(0)?.map(({ change }) => change.kind);

  it.each<[string, ReturnType<typeof statusOf> | Error]>([
    ['working out a snapshot', UNREADABLE],
    ['reading an answer', new TypeError('undefined is not a function')],
  ])('while %s is reported, ends nobody, and is no outage of Harper', async (_, answer) => {
    const faults: unknown[] = [];
    const held = heldWatcher({ onFault: (error) => faults.push(error) });
    held.watcher.enter();
    await held.answer(statusOf());
    await held.answer(answer);
    expect(faults).toEqual([expect.any(TypeError)]);
    expect(held.watcher.state).toBe('STALE');
    expect(held.watcher.ended).toBeUndefined();
    await held.answer(statusOf([connection({ database_sockets: [socket({ connected: false })] })]));
    expect(held.watcher.state).toBe('LIVE');
    expect(kinds(held)).toEqual(['DISCONNECTED', 'STATE_CHANGED']);
  });

  it('while Harper comes back leaves UPSTREAM_RESTORED to the next poll', async () => {
    const held = heldWatcher({ onFault: () => undefined });
    held.watcher.enter();
    for (const answer of [statusOf(), OUTAGE, UNREADABLE, OUTAGE, statusOf()]) await held.answer(answer);
    expect(kinds(held)).toEqual(['UPSTREAM_LOST', 'UPSTREAM_RESTORED']);
  });
});

describe('a watch of two nodes', () => {
  const refused = new GatewayError('UNAUTHENTICATED', 'There is no such user.');

  /** The first node is answered by hand; the second as given. */
  function watchTwo(second: () => Promise<ReturnType<typeof statusOf>>) {
    const clock = new TestClock();
    let isDown = false;
    const first = async () => {
      if (isDown) throw OUTAGE;
      return statusOf();
    };
    const nodes = [
      { info: nodeInfo(0), read: first },
      { info: nodeInfo(1), read: second },
    ];
    const { watcher } = heldWatcher({ clock, nodes: () => nodes, capacity: 100 });
    const setDown = (is: boolean) => {
      isDown = is;
    };
    return { watcher, clock, setDown };
  }

  it('goes on where a node that is not followed refuses the login, also when the other fails once', async () => {
    const held = watchTwo(() => Promise.reject(refused));
    held.watcher.enter();
    await held.clock.advance(3 * INTERVAL);
    held.setDown(true);
    await held.clock.advance(3 * INTERVAL);
    expect([held.watcher.state, held.watcher.ended]).toEqual(['LOST', undefined]);
    held.setDown(false);
    await held.clock.advance(10 * INTERVAL);
    expect([held.watcher.state, held.watcher.ended]).toEqual(['LIVE', undefined]);
  });

  it('says to who begins with a snapshot which nodes are lost', async () => {
    let isLost = false;
    const second = { ...statusOf(), nodeName: 'node-2' };
    const held = watchTwo(async () => {
      if (isLost) throw OUTAGE;
      return second;
    });
    held.watcher.enter();
    await held.clock.advance(3 * INTERVAL);
    expect(held.watcher.snapshotEvents?.events.every(({ change }) => change.kind === 'SNAPSHOT')).toBe(true);
    isLost = true;
    await held.clock.advance(3 * INTERVAL);
    const [first, ...others] = held.watcher.snapshotEvents?.events ?? [];
    expect([first?.change.kind, first?.change.nodeName]).toEqual(['NODE_LOST', 'node-2']);
    expect(others.every(({ change }) => change.kind === 'SNAPSHOT')).toBe(true);
  });
});

describe('a node that is left and found again', () => {
  it('is compared with what was seen of it, so that nothing is told twice and nothing is left out', async () => {
    const clock = new TestClock();
    const first = { info: nodeInfo(0), read: async () => statusOf() };
    let connected = true;
    const second = () => ({
      info: nodeInfo(1),
      read: async () => ({
        ...statusOf([connection({ database_sockets: [socket({ connected })] })]),
        nodeName: 'node-9',
      }),
    });
    let nodes = [first, second()];
    const { watcher } = heldWatcher({ clock, nodes: () => nodes, capacity: 100 });
    watcher.enter();
    await clock.advance(3 * INTERVAL);
    for (const isUp of [true, false]) {
      nodes = [first];
      await clock.advance(3 * INTERVAL);
      connected = isUp;
      nodes = [first, second()];
      await clock.advance(3 * INTERVAL);
    }
    const told = watcher.changelog.read(0)?.map(({ change }) => `${change.kind} ${change.isLate}`);
    expect(told).toEqual(['DISCONNECTED true', 'STATE_CHANGED true']);
  });
});

describe('polling', () => {
  it('goes on for a while after a stream has left, and not after one who only waited', async () => {
    const held = heldWatcher({ linger: 10 * INTERVAL });
    const releaseStream = held.watcher.enter({ lingers: true });
    await held.answer(statusOf());
    releaseStream();
    await held.clock.advance(5 * INTERVAL);
    const releaseWait = held.watcher.enter();
    releaseWait();
    await held.clock.advance(4 * INTERVAL);
    expect(held.watcher.ended).toBeUndefined();
    await held.clock.advance(INTERVAL);
    expect(held.watcher.ended).toBeDefined();
    const waitOnly = heldWatcher({ linger: 10 * INTERVAL });
    waitOnly.watcher.enter()();
    await waitOnly.clock.advance(0);
    expect(waitOnly.watcher.ended).toBeDefined();
  });

  it('is asked for by a change once: who waits for its effect takes the poll that it caused', async () => {
    const held = heldWatcher();
    held.watcher.enter();
    await held.answer(statusOf([]));
    // The change is made, and the poll that it causes begins before anybody waits for it.
    const change = held.watcher.pollNow();
    await held.pollBegun();
    expect(held.polls).toBe(2);
    const waiting = waitForConnected(held.watcher, 'node-2', { timeoutMs: 60_000 });
    await held.answer(statusOf());
    await change;
    expect(await waiting).toBeUndefined();
    expect(held.polls).toBe(2);
  });

  it('is begun once for who waits where nobody watched', async () => {
    const held = heldWatcher();
    const waiting = waitForConnected(held.watcher, 'node-2', { timeoutMs: 60_000 });
    await held.answer(statusOf());
    expect(await waiting).toBeUndefined();
    expect(held.polls).toBe(1);
  });

  it('shows nothing to who waits by a snapshot from before the change', async () => {
    const held = heldWatcher({ onFault: () => undefined });
    held.watcher.enter();
    await held.answer(statusOf());
    const change = held.watcher.pollNow();
    const waiting = waitForConnected(held.watcher, 'node-2', { timeoutMs: 60_000 });
    await held.answer(UNREADABLE);
    await change;
    await held.answer(statusOf([]));
    await held.answer(statusOf());
    expect(await waiting).toBeUndefined();
    expect(held.polls).toBe(4);
  });
});
