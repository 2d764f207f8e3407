import type { SettingName, Settings } from '../config/settings.ts';
import { GatewayError } from '../errors.ts';
import { combined, createSemaphore, type Permit } from '../util/semaphore.ts';

/** A bound on how many of something may be there at once, in all or for each key. */
export interface Limit {
  /**
   * Takes a permit.
   * @throws GatewayError RATE_LIMITED or LIMIT_EXCEEDED, which names the setting, where none is left
   */
  acquire(key?: string): Permit;
  /** How many permits are held. */
  readonly held: number;
}

/** How many operations, sockets and streams there may be, counted over all transports. */
export interface Limits {
  /** Queries and mutations that run. */
  readonly operations: Limit;
  readonly socketsOfAddress: Limit;
  readonly socketsOfCaller: Limit;
  readonly subscriptionsOfCaller: Limit;
  readonly subscriptions: Limit;
  /** Operations that one WebSocket may have open. */
  readonly subscriptionsPerSocket: number;
}

/** Creates the counters of one gateway. */
export function createLimits(settings: Settings): Limits {
  const limit = (name: LimitSetting, what: string) => createLimit(settings[name], name, what, 'LIMIT_EXCEEDED');
  return {
    // Permits of operations come free by themselves soon.
    operations: createLimit(settings.MAX_OPERATIONS, 'MAX_OPERATIONS', 'operations running', 'RATE_LIMITED'),
    socketsOfAddress: limit('MAX_SOCKETS_PER_ADDRESS', 'sockets from this address'),
    socketsOfCaller: limit('MAX_SOCKETS_PER_CALLER', 'sockets of this caller'),
    subscriptionsOfCaller: limit('MAX_SUBSCRIPTIONS_PER_CALLER', 'subscriptions of this caller'),
    subscriptions: limit('MAX_SUBSCRIPTIONS', 'subscriptions'),
    subscriptionsPerSocket: settings.MAX_SUBSCRIPTIONS_PER_SOCKET,
  };
}

type LimitSetting =
  | 'MAX_SOCKETS_PER_ADDRESS'
  | 'MAX_SOCKETS_PER_CALLER'
  | 'MAX_SUBSCRIPTIONS_PER_CALLER'
  | 'MAX_SUBSCRIPTIONS';

function createLimit(most: number, limit: SettingName, what: string, code: 'LIMIT_EXCEEDED' | 'RATE_LIMITED'): Limit {
  const semaphore = createSemaphore(most);
  return {
    get held() {
      return semaphore.held;
    },
    acquire(key = '') {
      const permit = semaphore.tryAcquire(key);
      if (permit === undefined) throw new GatewayError(code, `There are ${most} ${what} already.`, { limit });
      return permit;
    },
  };
}

/**
 * Takes a permit of each limit: all, or none.
 * @throws GatewayError as `acquire`
 */
export function acquireAll(...wanted: readonly (readonly [limit: Limit, key: string])[]): Permit {
  const permits: Permit[] = [];
  try {
    for (const [limit, key] of wanted) permits.push(limit.acquire(key));
  } catch (error) {
    combined(permits).release();
    throw error;
  }
  return combined(permits);
}
