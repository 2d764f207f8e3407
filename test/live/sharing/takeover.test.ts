import { describe, expect, it } from 'vitest';
import { clusterCodec, viewCodec } from '../../../src/live/changelog/codec.ts';
import type { Held } from '../../../src/live/changelog/redis/leases.ts';
import type { ChangeStore } from '../../../src/live/changelog/store.ts';
import { createSharedLog } from '../../../src/live/sharing/shared-log.ts';
import type { SharedWatch } from '../../../src/live/sharing/shared-watch.ts';
import { createSharing } from '../../../src/live/sharing/sharing.ts';
import { RedisUnavailable } from '../../../src/redis/unavailable.ts';
import { settled, TestClock } from '../../support/clock.ts';
import { ControlledStore, fail, numbers } from '../../support/controlled-store.ts';

const LEASE = 3000;

/** One of several gateways, whose lease and whose Redis are played. */
async function startOne() {
  const clock = new TestClock();
  const { store } = new ControlledStore();
  const played = { held: 'by another' as Held, isSilent: false, taken: [] as string[], polls: 0, ends: [] as string[] };
  const answered = <T>(work: () => Promise<T>): Promise<T> =>
    played.isSilent ? Promise.reject(new RedisUnavailable('no answer')) : work();
  const shared = {
    ...store,
    read: (...parameters) => answered(() => store.read(...parameters)),
    restart: (name) => answered(() => store.restart(name)),
  } satisfies ChangeStore;
  const report = { failed: () => undefined, succeeded: () => undefined, lost: fail };
  const common = { ...{ store: shared, capacity: 100, clock, report, onFault: fail }, onOwnerLost: () => true };
  const open = async () => ({ views: await store.open('views own'), whole: await store.open('cluster own') });
  const stored = await open();
  const opened = { open };
  const views = createSharedLog({ ...common, name: 'views own', codec: viewCodec }, stored.views);
  const whole = createSharedLog({ ...common, name: 'cluster own', codec: clusterCodec }, stored.whole);
  const sharing = createSharing({
    ...{ logs: { views, whole }, open: () => opened.open(), isHolder: false, leaseMs: LEASE, clock, onFault: fail },
    acquire: async () => played.held,
    use: () => undefined,
    release: async () => undefined,
    publish: () => undefined,
    stopListening: () => undefined,
  });
  const watch: SharedWatch = {
    poll() {
      played.polls += 1;
    },
    follow: () => undefined,
    takeViews(changes) {
      played.taken.push(...changes.map(({ message }) => message));
      views.append(changes, new Map());
    },
    takeWhole: () => undefined,
    takeTold: () => undefined,
    takeResult: () => undefined,
    rewind: () => undefined,
    notes: () => ({ views: new Map([['view a', '1']]), whole: new Map() }),
    toldVersion: 0,
    pollNow: async () => undefined,
    end(reason) {
      played.ends.push(reason.message);
    },
  };
  sharing.start(watch);
  /** Lets it look at its lease. */
  async function look(): Promise<void> {
    await clock.advance(LEASE / 3);
    await settled();
  }
  return Object.assign(played, { opened, store: shared, views, sharing, look, stored, clock });
}

/** Adds changes as another gateway does. */
async function addBesides({ store, stored }: Awaited<ReturnType<typeof startOne>>, ...all: number[]): Promise<void> {
  const changes = numbers(...all).map((change, at) => viewCodec.encode(change, at + 1));
  await store.append('views own', { epoch: stored.views.epoch, changes, notes: new Map() });
}

it('a takeover that Redis does not answer at first is made when it does', async () => {
  const one = await startOne();
  // Another gateway adds two changes, and is gone.
  await addBesides(one, 1, 2);
  one.held = 'anew';
  one.isSilent = true;
  await one.look();
  expect([one.sharing.isPolling, one.views.isWriting, one.polls, one.taken]).toEqual([false, false, 0, []]);
  one.isSilent = false;
  await one.look();
  expect([one.sharing.isPolling, one.views.isWriting, one.polls, one.taken]).toEqual([true, true, 1, ['1', '2']]);
  await one.sharing.stop(async () => undefined);
});

