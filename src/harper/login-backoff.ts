import type { GatewayError } from '../errors.ts';
import type { Clock } from '../util/clock.ts';

/** Keeps a login that Harper has refused from being tried again with every call. */
export interface LoginBackoff {
  /** What Harper has said, while it is too early to try again; undefined when that may be done. */
  readonly refusal: GatewayError | undefined;
  /** Harper has refused the login. */
  refused(refusal: GatewayError): void;
  /** Harper has accepted the login, or there is another one. */
  reset(): void;
}

/** Milliseconds until the second try, and the most between any two. Each pause is twice the one before. */
const FIRST = 1000;
const LONGEST = 60_000;

/** Creates a back-off; the first try may be made at once. */
export function createLoginBackoff(clock: Pick<Clock, 'now'>): LoginBackoff {
  let last: GatewayError | undefined;
  let pause = FIRST;
  let until = Number.NEGATIVE_INFINITY;
  return {
    get refusal() {
      return clock.now() < until ? last : undefined;
    },
    refused(refusal) {
      // Calls that were under way with the same login are one try.
      if (clock.now() < until) return;
      last = refusal;
      until = clock.now() + pause;
      pause = Math.min(2 * pause, LONGEST);
    },
    reset() {
      until = Number.NEGATIVE_INFINITY;
      pause = FIRST;
    },
  };
}
