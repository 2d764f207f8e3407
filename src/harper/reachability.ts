/** What is known of the backend from the calls so far. */
export interface Reachability {
  readonly reachable: boolean;
  readonly lastSuccessAt: Date | null;
  readonly lastError: string | null;
}

/** Keeps track of whether the backend answers. */
export interface ReachabilityTracker {
  readonly now: Reachability;
  succeed(): void;
  /** @param lastError why it did not answer, in words fit to be shown */
  fail(lastError: string): void;
}

/**
 * Creates a tracker of a backend that was not asked yet.
 * @param changed told whenever it ceases to answer, and when it answers again
 */
export function createReachability(changed?: (now: Reachability) => void): ReachabilityTracker {
  let now: Reachability = { reachable: false, lastSuccessAt: null, lastError: null };
  return {
    get now() {
      return now;
    },
    succeed() {
      const before = now;
      now = { reachable: true, lastSuccessAt: new Date(), lastError: null };
      if (before.lastError !== null) changed?.(now);
    },
    fail(lastError) {
      const before = now;
      now = { reachable: false, lastSuccessAt: before.lastSuccessAt, lastError };
      if (before.lastError === null) changed?.(now);
    },
  };
}
