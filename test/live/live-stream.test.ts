import { describe, expect, it } from 'vitest';
import type { Listener } from '../../src/live/listeners.ts';
import { type Lifetime, LiveStream, type Sink, type Source } from '../../src/live/stream.ts';
import { heldWatcher, promptWatcher, settled, statusOf } from '../support/watcher.ts';

/** A source of numbers that are put into it by hand. */
class Numbers implements Source<number> {
  readonly waiting: number[] = [];
  failure: Error | undefined;
  checkFailure: Error | undefined;
  notify = (): void => undefined;

  check(): void {
    if (this.checkFailure !== undefined) throw this.checkFailure;
  }

  next(): number | undefined {
    const number = this.waiting.shift();
    if (number === undefined && this.failure !== undefined) throw this.failure;
    return number;
  }

  listen(listener: Listener): void {
    this.notify = () => listener.notify();
  }

  unlisten(): void {
    this.notify = () => undefined;
  }

  put(...numbers: number[]): void {
    this.waiting.push(...numbers);
    this.notify();
  }
}

/** A sink with room for so many; it makes room by hand. */
class Room implements Sink<number> {
  readonly taken: number[] = [];
  readonly ends: unknown[] = [];
  room: number;
  onTake = (_: number): void => undefined;

  constructor(room: number) {
    this.room = room;
  }

  take(number: number): boolean {
    this.taken.push(number);
    this.room -= 1;
    this.onTake(number);
    return this.room > 0;
  }

  end(reason: unknown): void {
    this.ends.push(reason);
  }
}

const ENDLESS: Lifetime = { onEnded: () => () => undefined };

async function start(room: number, lifetime = ENDLESS) {
  const watcher = promptWatcher();
  const source = new Numbers();
  const sink = new Room(room);
  const stream = new LiveStream(watcher, lifetime, source);
  return { watcher, source, sink, stream };
}

describe('a stream that is piped', () => {
  it('gives nothing before a poll, then everything in order, each once', async () => {
    const { watcher, source, sink, stream } = await start(100);
    source.waiting.push(1, 2);
    stream.pipe(sink);
    expect(sink.taken).toEqual([]);
    await settled();
    expect(sink.taken).toEqual([1, 2]);
    source.put(3, 4);
    expect(sink.taken).toEqual([1, 2, 3, 4]);
    watcher.stop(new Error('over'));
  });

  it('gives no more than there is room for, and goes on when it is told to', async () => {
    const { watcher, source, sink, stream } = await start(2);
    stream.pipe(sink);
    await settled();
    source.put(1, 2, 3, 4, 5);
    source.put(6);
    expect(sink.taken).toEqual([1, 2]);
    sink.room = 3;
    stream.resume();
    expect(sink.taken).toEqual([1, 2, 3, 4, 5]);
    expect(source.waiting).toEqual([6]);
    watcher.stop(new Error('over'));
  });

  it('loses no resume that comes while an item is being taken', async () => {
    const { watcher, source, sink, stream } = await start(0);
    sink.onTake = () => stream.resume();
    stream.pipe(sink);
    await settled();
    source.put(1, 2, 3);
    expect(sink.taken).toEqual([1, 2, 3]);
    watcher.stop(new Error('over'));
  });

  it('gives nothing after it was left, also in the middle of what there was', async () => {
    const { watcher, source, sink, stream } = await start(100);
    sink.onTake = (number) => number === 2 && void stream.return();
    stream.pipe(sink);
    await settled();
    source.put(1, 2, 3);
    source.put(4);
    expect(sink.taken).toEqual([1, 2]);
    expect(sink.ends).toEqual([undefined]);
    expect(watcher.readers).toBe(0);
    watcher.stop(new Error('over'));
  });

  it('ends once, with what the source throws', async () => {
    const { watcher, source, sink, stream } = await start(100);
    stream.pipe(sink);
    await settled();
    source.failure = new Error('no more');
    source.put(1);
    source.notify();
    await stream.return();
    expect(sink.taken).toEqual([1]);
    expect(sink.ends).toEqual([source.failure]);
    watcher.stop(new Error('over'));
  });

  it('ends at once where its request is wrong, and where it was left before', async () => {
    const wrong = await start(1);
    wrong.source.checkFailure = new Error('wrong');
    wrong.stream.pipe(wrong.sink);
    expect(wrong.sink.ends).toEqual([wrong.source.checkFailure]);
    const left = await start(1);
    await left.stream.return();
    left.stream.pipe(left.sink);
    expect(left.sink.ends).toEqual([undefined]);
    for (const { watcher } of [wrong, left]) {
      expect(watcher.readers).toBe(0);
      watcher.stop(new Error('over'));
    }
  });

  it('ends with its lifetime, while it waits for room too', async () => {
    let expire: (reason: Error) => void = () => undefined;
    const { watcher, source, sink, stream } = await start(1, {
      onEnded(callback) {
        expire = callback;
        return () => undefined;
      },
    });
    stream.pipe(sink);
    await settled();
    source.put(1, 2);
    const reason = new Error('expired');
    expire(reason);
    stream.resume();
    expect(sink.taken).toEqual([1]);
    expect(sink.ends).toEqual([reason]);
    watcher.stop(new Error('over'));
  });
});

