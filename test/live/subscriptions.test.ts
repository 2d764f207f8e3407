import { describe, expect, it } from 'vitest';
import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import type { Lifetime } from '../../src/live/stream.ts';
import { readChanges, readStatus } from '../../src/live/subscriptions.ts';
import { createWatcher } from '../../src/live/watcher.ts';
import { connection, socket, status } from '../support/answers.ts';

/** The lifetime of a reader whose caller goes on being good. */
const ENDLESS: Lifetime = { onEnded: () => () => undefined };

/** A watcher whose polls are answered by hand: each `step` answers one, with the socket in its other state. */
function watched(capacity: number) {
  const waiting: ((value: ReturnType<typeof toClusterStatus>) => void)[] = [];
  const arrivals: (() => void)[] = [];
  let connected = false;
  const watcher = createWatcher({
    read: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        arrivals.shift()?.();
      }),
    thresholds: { lag: 5000, backPressure: 75, liveness: 90_000 },
    interval: 100,
    capacity,
    linger: 0,
    onEnd: () => undefined,
  });
  return {
    watcher,
    async step(): Promise<void> {
      if (waiting.length === 0) await new Promise<void>((resolve) => arrivals.push(resolve));
      connected = !connected;
      const answer = status([connection({ database_sockets: [socket({ connected })] })]);
      waiting.shift()?.(toClusterStatus(statusAnswer.parse(answer), new Date()));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('a reader of changes', () => {
  it('gets everything that the feed still keeps, however late it comes for it', async () => {
    const { watcher, step } = watched(10);
    const reader = readChanges(watcher, {}, ENDLESS);
    const first = reader.next();
    for (let index = 0; index < 6; index += 1) await step();
    const kinds = [(await first).value, (await reader.next()).value, (await reader.next()).value].map(
      ({ change }) => change.kind,
    );
    expect(kinds).toEqual(['DISCONNECTED', 'STATE_CHANGED', 'CONNECTED']);
    await reader.return?.();
    watcher.stop(new Error('over'));
  });

  it('ends with SLOW_CONSUMER when the feed has overtaken it, and holds nobody else up', async () => {
    const { watcher, step } = watched(4);
    const slow = readChanges(watcher, {}, ENDLESS);
    const quick = readChanges(watcher, {}, ENDLESS);
    const firsts = [slow.next(), quick.next()];
    for (let index = 0; index < 2; index += 1) await step();
    await Promise.all(firsts);
    const seen: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const next = quick.next();
      await step();
      seen.push((await next).value.change.kind, (await quick.next()).value.change.kind);
    }
    expect(seen).toHaveLength(12);
    await expect(
      (async () => {
        for (let index = 0; index < 200; index += 1) await slow.next();
      })(),
    ).rejects.toMatchObject({ code: 'SLOW_CONSUMER' });
    await quick.return?.();
    watcher.stop(new Error('over'));
  });

  it('can be left while it waits', async () => {
    const { watcher } = watched(4);
    const reader = readChanges(watcher, {}, ENDLESS);
    const waiting = reader.next();
    await reader.return?.();
    expect(await waiting).toMatchObject({ done: true });
    expect(watcher.readers).toBe(0);
    watcher.stop(new Error('over'));
  });
});

describe('a reader of the status', () => {
  it('ends with the watch, however long it waits between two statuses', async () => {
    const { watcher, step } = watched(100);
    const reader = readStatus(watcher, 60_000, ENDLESS);
    const first = reader.next();
    await step();
    await first;
    const second = reader.next();
    watcher.stop(new Error('the login is no longer good'));
    await expect(second).rejects.toThrow('no longer good');
  });

  it('that is slow gets the latest, and misses what was in between', async () => {
    const { watcher, step } = watched(100);
    const reader = readStatus(watcher, 0, ENDLESS);
    const first = reader.next();
    await step();
    await first;
    for (let index = 0; index < 5; index += 1) await step();
    const { value } = await reader.next();
    expect(value).toBe(watcher.snapshot?.status);
    await reader.return?.();
    watcher.stop(new Error('over'));
  });
});
