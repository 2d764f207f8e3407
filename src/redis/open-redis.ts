import type { Config } from '../config/config.ts';
import type { Logger } from '../observability/logger.ts';
import type { Clock } from '../util/clock.ts';
import type { Redis } from './redis.ts';

/**
 * Connects to what several gateways share, where the settings name it. Most gateways share nothing, so the client is
 * loaded where it is wanted only.
 * @throws an error that names the setting where Redis refuses the login
 */
export async function openRedis(
  { redis: config, backend }: Pick<Config, 'redis' | 'backend'>,
  clock: Clock,
  logger: Logger,
): Promise<Redis | undefined> {
  if (config === undefined) return undefined;
  const [{ startRedis }, { warnOfOtherAddresses }] = await Promise.all([
    import('./redis.ts'),
    import('./other-addresses.ts'),
  ]);
  try {
    const redis = await startRedis({ ...config, clock, logger });
    await warnOfOtherAddresses(redis, backend, logger);
    return redis;
  } catch (error) {
    throw new Error(`REDIS_URL cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
