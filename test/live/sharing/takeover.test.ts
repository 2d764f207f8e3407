import { expect, it } from 'vitest';
import { clusterCodec, viewCodec } from '../../../src/live/changelog/codec.ts';
import type { ChangeStore } from '../../../src/live/changelog/store.ts';
import { createSharedLog } from '../../../src/live/sharing/shared-log.ts';
import type { SharedWatch } from '../../../src/live/sharing/shared-watch.ts';
import { createSharing, type Held } from '../../../src/live/sharing/sharing.ts';
import { RedisUnavailable } from '../../../src/redis/unavailable.ts';
import { settled, TestClock } from '../../support/clock.ts';
import { ControlledStore, fail, numbers } from '../../support/controlled-store.ts';

const LEASE = 3000;

/** One of several gateways, whose lease and whose Redis are played. */
async function startOne() {
  const clock = new TestClock();
  const { store } = new ControlledStore();
  const played = { held: 'by another' as Held, isSilent: false, taken: [] as string[], polls: 0 };
  const answered = <T>(work: () => Promise<T>): Promise<T> =>
    played.isSilent ? Promise.reject(new RedisUnavailable('no answer')) : work();
  const shared: ChangeStore = {
    ...store,
    read: (...parameters) => answered(() => store.read(...parameters)),
    restart: (name) => answered(() => store.restart(name)),
  };
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
    end: fail,
  };
  sharing.start(watch);
  /** Lets it look at its lease. */
  async function look(): Promise<void> {
    await clock.advance(LEASE / 3);
    await settled();
  }
  return Object.assign(played, { opened, store, views, sharing, look, stored });
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
