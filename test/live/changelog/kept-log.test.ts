import { describe, expect, it } from 'vitest';
import { viewCodec } from '../../../src/live/changelog/codec.ts';
import { SqliteFile } from '../../../src/live/changelog/sqlite/sqlite-file.ts';
import { settled } from '../../support/clock.ts';
import { ControlledStore, change, fail, messages, numbers, open } from '../../support/controlled-store.ts';

describe('a log that is kept', () => {
  it('can be read when the store has it', async () => {
    const controlled = new ControlledStore();
    const { log } = await open(controlled);
    log.append(numbers(1, 2));
    expect([messages(log), log.isSettled]).toEqual([[], false]);
    await settled();
    expect([messages(log), log.isSettled]).toEqual([['1', '2'], true]);
    expect(controlled.stored).toEqual(['1', '2']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['in the very turn in which the write before ends', () => Promise.resolve()],
    ['in the turn after that', settled],
  ])('writes what is appended by those who are told of a change, %s', async (_, moment) => {
    const controlled = new ControlledStore();
    const { log } = await open(controlled);
    let count = 0;
    const chain = {
      notify() {
        moment().then(() => {
          count += 1;
          if (count <= 50) log.append(numbers(count));
        }, fail);
      },
    };
    log.listeners.add(chain);
    log.append(numbers(0));
    for (let turn = 0; turn < 500 && count <= 50; turn += 1) await settled();
    expect([log.isSettled, log.length, controlled.stored.length]).toEqual([true, 51, 51]);
  });

  it('is not behind where the store takes all in time, however much comes', async () => {
    const controlled = new ControlledStore();
    const { log, clock } = await open(controlled);
    controlled.state = 'slow';
    for (let at = 0; at < 40; at += 1) {
      log.append(numbers(at));
      await settled();
      // There is always one more that waits.
      log.append(numbers(at));
      await clock.advance(300);
      controlled.letGo();
      await settled();
    }
    controlled.release();
    await settled();
    const cursors = Array.from({ length: 80 }, (_, at) => log.read(at, 1)?.[0]?.cursor ?? '~');
    expect(cursors.filter((cursor) => cursor.includes('~'))).toEqual([]);
  });

  it('says when the store takes again what it did not take for too long', async () => {
    const controlled = new ControlledStore();
    const recovered: number[] = [];
    const { log, clock } = await open(controlled, 100, () => recovered.push(controlled.stored.length));
    log.append(numbers(1));
    await settled();
    controlled.state = 'slow';
    log.append(numbers(2));
    await clock.advance(1000);
    expect(recovered).toEqual([]);
    controlled.release();
    await settled();
    expect(recovered).toEqual([2]);
    log.append(numbers(3));
    await settled();
    expect(recovered).toEqual([2]);
  });

  it('goes on where the process before it has ended', async () => {
    const controlled = new ControlledStore();
    const first = await open(controlled);
    first.log.append(numbers(1, 2), new Map([['seen', 'x']]));
    await settled();
    const [event] = first.log.read(0) ?? [];
    await first.kept.close();
    const { log, kept } = await open(controlled);
    expect([...kept.notes]).toEqual([['seen', 'x']]);
    expect(log.end).toBe(first.log.end);
    log.append(numbers(3));
    await settled();
    const position = log.positionOf(event?.cursor ?? '');
    // It is not in memory any more.
    expect(log.read(position)).toBeUndefined();
    const loaded = await log.load(position, 10);
    expect(loaded?.map((each) => each.change.message)).toEqual(['2', '3']);
    expect(loaded?.[0]?.cursor).toBe(first.log.end);
  });

  it('does not keep readers waiting for a slow store; until it has them cursors end with the process', async () => {
    const controlled = new ControlledStore();
    const { log, clock } = await open(controlled);
    controlled.state = 'slow';
    log.append(numbers(1));
    await clock.advance(999);
    expect(messages(log)).toEqual([]);
    await clock.advance(1);
    expect(messages(log)).toEqual(['1']);
    const early = log.read(0)?.[0]?.cursor ?? '';
    expect(log.positionOf(early)).toBe(1);
    expect((await open(controlled)).log.positionOf(early)).toBe(-1);
    controlled.release();
    await settled();
    expect(controlled.stored).toEqual(['1']);
    log.append(numbers(2));
    await settled();
    const kept = log.read(1)?.[0]?.cursor ?? '';
    expect((await open(controlled)).log.positionOf(kept)).toBe(2);
    expect(log.positionOf(early)).toBe(1);
  });

  it('writes what a store that failed has missed, in order, as soon as it takes it', async () => {
    const controlled = new ControlledStore();
    const { log, clock, reports } = await open(controlled);
    controlled.state = 'failing';
    log.append(numbers(1), new Map([['seen', '1']]));
    await settled();
    expect(messages(log)).toEqual(['1']);
    log.append(numbers(2), new Map([['seen', '2']]));
    expect(messages(log)).toEqual(['1', '2']);
    await clock.advance(5000);
    expect(controlled.stored).toEqual([]);
    controlled.state = 'well';
    await clock.advance(30_000);
    expect(controlled.stored).toEqual(['1', '2']);
    expect(controlled.file.open('log').notes.get('seen')).toBe('2');
    expect(new Set(reports)).toEqual(new Set(['failed: disk full']));
  });

  it('begins another epoch where it had to give changes up, whose cursors end', async () => {
    const controlled = new ControlledStore();
    const { log, clock, reports } = await open(controlled, 3);
    log.append(numbers(1), new Map([['early', 'x']]));
    await settled();
    const before = log.end;
    controlled.state = 'failing';
    for (const each of [2, 3, 4, 5, 6, 7]) log.append(numbers(each), new Map([['seen', String(each)]]));
    await settled();
    log.append(numbers(8));
    expect(reports.at(-1)).toMatch(/^lost \d$/);
    controlled.state = 'well';
    await clock.advance(60_000);
    log.append(numbers(9));
    await settled();
    expect(controlled.stored.at(-1)).toBe('9');
    expect(log.positionOf(before)).toBe(-1);
    // A cursor of the history from before the gap leads nowhere, also that of the very last change.
    const { epoch, changes } = controlled.file.find('log', { limit: 100, from: 'start' });
    const known = changes.map(({ position }) => log.positionOf(`${epoch}.${position}`) >= 0);
    expect(known).toEqual(changes.map(({ text }) => ['8', '9'].includes(viewCodec.decode(text).message)));
    // What was noted before is noted in the new one, too.
    expect([...controlled.file.open('log').notes].sort()).toEqual([
      ['early', 'x'],
      ['seen', '7'],
    ]);
    const again = await open(controlled);
    expect(again.log.positionOf(log.end)).toBe(again.log.length);
  });

  it('keeps nothing any more when another gateway has taken over, and goes on in memory', async () => {
    const controlled = new ControlledStore();
    const { log, clock, reports } = await open(controlled);
    controlled.state = 'taken over';
    log.append(numbers(1));
    await settled();
    controlled.state = 'well';
    log.append(numbers(2));
    await clock.advance(120_000);
    expect(messages(log)).toEqual(['1', '2']);
    expect(controlled.stored).toEqual([]);
    expect(reports).toEqual(['failed for good: another gateway has taken over the history']);
    expect((await open(controlled)).log.positionOf(log.end)).toBe(-1);
  });

  it('reads nothing of another gateway that has taken over', async () => {
    const controlled = new ControlledStore();
    const { log, kept } = await open(controlled);
    log.append(numbers(1, 2));
    await settled();
    const other = new SqliteFile(controlled.path);
    const { epoch } = other.open('log');
    const theirs = [3, 4].map((position) => viewCodec.encode(change(`other ${position}`), position));
    other.append('log', { epoch, changes: theirs, notes: new Map() });
    log.append(numbers(3));
    await settled();
    expect((await kept.read(0, 10))?.map(({ message }) => message)).toEqual(['1', '2']);
    expect(await kept.read(2, 10)).toBeUndefined();
    other.close();
  });

  it('writes all that waits at once, so that what is noted fits to the last change', async () => {
    const controlled = new ControlledStore();
    const { log } = await open(controlled, 10_000);
    controlled.state = 'slow';
    log.append(numbers(0));
    for (let at = 1; at <= 1200; at += 1) log.append(numbers(at), new Map([['seen', String(at)]]));
    const lengths: (readonly [number, string | undefined])[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      controlled.letGo();
      await settled();
      const { length, notes } = controlled.file.open('log');
      lengths.push([length, notes.get('seen')]);
    }
    expect(lengths.filter(([length, seen]) => length > 1 && seen !== String(length - 1))).toEqual([]);
    expect(lengths.at(-1)).toEqual([1201, '1200']);
  });

  it('gives up nothing while the store is well, however much comes at once', async () => {
    const controlled = new ControlledStore();
    const { log, reports } = await open(controlled, 5);
    log.append(numbers(...Array.from({ length: 20 }, (_, at) => at)));
    await settled();
    expect([controlled.stored.length, reports]).toEqual([20, []]);
  });

  it('has written everything when it is closed', async () => {
    const controlled = new ControlledStore();
    const { log, kept } = await open(controlled);
    controlled.state = 'failing';
    log.append(numbers(1));
    await settled();
    controlled.state = 'well';
    log.append(numbers(2));
    await kept.close();
    expect(controlled.stored).toEqual(['1', '2']);
  });
});
