import { expect, it } from 'vitest';
import { ChangeSource } from '../../../src/live/change-source.ts';
import { createChangelog } from '../../../src/live/changelog/changelog.ts';
import { viewCodec } from '../../../src/live/changelog/codec.ts';
import type { Change } from '../../../src/live/diff.ts';
import { createSharedLog } from '../../../src/live/sharing/shared-log.ts';
import type { Watcher } from '../../../src/live/watcher.ts';
import { settled, TestClock } from '../../support/clock.ts';
import { ControlledStore, fail, numbers } from '../../support/controlled-store.ts';

/** A gateway that has come to `known`, while the log in the store has come to `length`. */
async function follow({ known, length }: { known: number; length: number }) {
  const controlled = new ControlledStore();
  const { file } = controlled;
  const opened = await file.open('log');
  const report = { failed: fail, succeeded: () => undefined, lost: fail };
  const options = {
    store: controlled.store,
    name: 'log',
    codec: viewCodec,
    capacity: 10,
    clock: new TestClock(),
    report,
  };
  const kept = createSharedLog<Change>({ ...options, onFault: fail }, opened);
  const changelog = createChangelog<Change>(10, fail, kept);
  const add = (from: number, to: number) =>
    changelog.append(numbers(...Array.from({ length: to - from }, (_, at) => from + at + 1)));
  add(0, known);
  const caughtUp = Promise.withResolvers<void>();
  const played = { asked: 0, told: 0 };
  async function catchUp(): Promise<void> {
    played.asked += 1;
    await caughtUp.promise;
  }
  /** A reader that comes with the cursor of a position in the store. */
  function read(position: number, { isShared = true } = {}) {
    const begin = `${opened.epoch}.${position}`;
    const watcher = { ended: undefined, onFault: fail, catchUp: isShared ? catchUp : undefined } as unknown as Watcher;
    const isAlways = () => true;
    const shared = { isWanted: isAlways, isToldBefore: isAlways, isSnapshotWanted: false };
    const source = new ChangeSource(watcher, { changelog, begin, snapshotEvents: () => undefined, ...shared });
    source.listen({
      notify() {
        played.told += 1;
      },
    });
    return source;
  }
  /** Comes as far as the store is. */
  async function comeUp(): Promise<void> {
    add(known, length);
    caughtUp.resolve();
    await settled();
  }
  return { kept, changelog, controlled, read, comeUp, played };
}

const messagesOf = (source: ChangeSource<Change>) => {
  const found: (string | null)[] = [];
  for (let event = source.next(); event !== undefined; event = source.next()) found.push(event.change.message);
  return found;
};

it('goes on after a cursor of what another gateway has told, when it has come so far', async () => {
  const { read, comeUp, played } = await follow({ known: 2, length: 5 });
  const source = read(4);
  source.check();
  expect([messagesOf(source), messagesOf(source)]).toEqual([[], []]);
  const before = played.told;
  await comeUp();
  expect([played.asked, played.told > before]).toEqual([1, true]);
  expect(messagesOf(source)).toEqual(['5']);
});

it('refuses a cursor that is still beyond the log then', async () => {
  const { read, comeUp, played } = await follow({ known: 2, length: 5 });
  const source = read(6);
  source.check();
  expect(messagesOf(source)).toEqual([]);
  await comeUp();
  expect(() => source.next()).toThrow('begin again with a snapshot');
  expect(played.asked).toBe(1);
});

it('goes on where it took itself for the one that writes, as one that was stopped does', async () => {
  const { read, comeUp, kept } = await follow({ known: 2, length: 5 });
  kept.write(new Map());
  const source = read(4);
  source.check();
  expect(messagesOf(source)).toEqual([]);
  kept.stopWriting();
  await comeUp();
  expect(messagesOf(source)).toEqual(['5']);
});

it('takes no change that the store does not have for the one of a cursor', async () => {
  const { read, kept, changelog, controlled } = await follow({ known: 2, length: 5 });
  kept.write(new Map());
  controlled.state = 'slow';
  changelog.append(numbers(3));
  const [epoch = ''] = changelog.end.split('.');
  expect(epoch).toContain('~');
  expect(changelog.positionOf(`${epoch}.3`)).toBe(3);
  const source = read(3);
  source.check();
  expect(messagesOf(source)).toEqual([]);
});

it('refuses a cursor at once where no other gateway writes', async () => {
  const { read } = await follow({ known: 2, length: 5 });
  expect(() => read(4, { isShared: false }).check()).toThrow('begin again with a snapshot');
});
