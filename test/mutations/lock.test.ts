import { describe, expect, it } from 'vitest';
import { createLock, LockTimeout } from '../../src/mutations/lock.ts';
import { createLocks } from '../../src/mutations/locks.ts';

const LONG = 60_000;

/** Work that tells when it begins, and ends when the test says so. */
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
  it('is held by shared holders together, and by an exclusive one alone', async () => {
    const lock = createLock();
    const log: string[] = [];
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => work(log, name)) as [
      ReturnType<typeof work>,
      ReturnType<typeof work>,
      ReturnType<typeof work>,
      ReturnType<typeof work>,
    ];
    const all = [
      lock.hold('shared', LONG, a.run),
      lock.hold('shared', LONG, b.run),
      lock.hold('exclusive', LONG, c.run),
      // Waits behind the exclusive one, which would otherwise wait for ever.
      lock.hold('shared', LONG, d.run),
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
    await expect(lock.hold('exclusive', LONG, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(lock.hold('exclusive', LONG, async () => 'yes')).resolves.toBe('yes');
  });

  it('does not start work that waited too long, and then serves those behind it', async () => {
    const lock = createLock();
    const log: string[] = [];
    const a = work(log, 'a');
    const holding = lock.hold('shared', LONG, a.run);
    const timedOut = lock.hold('exclusive', 10, work(log, 'timed out').run);
    const b = work(log, 'b');
    const behind = lock.hold('shared', LONG, b.run);
    await expect(timedOut).rejects.toBeInstanceOf(LockTimeout);
    await b.begun;
    expect(log).toEqual(['a', 'b']);
    a.end();
    b.end();
    await Promise.all([holding, behind]);
  });
});

describe('the locks of one Harper', () => {
  it('have one lock for a node, and others for the cluster and its routes', () => {
    const locks = createLocks();
    expect(locks.node('node-2')).toBe(locks.node('node-2'));
    const all = [locks.topology, locks.configuration, locks.node('node-2'), locks.node('node-3')];
    expect(new Set(all).size).toBe(4);
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty', ''])('have one for a node called "%s"', async (name) => {
    await expect(
      createLocks()
        .node(name)
        .hold('exclusive', LONG, async () => 'done'),
    ).resolves.toBe('done');
  });
});
