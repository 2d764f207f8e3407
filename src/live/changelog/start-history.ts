import type { RedisConfig } from '../../config/redis.ts';
import type { Settings } from '../../config/settings.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Redis } from '../../redis/redis.ts';
import type { Clock } from '../../util/clock.ts';
import { createHistory, type History } from './history.ts';
import { createLoginNames, readSecret } from './logins.ts';

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
    // Loaded where it is wanted only.
    const { openRedisHistory } = await import('../sharing/redis-history.ts');
    return createHistory({ ...common, ...openRedisHistory(redis, redisConfig, common.retention) });
  }
  const { HISTORY_FILE: path } = settings;
  if (path === undefined) return undefined;
  const { openSqliteStore } = await import('./sqlite/sqlite-store.ts');
  try {
    const store = await openSqliteStore(path, (error) => logger.error({ err: error }, 'The history has failed'));
    const nameLogin = createLoginNames(() => readSecret(`${path}.key`));
    return createHistory({ ...common, store, mutations: store.mutations, nameLogin });
  } catch (error) {
    throw new Error(`HISTORY_FILE ${path} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
