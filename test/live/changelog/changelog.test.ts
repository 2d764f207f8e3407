import { describe, expect, it } from 'vitest';
import { type Changelog, createChangelog } from '../../../src/live/changelog/changelog.ts';
import { type Change, nodeChange } from '../../../src/live/diff.ts';

const change = (message: string) =>
  nodeChange({ kind: 'UPSTREAM_LOST', nodeName: null, observedAt: new Date(0), message });

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => change(String(from + index)));
/** What a change log has after a cursor. */
const readAfter = (log: Changelog<Change>, cursor: string, limit?: number) => log.read(log.positionOf(cursor), limit);
const create = (capacity: number, faults: unknown[] = []) =>
  createChangelog<Change>(capacity, (error) => faults.push(error));
const messages = (events: readonly { change: Change }[] | undefined) => events?.map((event) => event.change.message);

describe('the change log', () => {
  it('gives what came after a cursor, in order and once', () => {
    const log = create(10);
    const start = log.end;
    log.append(numbers(1, 3));
    const [first] = readAfter(log, start) ?? [];
    expect(messages(readAfter(log, start))).toEqual(['1', '2', '3']);
    expect(messages(readAfter(log, first?.cursor ?? ''))).toEqual(['2', '3']);
    expect(readAfter(log, log.end)).toEqual([]);
    expect(messages(readAfter(log, start, 2))).toEqual(['1', '2']);
  });

  it('keeps as many as it can hold, and knows when there would be a gap', () => {
    const log = create(5);
    const start = log.end;
    log.append(numbers(1, 5));
    expect(messages(readAfter(log, start))).toEqual(['1', '2', '3', '4', '5']);
    const [first] = readAfter(log, start) ?? [];
    log.append(numbers(6, 6));
    expect(readAfter(log, start)).toBeUndefined();
    expect(messages(readAfter(log, first?.cursor ?? ''))).toEqual(['2', '3', '4', '5', '6']);
    log.append(numbers(7, 30));
    expect(messages(readAfter(log, log.end))).toEqual([]);
  });

  it.each(['', 'x', '1', 'abc.1', '.', 'abc.-1', 'abc.1.2', `abc.${'9'.repeat(40)}`])(
    'does not know the cursor %j',
    (cursor) => {
      const log = create(5);
      log.append(numbers(1, 3));
      expect(readAfter(log, cursor)).toBeUndefined();
    },
  );

  it('does not know a cursor of another life, or of the future', () => {
    const [one, other] = [create(5), create(5)];
    other.append(numbers(1, 1));
    expect(readAfter(one, other.end)).toBeUndefined();
    expect(readAfter(other, other.end.replace(/\d+$/, '2'))).toBeUndefined();
  });

  it('tells its listeners of every append, and nobody who has left', () => {
    const log = create(5);
    const told: string[] = [];
    const stays = { notify: () => void told.push('stays') };
    const leaves = { notify: () => void told.push('leaves') };
    log.listeners.add(stays);
    log.listeners.add(leaves);
    log.listeners.delete(leaves);
    log.append([]);
    expect(told).toEqual([]);
    log.append(numbers(1, 2));
    log.append(numbers(3, 3));
    expect(told).toEqual(['stays', 'stays']);
  });

  it('tells the other listeners where one throws, and reports what it threw', () => {
    const faults: unknown[] = [];
    const log = create(5, faults);
    const error = new Error('a mistake');
    const told: string[] = [];
    log.listeners.add({
      notify() {
        throw error;
      },
    });
    log.listeners.add({ notify: () => void told.push('other') });
    log.append(numbers(1, 1));
    expect(told).toEqual(['other']);
    expect(faults).toEqual([error]);
  });
});
