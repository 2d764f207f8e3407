import { describe, expect, it } from 'vitest';
import { createBatch } from '../../src/util/batch.ts';

describe('a batch of answers', () => {
  it('processes the only pending answer at once', () => {
    const batch = createBatch();
    const processed: string[] = [];
    batch.begin();
    batch.enqueue(() => processed.push('first'));
    batch.begin();
    batch.enqueue(() => processed.push('second'));
    expect(processed).toEqual(['first', 'second']);
  });

  it('processes answers of one turn together, in their order, and waits for no other', async () => {
    const batch = createBatch();
    const processed: string[] = [];
    for (let pending = 0; pending < 3; pending += 1) batch.begin();
    const task = (name: string) => () => {
      processed.push(name);
      // What follows from one runs after the next has been processed.
      void Promise.resolve().then(() => processed.push(`after ${name}`));
    };
    batch.enqueue(task('first'));
    await Promise.resolve();
    batch.enqueue(task('second'));
    expect(processed).toEqual([]);
    await new Promise(setImmediate);
    expect(processed).toEqual(['first', 'second', 'after first', 'after second']);
  });

  it('does not wait for an answer that was cancelled', () => {
    const batch = createBatch();
    const processed: string[] = [];
    batch.begin();
    batch.begin();
    batch.cancel();
    batch.enqueue(() => processed.push('the other'));
    expect(processed).toEqual(['the other']);
  });

  it('keeps an answer behind those that came before it', async () => {
    const batch = createBatch();
    const processed: string[] = [];
    batch.begin();
    batch.begin();
    batch.enqueue(() => processed.push('first'));
    batch.enqueue(() => processed.push('last pending'));
    expect(processed).toEqual([]);
    await new Promise(setImmediate);
    expect(processed).toEqual(['first', 'last pending']);
  });
});