it('a takeover of a log that has lost its end begins another epoch, in which readers go on', async () => {
  const one = await startOne();
  await addBesides(one, 1, 2);
  one.held = 'anew';
  await one.look();
  one.held = 'by another';
  await one.look();
  expect([one.sharing.isPolling, one.views.storedLength]).toEqual([false, 2]);
  const before = one.views.epoch;
  // Redis has lost the second change.
  one.opened.open = async () => ({ views: { ...one.stored.views, length: 1 }, whole: one.stored.whole });
  one.held = 'anew';
  one.isSilent = true;
  await one.look();
  expect([one.sharing.isPolling, one.views.isWriting]).toEqual([false, false]);
  one.isSilent = false;
  await one.look();
  expect([one.sharing.isPolling, one.views.isWriting, one.views.length]).toEqual([true, true, 2]);
  expect(one.views.epoch).not.toBe(before);
  // How things are is noted in it.
  await settled();
  expect((await one.store.open('views own')).notes).toEqual(new Map([['view a', '1']]));
  await one.sharing.stop(async () => undefined);
});

it('goes on in its epoch where it has added changes while the store was asked how far the log is', async () => {
  const one = await startOne();
  one.held = 'anew';
  await one.look();
  const { epoch } = one.views;
  const { open } = one.opened;
  one.opened.open = async () => {
    const stored = await open();
    one.views.append(numbers(1), new Map());
    await settled();
    expect(one.views.storedLength).toBe(1);
    return stored;
  };
  await one.look();
  await settled();
  expect([one.sharing.isPolling, one.views.epoch, one.views.storedLength, one.polls]).toEqual([true, epoch, 1, 1]);
  await one.sharing.stop(async () => undefined);
});

it('writes nothing more where others have begun another epoch', async () => {
  const one = await startOne();
  one.held = 'anew';
  await one.look();
  one.store.append = () => Promise.reject(new RedisUnavailable('no answer'));
  one.views.append(numbers(1), new Map());
  await one.clock.advance(1000);
  expect(one.views.isFailing).toBe(true);
  one.opened.open = async () => ({
    views: { ...one.stored.views, epoch: 'other', length: 3 },
    whole: one.stored.whole,
  });
  // It lets its lease end first, and asks for it after that.
  for (let looks = 0; looks < 8 && one.ends.length === 0; looks += 1) await one.look();
  expect([one.views.isWriting, one.ends]).toEqual([false, [expect.stringContaining('begin again with a snapshot')]]);
  await one.sharing.stop(async () => undefined);
});

describe('coming as far as the logs are in the store', () => {
  it('reads what another gateway has added, whose messages were missed', async () => {
    const one = await startOne();
    await addBesides(one, 1, 2);
    await one.sharing.catchUp();
    expect([one.sharing.isPolling, one.taken]).toEqual([false, ['1', '2']]);
    await one.sharing.stop(async () => undefined);
  });

  it('follows where it took itself for the one that writes', async () => {
    const one = await startOne();
    one.held = 'anew';
    await one.look();
    expect(one.sharing.isPolling).toBe(true);
    await addBesides(one, 1, 2);
    one.held = 'by another';
    await one.sharing.catchUp();
    expect([one.sharing.isPolling, one.views.isWriting, one.taken]).toEqual([false, false, ['1', '2']]);
    await one.sharing.stop(async () => undefined);
  });

  it('takes the place of whoever has gone', async () => {
    const one = await startOne();
    await addBesides(one, 1, 2);
    one.held = 'anew';
    await one.sharing.catchUp();
    expect([one.sharing.isPolling, one.polls, one.taken]).toEqual([true, 1, ['1', '2']]);
    await one.sharing.stop(async () => undefined);
  });

  it('comes to an end where Redis does not answer', async () => {
    const one = await startOne();
    await addBesides(one, 1, 2);
    one.isSilent = true;
    await one.sharing.catchUp();
    expect([one.sharing.isPolling, one.taken]).toEqual([false, []]);
    await one.sharing.stop(async () => undefined);
  });
});
