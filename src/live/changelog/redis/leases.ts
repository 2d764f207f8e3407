import type { Redis } from '../../../redis/redis.ts';
import { createScript } from '../../../redis/script.ts';
import { channelOf } from './log-keys.ts';

/** Who has a lease: this gateway, as the one that it uses; or anew, so that others may have had it; or another one. */
export type Held = 'still' | 'anew' | 'by another';

/** Which logins this gateway polls for all gateways. */
export interface Leases {
  /**
   * Takes the lease of a login where nobody has it, or goes on with it.
   * @param timeoutMs how long the answer is waited for; not long when left out, so that it can be tried again in time
   * @throws RedisUnavailable
   */
  acquire(login: string, timeoutMs?: number): Promise<Held>;
  /** Uses the lease that was acquired last. Before that it has to be known what others have added meanwhile. */
  use(login: string): void;
  /** What names the lease that is used, under which is written; every time one is taken it is another. */
  used(login: string): string | undefined;
  /** Gives it back, and tells the other gateways; nothing where Redis cannot be reached. */
  release(login: string): Promise<void>;
}

/**
 * Keys: lease, count of leases. Arguments: name of this gateway, milliseconds. A gateway may have taken it without
 * having got the answer.
 */
const ACQUIRE = createScript(`
local held = redis.call('GET', KEYS[1])
if held then
  if held:match(' (.*)') ~= ARGV[1] then return false end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return held
end
local value = redis.call('INCR', KEYS[2]) .. ' ' .. ARGV[1]
redis.call('PEXPIRE', KEYS[2], 86400000)
redis.call('SET', KEYS[1], value, 'PX', ARGV[2])
return value
`);

/** Keys: lease. Arguments: lease that was had, channel, message. */
const RELEASE = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('PUBLISH', ARGV[2], ARGV[3])
end
return true
`);

/** What is published when a lease is given back. */
export const RELEASED = JSON.stringify({ type: 'released' });

/**
 * @param gateway names this process among all
 * @param milliseconds how long a lease is good after it was last acquired
 */
export function createLeases(redis: Redis, gateway: string, milliseconds: number): Leases {
  const acquired = new Map<string, string>();
  const used = new Map<string, string>();
  const leaseKey = (login: string) => redis.key(login, 'lease');
  return {
    used: (login) => used.get(login),
    use(login) {
      const value = acquired.get(login);
      if (value !== undefined) used.set(login, value);
    },
    async acquire(login, timeoutMs = Math.min(1000, milliseconds / 3)) {
      const value = await redis.run(ACQUIRE, {
        keys: [leaseKey(login), redis.key(login, 'leases')],
        args: [gateway, milliseconds],
        timeoutMs,
      });
      if (typeof value !== 'string') {
        acquired.delete(login);
        return 'by another';
      }
      acquired.set(login, value);
      return value === used.get(login) ? 'still' : 'anew';
    },
    async release(login) {
      const value = acquired.get(login);
      acquired.delete(login);
      used.delete(login);
      if (value === undefined) return;
      const args = [value, channelOf(redis, login), RELEASED];
      await redis.run(RELEASE, { keys: [leaseKey(login)], args }).catch(() => undefined);
    },
  };
}
