import { randomUUID } from 'node:crypto';
import type { RedisConfig } from '../../config/redis.ts';
import type { Settings } from '../../config/settings.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Redis } from '../../redis/redis.ts';
import type { Clock } from '../../util/clock.ts';
import { createHistory, type History } from './history.ts';
import { createLoginNames, readSecret } from './logins.ts';
import { createLeases } from './redis/leases.ts';
import { createRedisMutationStore } from './redis/redis-mutation-store.ts';
import { createRedisStore } from './redis/redis-store.ts';

/** Milliseconds of a day. */
const DAY = 86_400_000;

export interface StartHistoryOptions {
  readonly settings: Settings;
  /** What several gateways share; undefined where this is the only one. */
  readonly redis: Redis | undefined;
  readonly redisConfig: RedisConfig | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Starts what keeps changes beyond the life of a watch, where the settings name it.
 * @throws an error that names the setting where the file cannot be used
 */
export async function startHistory(options: StartHistoryOptions): Promise<History | undefined> {
  const { settings, redis, redisConfig, clock, logger } = options;
  const common = {
    capacity: settings.FEED_CAPACITY,
    retention: settings.HISTORY_RETENTION * DAY,
    retained: settings.HISTORY_CAPACITY,
    ...{ clock, logger },
  };
  if (redis !== undefined && redisConfig !== undefined) {
    const leaseMs = redisConfig.lease;
    const leases = createLeases(redis, randomUUID(), leaseMs);
    const store = createRedisStore({ redis, leaseOf: leases.valueOf, retention: common.retention });
    const nameLogin = createLoginNames(() => redisConfig.secret ?? '');
    const mutations = createRedisMutationStore({ redis, retention: common.retention });
    return createHistory({ ...common, store, mutations, nameLogin, shared: { redis, leases, leaseMs } });
  }
  const { HISTORY_FILE: path } = settings;
  if (path === undefined) return undefined;
  // Loaded where it is wanted only.
  const { openSqliteStore } = await import('./sqlite/sqlite-store.ts');
  try {
    const store = await openSqliteStore(path, (error) => logger.error({ err: error }, 'The history has failed'));
    const nameLogin = createLoginNames(() => readSecret(`${path}.key`));
    return createHistory({ ...common, store, mutations: store.mutations, nameLogin });
  } catch (error) {
    throw new Error(`HISTORY_FILE ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
