import type { Settings } from '../config/settings.ts';
import type { Logger } from '../observability/logger.ts';
import type { SharedRedis } from '../redis/hashed-keys.ts';
import type { Clock } from '../util/clock.ts';
import { startRateExchange } from './rate-exchange.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';

/** How many operations those with and without a login may begin in a minute. */
export interface RateLimits {
  readonly callers: RateLimit;
  readonly anonymous: RateLimit;
  stop(): void;
}

export interface RateLimitsOptions {
  readonly settings: Pick<Settings, 'RATE_LIMIT' | 'ANONYMOUS_RATE_LIMIT'>;
  /** By what gateways count together; each counts by itself when left out. */
  readonly shared?: SharedRedis | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Starts the limits of the settings. */
export function startRateLimits({ settings, shared, logger, clock }: RateLimitsOptions): RateLimits {
  const exchange = shared && startRateExchange({ ...shared, logger, clock });
  const limitOf = (limit: 'RATE_LIMIT' | 'ANONYMOUS_RATE_LIMIT') =>
    createRateLimit({ limit, perMinute: settings[limit], clock, onChange: exchange?.queue });
  return {
    callers: limitOf('RATE_LIMIT'),
    anonymous: limitOf('ANONYMOUS_RATE_LIMIT'),
    stop: () => exchange?.stop(),
  };
}
