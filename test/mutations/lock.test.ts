import { describe, expect, it } from 'vitest';
import { createLock } from '../../src/mutations/lock.ts';
import { DeadlineExceeded } from '../../src/util/deadline.ts';

const LONG = 60_000;

/** Work that says when it begins and ends when it is told. */
function work(log: string[], name: string) {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    end: end.resolve,
    async run() {
      log.push(name);
      begun.resolve();
      await end.promise;
    },
  };
}

describe('a lock', () => {
  it('lets shared holders in together, and an exclusive one alone', async () => {
    const lock = createLock();
    const log: string[] = [];
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => work(log, name)) as [
      ReturnType<typeof work>,
      ReturnType<typeof work>,
      ReturnType<typeof work>,
      ReturnType<typeof work>,
    ];
    const all = [
      lock.shared(LONG, a.run),
      lock.shared(LONG, b.run),
      lock.exclusive(LONG, c.run),
      // Behind the exclusive one, or that would wait for ever.
      lock.shared(LONG, d.run),
    ];
    await Promise.all([a.begun, b.begun]);
    expect(log).toEqual(['a', 'b']);
    a.end();
    await all[0];
    expect(log).toEqual(['a', 'b']);
    b.end();
    await c.begun;
    expect(log).toEqual(['a', 'b', 'c']);
    c.end();
    await d.begun;
    d.end();
    await Promise.all(all);
  });

  it('is free again after work that failed', async () => {
    const lock = createLock();
    await expect(lock.exclusive(LONG, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(lock.exclusive(LONG, async () => 'yes')).resolves.toBe('yes');
  });

  it('does not begin work whose wait was over, and lets those behind it in', async () => {
    const lock = createLock();
    const log: string[] = [];
    const a = work(log, 'a');
    const holding = lock.shared(LONG, a.run);
    const late = lock.exclusive(10, work(log, 'late').run);
    const b = work(log, 'b');
    const behind = lock.shared(LONG, b.run);
    await expect(late).rejects.toBeInstanceOf(DeadlineExceeded);
    await b.begun;
    expect(log).toEqual(['a', 'b']);
    a.end();
    b.end();
    await Promise.all([holding, behind]);
  });
});
