import { RateLimiterMemory } from 'rate-limiter-flexible';
import { expect, it, vi } from 'vitest';
import { createLoginThrottle } from '../../src/auth/login-throttle.ts';
import { GatewayError } from '../../src/errors.ts';

const REFUSED = new GatewayError('UNAUTHENTICATED', 'no');

// What is counted is kept for a minute, under what the caller claims.
it('keeps nothing of what an address claims that has failed too often', async () => {
  const throttle = createLoginThrottle({ maxFailures: 2, maxFailuresInAll: 5, countsUnchecked: false });
  const counted = vi.spyOn(RateLimiterMemory.prototype, 'penalty');
  const checked: number[] = [];
  for (let at = 0; at < 50; at += 1) {
    const user = at % 2 === 0 ? `user-${at}` : null;
    const check = async () => {
      checked.push(at);
      return REFUSED;
    };
    await throttle.guard({ key: `key-${at}`, address: 'one', user }, check);
  }
  expect(checked).toEqual([0, 1, 2, 3, 4]);
  const keys = new Set(counted.mock.calls.map(([key]) => key));
  expect([...keys].filter((key) => !/-[0-4]\b/.test(String(key)))).toEqual(['address one']);
  // From elsewhere the same user is as good as new.
  const elsewhere = { key: 'key', address: 'other', user: 'user-48' };
  expect(await throttle.guard(elsewhere, async () => undefined)).toBeUndefined();
  counted.mockRestore();
});
