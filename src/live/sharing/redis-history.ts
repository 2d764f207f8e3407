import { randomUUID } from 'node:crypto';
import type { RedisConfig } from '../../config/redis.ts';
import type { Redis } from '../../redis/redis.ts';
import type { HistoryOptions } from '../changelog/history.ts';
import { createLoginNames } from '../changelog/logins.ts';
import { createLeases } from '../changelog/redis/leases.ts';
import { createRedisMutationStore } from '../changelog/redis/redis-mutation-store.ts';
import { createRedisStore } from '../changelog/redis/redis-store.ts';
import { openShared } from './open-shared.ts';

/**
 * Creates what the history of several gateways is kept with.
 * @param retention milliseconds for which changes are kept
 */
export function openRedisHistory(
  redis: Redis,
  { lease: leaseMs, secret = '' }: Pick<RedisConfig, 'lease' | 'secret'>,
  retention: number,
): Pick<HistoryOptions, 'store' | 'mutations' | 'nameLogin' | 'openShared'> {
  const leases = createLeases(redis, randomUUID(), leaseMs);
  const shared = { redis, leases, leaseMs };
  return {
    store: createRedisStore({ redis, leaseOf: leases.used, retention }),
    mutations: createRedisMutationStore({ redis, retention }),
    nameLogin: createLoginNames(() => secret),
    // Once more where Redis was slow once: a watch that is kept in memory only knows no cursor of before.
    openShared: (options) => openShared(shared, options).catch(() => openShared(shared, options)),
  };
}
