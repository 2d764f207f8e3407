import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Changelog, createChangelog } from '../../../src/live/changelog/changelog.ts';
import { viewCodec } from '../../../src/live/changelog/codec.ts';
import { type KeptLog, openKeptLog } from '../../../src/live/changelog/kept-log.ts';
import { SqliteFile } from '../../../src/live/changelog/sqlite/sqlite-file.ts';
import { type Addition, type ChangeStore, StoreConflict } from '../../../src/live/changelog/store.ts';
import { type Change, nodeChange } from '../../../src/live/diff.ts';
import { settled, TestClock } from '../../support/clock.ts';

const change = (message: string) =>
  nodeChange({ kind: 'UPSTREAM_LOST', nodeName: null, observedAt: new Date(0), message });
const numbers = (...all: number[]) => all.map((each) => change(String(each)));

const folder = mkdtempSync(join(tmpdir(), 'harper-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newPath = () => {
  files += 1;
  return join(folder, `${files}.db`);
};

/** A store whose additions fail, or wait, as the test wants it. */
class Balky {
  readonly path = newPath();
  readonly file = new SqliteFile(this.path);
  mood: 'well' | 'failing' | 'slow' | 'taken over' = 'well';
  readonly #held: (() => void)[] = [];

  readonly store: ChangeStore = {
    open: async (name) => this.file.open(name),
    append: async (name, addition) => this.#append(name, addition),
    read: async (...parameters) => this.file.read(...parameters),
    find: async (...parameters) => this.file.find(...parameters),
    restart: async (name) => this.file.restart(name),
    size: async () => this.file.size(),
    trim: async (retention) => void this.file.trim(retention),
    close: async () => undefined,
  };

  async #append(name: string, addition: Addition): Promise<void> {
    if (this.mood === 'failing') throw new Error('disk full');
    if (this.mood === 'taken over') throw new StoreConflict('owner');
    if (this.mood === 'slow') await new Promise<void>((resolve) => this.#held.push(resolve));
    this.file.append(name, addition);
  }

  /** Lets go of what is slow. */
  letGo(): void {
    for (const each of this.#held.splice(0)) each();
  }

  /** The same, and nothing is slow any more. */
  release(): void {
    this.mood = 'well';
    this.letGo();
  }

  get stored(): string[] {
    return this.file
      .find('log', { limit: 1e6, from: 'start' })
      .changes.map(({ text }) => viewCodec.decode(text).message);
  }
}

interface Opened {
  readonly kept: KeptLog<Change>;
  readonly log: Changelog<Change>;
  readonly clock: TestClock;
  readonly reports: string[];
}

async function open(balky: Balky, capacity = 100): Promise<Opened> {
  const clock = new TestClock();
  const reports: string[] = [];
  const kept = await openKeptLog({
    ...{ store: balky.store, name: 'log', codec: viewCodec, capacity, clock },
    report: {
      failed: (error, isFinal) => reports.push(`failed${isFinal ? ' for good' : ''}: ${(error as Error).message}`),
      succeeded: () => undefined,
      lost: (count) => reports.push(`lost ${count}`),
    },
    onFault: fail,
  });
  return { kept, log: createChangelog<Change>(capacity, fail, kept), clock, reports };
}

const fail = (error: unknown) => {
  throw error;
};
const messages = (log: Changelog<Change>, from = 0) => log.read(from)?.map((event) => event.change.message);

describe('a log that is kept', () => {
  it('can be read when the store has it', async () => {
    const balky = new Balky();
    const { log } = await open(balky);
    log.append(numbers(1, 2));
    expect([messages(log), log.isSettled]).toEqual([[], false]);
    await settled();
    expect([messages(log), log.isSettled]).toEqual([['1', '2'], true]);
    expect(balky.stored).toEqual(['1', '2']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['in the very turn in which the write before ends', () => Promise.resolve()],
    ['in the turn after that', settled],
  ])('writes what is appended by those who are told of a change, %s', async (_, moment) => {
    const balky = new Balky();
    const { log } = await open(balky);
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
    expect([log.isSettled, log.length, balky.stored.length]).toEqual([true, 51, 51]);
  });

  it('is not behind where the store takes all in time, however much comes', async () => {
    const balky = new Balky();
    const { log, clock } = await open(balky);
    balky.mood = 'slow';
    for (let at = 0; at < 40; at += 1) {
      log.append(numbers(at));
      await settled();
      // There is always one more that waits.
      log.append(numbers(at));
      await clock.advance(300);
      balky.letGo();
      await settled();
    }
    balky.release();
    await settled();
    const cursors = Array.from({ length: 80 }, (_, at) => log.read(at, 1)?.[0]?.cursor ?? '~');
    expect(cursors.filter((cursor) => cursor.includes('~'))).toEqual([]);
  });

  it('goes on where the process before it has ended', async () => {
    const balky = new Balky();
    const first = await open(balky);
    first.log.append(numbers(1, 2), new Map([['seen', 'x']]));
    await settled();
    const [event] = first.log.read(0) ?? [];
    await first.kept.close();
    const { log, kept } = await open(balky);
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
    const balky = new Balky();
    const { log, clock } = await open(balky);
    balky.mood = 'slow';
    log.append(numbers(1));
    await clock.advance(999);
    expect(messages(log)).toEqual([]);
    await clock.advance(1);
    expect(messages(log)).toEqual(['1']);
    const early = log.read(0)?.[0]?.cursor ?? '';
    expect(log.positionOf(early)).toBe(1);
    expect((await open(balky)).log.positionOf(early)).toBe(-1);
    balky.release();
    await settled();
    expect(balky.stored).toEqual(['1']);
    log.append(numbers(2));
    await settled();
    const late = log.read(1)?.[0]?.cursor ?? '';
    expect((await open(balky)).log.positionOf(late)).toBe(2);
    expect(log.positionOf(early)).toBe(1);
  });

  it('writes what a store that failed has missed, in order, as soon as it takes it', async () => {
    const balky = new Balky();
    const { log, clock, reports } = await open(balky);
    balky.mood = 'failing';
    log.append(numbers(1), new Map([['seen', '1']]));
    await settled();
    expect(messages(log)).toEqual(['1']);
    log.append(numbers(2), new Map([['seen', '2']]));
    expect(messages(log)).toEqual(['1', '2']);
    await clock.advance(5000);
    expect(balky.stored).toEqual([]);
    balky.mood = 'well';
    await clock.advance(30_000);
    expect(balky.stored).toEqual(['1', '2']);
    expect(balky.file.open('log').notes.get('seen')).toBe('2');
    expect(new Set(reports)).toEqual(new Set(['failed: disk full']));
  });

  it('begins another epoch where it had to give changes up, whose cursors end', async () => {
    const balky = new Balky();
    const { log, clock, reports } = await open(balky, 3);
    log.append(numbers(1), new Map([['early', 'x']]));
    await settled();
    const before = log.end;
    balky.mood = 'failing';
    for (const each of [2, 3, 4, 5, 6, 7]) log.append(numbers(each), new Map([['seen', String(each)]]));
    await settled();
    log.append(numbers(8));
    expect(reports.at(-1)).toMatch(/^lost \d$/);
    balky.mood = 'well';
    await clock.advance(60_000);
    log.append(numbers(9));
    await settled();
    expect(balky.stored.at(-1)).toBe('9');
    expect(log.positionOf(before)).toBe(-1);
    // A cursor of the history from before the gap leads nowhere, also that of the very last change.
    const { epoch, changes } = balky.file.find('log', { limit: 100, from: 'start' });
    const known = changes.map(({ position }) => log.positionOf(`${epoch}.${position}`) >= 0);
    expect(known).toEqual(changes.map(({ text }) => ['8', '9'].includes(viewCodec.decode(text).message)));
    // What was noted before is noted in the new one, too.
    expect([...balky.file.open('log').notes].sort()).toEqual([
      ['early', 'x'],
      ['seen', '7'],
    ]);
    const again = await open(balky);
    expect(again.log.positionOf(log.end)).toBe(again.log.length);
  });

  it('keeps nothing any more when another gateway has taken over, and goes on in memory', async () => {
    const balky = new Balky();
    const { log, clock, reports } = await open(balky);
    balky.mood = 'taken over';
    log.append(numbers(1));
    await settled();
    balky.mood = 'well';
    log.append(numbers(2));
    await clock.advance(120_000);
    expect(messages(log)).toEqual(['1', '2']);
    expect(balky.stored).toEqual([]);
    expect(reports).toEqual(['failed for good: another gateway has taken over the history']);
    expect((await open(balky)).log.positionOf(log.end)).toBe(-1);
  });

  it('reads nothing of another gateway that has taken over', async () => {
    const balky = new Balky();
    const { log, kept } = await open(balky);
    log.append(numbers(1, 2));
    await settled();
    const other = new SqliteFile(balky.path);
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
    const balky = new Balky();
    const { log } = await open(balky, 10_000);
    balky.mood = 'slow';
    log.append(numbers(0));
    for (let at = 1; at <= 1200; at += 1) log.append(numbers(at), new Map([['seen', String(at)]]));
    const lengths: (readonly [number, string | undefined])[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      balky.letGo();
      await settled();
      const { length, notes } = balky.file.open('log');
      lengths.push([length, notes.get('seen')]);
    }
    expect(lengths.filter(([length, seen]) => length > 1 && seen !== String(length - 1))).toEqual([]);
    expect(lengths.at(-1)).toEqual([1201, '1200']);
  });

  it('gives up nothing while the store is well, however much comes at once', async () => {
    const balky = new Balky();
    const { log, reports } = await open(balky, 5);
    log.append(numbers(...Array.from({ length: 20 }, (_, at) => at)));
    await settled();
    expect([balky.stored.length, reports]).toEqual([20, []]);
  });

  it('has written everything when it is closed', async () => {
    const balky = new Balky();
    const { log, kept } = await open(balky);
    balky.mood = 'failing';
    log.append(numbers(1));
    await settled();
    balky.mood = 'well';
    log.append(numbers(2));
    await kept.close();
    expect(balky.stored).toEqual(['1', '2']);
  });

  it('gives no cursor that leads another process to another change, whatever the store does', async () => {
    const step = fc.oneof(
      fc.record({ append: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ mood: fc.constantFrom('well' as const, 'failing' as const, 'slow' as const) }),
      fc.record({ wait: fc.constantFrom(0, 100, 1000, 40_000) }),
      fc.constant({ release: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, isKilled) => {
        const balky = new Balky();
        const { log, clock, kept } = await open(balky, 8);
        const seen: { readonly cursor: string; readonly message: string }[] = [];
        let position = 0;
        let count = 0;
        const read = () => {
          const events = log.read(position) ?? [];
          position += events.length;
          for (const event of events) seen.push({ cursor: event.cursor, message: event.change.message });
        };
        for (const each of steps) {
          if ('append' in each) {
            log.append(numbers(...Array.from({ length: each.append }, () => (count += 1))));
          } else if ('mood' in each) balky.mood = each.mood;
          else if ('wait' in each) await clock.advance(each.wait);
          else balky.release();
          await settled();
          read();
        }
        // In this process nothing is missing, unless the reader was overtaken.
        expect(seen.map(({ message }) => message)).toEqual(seen.map((_, at) => String(at + 1)));
        if (!isKilled) {
          balky.release();
          await settled();
          await clock.advance(120_000);
          await kept.close();
        }
        balky.mood = 'well';
        const other = await open(balky, 8);
        other.log.append(numbers(...Array.from({ length: count + 1 }, (_, at) => -at)));
        await settled();
        for (const { cursor, message } of seen) {
          const found = other.log.positionOf(cursor);
          if (found === -1) continue;
          const [stored] = balky.file.find('log', { after: found - 1, limit: 1, from: 'start' }).changes;
          expect(stored && viewCodec.decode(stored.text).message).toBe(message);
        }
      }),
      { numRuns: 150 },
    );
  });
});
