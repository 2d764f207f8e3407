import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Seconds for which failures count. */
const WINDOW = 60;

/** Counts failed logins, by address and by user name, and refuses further ones unseen once there were too many. */
export interface LoginThrottle {
  /** Whether a login from there, for that user, is refused without being looked at. */
  isClosed(address: string, user: string | null): Promise<boolean>;
  failed(address: string, user: string | null): void;
}

/**
 * Creates a throttle.
 * @param most failures a minute
 */
export function createLoginThrottle(most: number): LoginThrottle {
  const failures = new RateLimiterMemory({ points: most, duration: WINDOW });
  const keysOf = (address: string, user: string | null) =>
    user === null ? [`address ${address}`] : [`address ${address}`, `user ${user}`];
  return {
    async isClosed(address, user) {
      const counts = await Promise.all(keysOf(address, user).map((key) => failures.get(key)));
      return counts.some((count) => (count?.consumedPoints ?? 0) >= most);
    },
    failed(address, user) {
      for (const key of keysOf(address, user)) void failures.penalty(key);
    },
  };
}
