import { RateLimiterMemory } from 'rate-limiter-flexible';
import { GatewayError } from '../../errors.ts';

/** Bounds how many operations a caller may begin in a minute. */
export interface RateLimit {
  /** Counts one; the error where it is one too many. */
  count(key: string): Promise<GatewayError | undefined>;
}

/** Creates a limit of operations a minute. */
export function createRateLimit(perMinute: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    count: (key) =>
      limiter.consume(key).then(
        () => undefined,
        () =>
          new GatewayError('RATE_LIMITED', `More than ${perMinute} operations a minute: wait a little.`, {
            limit: 'RATE_LIMIT',
          }),
      ),
  };
}
