import { expect, it } from 'vitest';
import { ChangeSource } from '../../../src/live/change-source.ts';
import { createChangelog } from '../../../src/live/changelog/changelog.ts';
import { viewCodec } from '../../../src/live/changelog/codec.ts';
import type { Change } from '../../../src/live/diff.ts';
import { createSharedLog } from '../../../src/live/sharing/shared-log.ts';
import type { Watcher } from '../../../src/live/watcher.ts';
import { TestClock } from '../../support/clock.ts';
import { ControlledStore, fail, numbers } from '../../support/controlled-store.ts';

/** A gateway that follows: the one that writes has come to `length` in the store, and this one to `known`. */
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
  const read = (position: number) => {
    const begin = `${opened.epoch}.${position}`;
    const watcher = { ended: undefined, onFault: fail } as unknown as Watcher;
    const isAlways = () => true;
    const shared = { isWanted: isAlways, isToldBefore: isAlways, isSnapshotWanted: false };
    return new ChangeSource(watcher, { changelog, begin, snapshotEvents: () => undefined, ...shared });
  };
  return { kept, read, catchUp: () => add(known, length) };
}

const messagesOf = (source: ChangeSource<Change>) => {
  const found: (string | null)[] = [];
  for (let event = source.next(); event !== undefined; event = source.next()) found.push(event.change.message);
  return found;
};

it('goes on after a cursor of what another gateway has told, when it has come so far', async () => {
  const { read, catchUp } = await follow({ known: 2, length: 5 });
  const source = read(4);
  source.check();
  catchUp();
  expect(messagesOf(source)).toEqual(['5']);
});

it('refuses a cursor that is still beyond the log then', async () => {
  const { read, catchUp } = await follow({ known: 2, length: 5 });
  const source = read(6);
  source.check();
  catchUp();
  expect(() => source.next()).toThrow('begin again with a snapshot');
});

it('refuses it at once where this gateway writes', async () => {
  const { read, kept } = await follow({ known: 2, length: 5 });
  kept.write(new Map());
  expect(() => read(4).check()).toThrow('begin again with a snapshot');
});