describe('a stream that is iterated', () => {
  it('answers several who wait at once in order, then tells one why it ends and the others that it did', async () => {
    const { watcher, source, stream } = await start(0);
    const results = [stream.next(), stream.next(), stream.next(), stream.next()];
    await settled();
    source.failure = new Error('no more');
    source.put(1, 2);
    expect(await Promise.allSettled(results)).toEqual([
      { status: 'fulfilled', value: { done: false, value: 1 } },
      { status: 'fulfilled', value: { done: false, value: 2 } },
      { status: 'rejected', reason: source.failure },
      { status: 'fulfilled', value: { done: true, value: undefined } },
    ]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    watcher.stop(new Error('over'));
  });
});

describe('many streams', () => {
  it('take no more of a turn than their slice, and get everything in later turns, once and in order', async () => {
    const { watcher, clock, answer } = heldWatcher();
    const readers = Array.from({ length: 5 }, () => {
      const source = new Numbers();
      const sink = new Room(1000);
      const stream = new LiveStream(watcher, ENDLESS, source);
      stream.pipe(sink);
      // Each item takes a millisecond.
      sink.onTake = () => clock.work(1);
      return { source, sink };
    });
    // The first has begun a poll, and the others wait for the next.
    await answer(statusOf());
    await answer(statusOf());
    const takenByAll = () => readers.flatMap(({ sink }) => sink.taken).length;
    for (const { source } of readers) source.put(...Array.from({ length: 30 }, (_, at) => at));
    expect(takenByAll()).toBe(20);
    const turns: number[] = [];
    while (takenByAll() < 150 && turns.length < 20) {
      const before = takenByAll();
      await settled();
      turns.push(takenByAll() - before);
    }
    expect(Math.max(...turns)).toBe(20);
    for (const { sink } of readers) expect(sink.taken).toEqual(Array.from({ length: 30 }, (_, at) => at));
    watcher.stop(new Error('over'));
  });

  it('that wait for their turn end with their watch, each once', async () => {
    const { watcher, clock, answer } = heldWatcher();
    const source = new Numbers();
    const sink = new Room(1000);
    const stream = new LiveStream(watcher, ENDLESS, source);
    stream.pipe(sink);
    sink.onTake = () => clock.work(25);
    await answer(statusOf());
    source.put(1, 2, 3);
    expect(sink.taken).toEqual([1]);
    await stream.return();
    await settled();
    await settled();
    expect([sink.taken, sink.ends]).toEqual([[1], [undefined]]);
    watcher.stop(new Error('over'));
  });
});
