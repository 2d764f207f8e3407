import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import type { ChangeEvent } from '../../src/live/changelog/changelog.ts';
import type { Lifetime, LiveStream } from '../../src/live/stream.ts';
import { subscribeToChanges, subscribeToStatus } from '../../src/live/subscriptions.ts';
import { connection, socket } from '../support/answers.ts';
import { type HeldWatcher, heldWatcher, INTERVAL, settled, statusOf } from '../support/watcher.ts';

/** The lifetime of a reader whose caller goes on being good. */
const ENDLESS: Lifetime = { onEnded: () => () => undefined };
const OUTAGE = new GatewayError('UPSTREAM_UNAVAILABLE', 'Harper refused the connection.');

/** A status whose only socket is up or down. */
const statusWith = (connected: boolean) => statusOf([connection({ database_sockets: [socket({ connected })] })]);

/** Answers so many polls, each with the socket in its other state. */
async function flap(held: HeldWatcher, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const { snapshot } = held.watcher;
    await held.answer(statusWith(snapshot?.status.connections[0]?.databaseSockets[0]?.connected !== true));
  }
}

const kindOf = async (stream: LiveStream<ChangeEvent>) => (await stream.next()).value.change.kind;

/** What a stream gives from now on, as it comes. */
function collect<T>(stream: LiveStream<T>): T[] {
  const items: T[] = [];
  stream.pipe({
    take: (item) => items.push(item) > 0,
    end: () => undefined,
  });
  return items;
}

describe('a reader of changes', () => {
  it('gets everything that the change log still keeps, however late it comes for it', async () => {
    const held = heldWatcher();
    const reader = subscribeToChanges(held.watcher, {}, ENDLESS);
    const first = reader.next();
    await flap(held, 6);
    expect([(await first).value.change.kind, await kindOf(reader), await kindOf(reader)]).toEqual([
      'DISCONNECTED',
      'STATE_CHANGED',
      'CONNECTED',
    ]);
  });

  it('ends with SLOW_CONSUMER when the change log has overtaken it, and holds nobody else up', async () => {
    const held = heldWatcher({ capacity: 4 });
    const slow = subscribeToChanges(held.watcher, {}, ENDLESS);
    const quick = subscribeToChanges(held.watcher, {}, ENDLESS);
    const firsts = [slow.next(), quick.next()];
    await flap(held, 2);
    await Promise.all(firsts);
    const seen: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const next = quick.next();
      await flap(held, 1);
      seen.push((await next).value.change.kind, await kindOf(quick));
    }
    expect(seen).toHaveLength(12);
    await expect(
      (async () => {
        for (let index = 0; index < 200; index += 1) await slow.next();
      })(),
    ).rejects.toMatchObject({ code: 'SLOW_CONSUMER' });
  });

  it('can be left while it waits', async () => {
    const { watcher } = heldWatcher();
    const reader = subscribeToChanges(watcher, {}, ENDLESS);
    const waiting = reader.next();
    await reader.return();
    expect(await waiting).toMatchObject({ done: true });
    expect(watcher.readers).toBe(0);
  });

  it('that comes while Harper cannot be read is told so at once, with the last snapshot', async () => {
    const held = heldWatcher();
    const first = collect(subscribeToChanges(held.watcher, {}, ENDLESS));
    await held.answer(statusWith(true));
    await held.answer(OUTAGE);
    const second = collect(subscribeToChanges(held.watcher, { snapshot: true }, ENDLESS));
    expect(first.map(({ change }) => change.kind)).toEqual(['UPSTREAM_LOST']);
    expect(second.map(({ change }) => change.kind)).toEqual(['UPSTREAM_LOST', 'SNAPSHOT']);
    expect(second[0]).toBe(first[0]);
  });

  it('shares the events of a snapshot with all who come at the same place', async () => {
    const held = heldWatcher();
    held.watcher.enter();
    const first = collect(subscribeToChanges(held.watcher, { snapshot: true }, ENDLESS));
    const second = collect(subscribeToChanges(held.watcher, { snapshot: true }, ENDLESS));
    await held.answer(statusWith(true));
    await held.answer(statusWith(true));
    expect(first).toHaveLength(1);
    expect(second[0]).toBe(first[0]);
  });
});

describe('a reader of the status', () => {
  it('ends with the watch, however long it waits between two statuses', async () => {
    const held = heldWatcher();
    const reader = subscribeToStatus(held.watcher, 60_000, ENDLESS);
    const first = reader.next();
    await held.answer(statusWith(true));
    await first;
    const second = reader.next();
    held.watcher.stop(new Error('the login is no longer good'));
    await expect(second).rejects.toThrow('no longer good');
  });

  it('that is slow gets the latest, and misses what was in between', async () => {
    const held = heldWatcher();
    const reader = subscribeToStatus(held.watcher, 0, ENDLESS);
    const first = reader.next();
    await flap(held, 6);
    await first;
    expect((await reader.next()).value).toBe(held.watcher.snapshot?.status);
  });

  it('gets nothing where a status differs in nothing but the moment it was read', async () => {
    const held = heldWatcher();
    const statuses = collect(subscribeToStatus(held.watcher, 0, ENDLESS));
    for (const connected of [true, true, false, false]) await held.answer(statusWith(connected));
    expect(statuses).toHaveLength(2);
  });

  it('gets the last status again whenever its freshness changes, the same one as every other reader', async () => {
    const held = heldWatcher();
    held.watcher.enter();
    const statuses = collect(subscribeToStatus(held.watcher, 0, ENDLESS));
    const others = collect(subscribeToStatus(held.watcher, 0, ENDLESS));
    await held.answer(statusWith(true));
    await held.answer(statusWith(true));
    const last = held.watcher.snapshot?.status;
    await held.pollBegun();
    await held.clock.advance(3 * INTERVAL);
    await held.answer(OUTAGE);
    await held.answer(OUTAGE);
    await held.answer(statusWith(true));
    expect(statuses.map(({ freshness = 'LIVE' }) => freshness)).toEqual(['LIVE', 'STALE', 'LOST', 'LIVE']);
    expect(statuses.slice(0, 3).map(({ observedAt }) => observedAt)).toEqual(Array(3).fill(last?.observedAt));
    expect(statuses.every((status, index) => status === others[index])).toBe(true);
  });

  it('waits the least interval between two statuses also where the freshness changes', async () => {
    const held = heldWatcher();
    const statuses = collect(subscribeToStatus(held.watcher, 10 * INTERVAL, ENDLESS));
    await held.answer(statusWith(true));
    await held.answer(OUTAGE);
    expect(statuses).toHaveLength(1);
    await held.clock.advance(10 * INTERVAL);
    expect(statuses.map(({ freshness }) => freshness)).toEqual([undefined, 'LOST']);
  });

  it('that comes while Harper cannot be read gets the last status at once', async () => {
    const held = heldWatcher();
    held.watcher.enter();
    await held.answer(statusWith(true));
    await held.answer(OUTAGE);
    const statuses = collect(subscribeToStatus(held.watcher, 0, ENDLESS));
    expect(statuses.map(({ freshness }) => freshness)).toEqual(['LOST']);
  });

  it('that comes while Harper cannot be read waits where nothing was ever read', async () => {
    const held = heldWatcher();
    held.watcher.enter();
    await held.answer(OUTAGE);
    const statuses = collect(subscribeToStatus(held.watcher, 0, ENDLESS));
    await held.answer(OUTAGE);
    expect(statuses).toEqual([]);
    await held.answer(statusWith(true));
    await settled();
    expect(statuses).toHaveLength(1);
  });
});
