import { addressesOf } from '../config/backend.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../observability/logger.ts';
import type { Redis } from './redis.ts';
import { RedisUnavailable } from './unavailable.ts';

/**
 * Warns where the gateway that was started last over the same Redis has other addresses in HARPER_URL. What a gateway
 * reads at an address that another one does not know, the other one does not show. The sandbox has addresses of its own
 * at each start, so it is not compared.
 */
export async function warnOfOtherAddresses(redis: Redis, backend: Config['backend'], logger: Logger): Promise<void> {
  if (backend.kind !== 'harper') return;
  const own = addressesOf(backend)
    .map(({ displayUrl }) => displayUrl)
    .sort();
  const key = redis.key('gateways', 'addresses');
  try {
    const others = await redis.send(key, ['SET', key, own.join(' '), 'GET']);
    if (others === null || others === own.join(' ')) return;
    const message = 'HARPER_URL is not that of the gateway that was started before over the same Redis';
    logger.warn({ own, others: String(others).split(' ') }, message);
  } catch (error) {
    // Its state is shown elsewhere.
    if (!(error instanceof RedisUnavailable)) throw error;
  }
}
