import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Seconds for which failures count. */
const WINDOW = 60;

/** Counts failed logins, by address and by user name, and refuses further ones unseen once there were too many. */
export interface LoginThrottle {
  /**
   * Counts a login as failed before it is looked at, so that many at once do not slip through.
   * @returns what takes that back, for a login that was good or could not be looked at; undefined where there were too many before
   */
  attempt(address: string, user: string | null): Promise<(() => void) | undefined>;
}

/**
 * Creates a throttle.
 * @param most failures a minute
 */
export function createLoginThrottle(most: number): LoginThrottle {
  const failures = new RateLimiterMemory({ points: most, duration: WINDOW });
  return {
    async attempt(address, user) {
      const keys = user === null ? [`address ${address}`] : [`address ${address}`, `user ${user}`];
      const counted: string[] = [];
      const takeBack = () => {
        for (const key of counted) void failures.reward(key);
      };
      for (const key of keys) {
        try {
          await failures.consume(key);
          counted.push(key);
        } catch {
          takeBack();
          return undefined;
        }
      }
      return takeBack;
    },
  };
}
