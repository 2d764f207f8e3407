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

/** Settings that are the limit of a count. */
type CountSetting = Extract<SettingName, `MAX_${string}`>;

export interface LimitOptions {
  readonly settings: Pick<Settings, CountSetting>;
  /** Of the error where there is no permit: RATE_LIMITED where some will be soon. */
  readonly code: 'LIMIT_EXCEEDED' | 'RATE_LIMITED';
}

/**
 * Creates a limit.
 * @param limit the setting that says how many permits one key may have
 * @param what is counted, as the error names it
 */
export function createLimit(limit: CountSetting, what: string, { settings, code }: LimitOptions): Limit {
  const most = settings[limit];
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
 * Takes several permits: all, or none.
 * @throws what one of them throws
 */
export function acquireAll(...wanted: readonly (() => Permit)[]): Permit {
  const permits: Permit[] = [];
  try {
    for (const take of wanted) permits.push(take());
  } catch (error) {
    combined(permits).release();
    throw error;
  }
  return combined(permits);
}
