import { createRateLimit, type RateLimit } from '../auth/rate-limit.ts';
import type { Limits as LimitsConfig } from '../config/config.ts';
import { createSeats, type Seats } from '../util/semaphore.ts';

/** What is counted over all transports. */
export interface Limits {
  readonly rate: RateLimit;
  readonly operations: Seats;
  readonly socketsOfAddress: Seats;
  readonly socketsOfCaller: Seats;
  readonly subscriptionsOfCaller: Seats;
  readonly subscriptions: Seats;
  readonly subscriptionsPerSocket: number;
  readonly listLength: number;
}

/** Creates the counters of one gateway. */
export function createLimits(config: LimitsConfig): Limits {
  return {
    rate: createRateLimit(config.requestsPerMinute),
    operations: createSeats(config.operations, 'MAX_OPERATIONS', 'operations running', 'RATE_LIMITED'),
    socketsOfAddress: createSeats(config.socketsPerAddress, 'MAX_SOCKETS_PER_ADDRESS', 'sockets from this address'),
    socketsOfCaller: createSeats(config.socketsPerCaller, 'MAX_SOCKETS_PER_CALLER', 'sockets of this caller'),
    subscriptionsOfCaller: createSeats(
      config.subscriptionsPerCaller,
      'MAX_SUBSCRIPTIONS_PER_CALLER',
      'subscriptions of this caller',
    ),
    subscriptions: createSeats(config.subscriptions, 'MAX_SUBSCRIPTIONS', 'subscriptions'),
    subscriptionsPerSocket: config.subscriptionsPerSocket,
    listLength: config.listLength,
  };
}
