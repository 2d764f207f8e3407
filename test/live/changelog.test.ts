import { describe, expect, it } from 'vitest';
import { createFeed, type Feed } from '../../src/live/changelog.ts';
import type { Change } from '../../src/live/diff.ts';

const change = (message: string): Change => ({
  kind: 'UPSTREAM_LOST',
  observedAt: new Date(),
  nodeName: null,
  peerName: null,
  database: null,
  connected: null,
  previouslyConnected: null,
  peer: null,
  assessment: null,
  message,
});

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => change(String(from + index)));
/** What a feed has after a cursor. */
const readAfter = (feed: Feed, cursor: string, limit?: number) => feed.read(feed.positionOf(cursor), limit);
const messages = (events: readonly { change: Change }[] | undefined) => events?.map((event) => event.change.message);

describe('the feed', () => {
  it('gives what came after a cursor, in order and once', () => {
    const feed = createFeed(10);
    const start = feed.end;
    feed.append(numbers(1, 3));
    const [first] = readAfter(feed, start) ?? [];
    expect(messages(readAfter(feed, start))).toEqual(['1', '2', '3']);
    expect(messages(readAfter(feed, first?.cursor ?? ''))).toEqual(['2', '3']);
    expect(readAfter(feed, feed.end)).toEqual([]);
    expect(messages(readAfter(feed, start, 2))).toEqual(['1', '2']);
  });

  it('keeps as many as it can hold, and knows when there would be a gap', () => {
    const feed = createFeed(5);
    const start = feed.end;
    feed.append(numbers(1, 5));
    expect(messages(readAfter(feed, start))).toEqual(['1', '2', '3', '4', '5']);
    const [first] = readAfter(feed, start) ?? [];
    feed.append(numbers(6, 6));
    expect(readAfter(feed, start)).toBeUndefined();
    expect(messages(readAfter(feed, first?.cursor ?? ''))).toEqual(['2', '3', '4', '5', '6']);
    feed.append(numbers(7, 30));
    expect(messages(readAfter(feed, feed.end))).toEqual([]);
  });

  it.each(['', 'x', '1', 'abc.1', '.', 'abc.-1', 'abc.1.2', `abc.${'9'.repeat(40)}`])(
    'does not know the cursor %j',
    (cursor) => {
      const feed = createFeed(5);
      feed.append(numbers(1, 3));
      expect(readAfter(feed, cursor)).toBeUndefined();
    },
  );

  it('does not know a cursor of another life, or of the future', () => {
    const [one, other] = [createFeed(5), createFeed(5)];
    other.append(numbers(1, 1));
    expect(readAfter(one, other.end)).toBeUndefined();
    expect(readAfter(other, other.end.replace(/\d+$/, '2'))).toBeUndefined();
  });

  it('wakes who waits with every append, and not who has stopped waiting', () => {
    const feed = createFeed(5);
    const woken: string[] = [];
    const waits = { wake: () => void woken.push('waits') };
    const stopped = { wake: () => void woken.push('stopped') };
    feed.wakers.add(waits).add(stopped).delete(stopped);
    feed.append([]);
    expect(woken).toEqual([]);
    feed.append(numbers(1, 2));
    feed.append(numbers(3, 3));
    expect(woken).toEqual(['waits', 'waits']);
  });
});
