import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../src/auth/caller.ts';
import { createCallerCache } from '../../src/auth/caller-cache.ts';

const caller = (name: string) => ({ name }) as Caller;

describe('the cache of callers', () => {
  it.each([1, 256, 257, 4096, 15_000])('knows a header of %i characters again, and no other', (length) => {
    const cache = createCallerCache();
    const header = 'x'.repeat(length);
    cache.set(header, caller('ada'));
    expect(cache.get(header)).toEqual({ name: 'ada' });
    for (const other of [`${header}x`, header.slice(1), `y${header.slice(1)}`, undefined])
      expect(cache.get(other)).toBeUndefined();
    cache.clear();
    expect(cache.get(header)).toBeUndefined();
  });

  it.each(['hex', 'base64url', 'base64'] as const)(
    'takes nobody for the sender of a header by its digest in %s',
    (form) => {
      const cache = createCallerCache();
      const header = `Bearer ${'x'.repeat(1000)}`;
      cache.set(header, caller('ada'));
      const digest = hash('sha256', header, form);
      for (const sent of [digest, `sha256 ${digest}`, `Bearer ${digest}`]) expect(cache.get(sent)).toBeUndefined();
    },
  );

  it('forgets a caller whose token is over', () => {
    const cache = createCallerCache();
    for (const header of ['short', 'x'.repeat(1000)]) {
      cache.set(header, caller('ada'), Date.now() - 1);
      expect(cache.get(header)).toBeUndefined();
    }
  });
});
