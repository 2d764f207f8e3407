import { LRUCache } from 'lru-cache';
import type { Credentials } from '../auth/credentials.ts';
import { GatewayError } from '../errors.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import { DeadlineExceeded } from '../util/deadline.ts';
import type { Reachability } from './reachability.ts';

/** What past calls have shown of a backend. */
export interface BackendFindings {
  readonly reachability: Reachability;
  /** Whether the backend has an operation, as its last answer showed; null before the first. */
  supports(operation: string): boolean | null;
  /**
   * Whether the backend is known to lack an operation, and cannot have been replaced by another version since. A Harper
   * that is upgraded closes its connections. So what its answers showed counts as long as one of them is open.
   */
  lacks(operation: string): boolean;
  /** Whether Harper has accepted these credentials, and has not refused them since. */
  hasAccepted(credentials: Credentials): boolean;
}

/** Notes the result of each call. */
export interface CallHistory extends BackendFindings {
  succeeded(operation: string, credentials: Credentials): void;
  failed(error: unknown, operation: string, credentials: Credentials): void;
}

/** How many accepted credentials are remembered; the ones that were not used for longest are forgotten first. */
const MAX_ACCEPTED = 10_000;

/**
 * Creates the history of a backend that was not called yet.
 * @param epoch the transport's: another version of Harper may answer when it has moved
 * @param onReachability called whenever the backend ceases to answer, and when it answers again
 */
export function createCallHistory(
  epoch: () => number,
  onReachability: (now: Reachability) => void = () => undefined,
  clock: Pick<Clock, 'date'> = SYSTEM_CLOCK,
): CallHistory {
  const support = new Map<string, { readonly isSupported: boolean; readonly epoch: number }>();
  const accepted = new LRUCache<string, true>({ max: MAX_ACCEPTED });
  let reachability: Reachability = { reachable: false, lastSuccessAt: null, lastError: null };

  function setSupport(operation: string, isSupported: boolean): void {
    const known = support.get(operation);
    if (known?.isSupported !== isSupported || known.epoch !== epoch())
      support.set(operation, { isSupported, epoch: epoch() });
  }

  function setReachability(lastError: string | null): void {
    const { lastError: before, lastSuccessAt } = reachability;
    const reachable = lastError === null;
    reachability = { reachable, lastSuccessAt: reachable ? new Date(clock.date()) : lastSuccessAt, lastError };
    if ((before === null) !== reachable) onReachability(reachability);
  }

  return {
    succeeded(operation, { key }) {
      setSupport(operation, true);
      accepted.set(key, true);
      setReachability(null);
    },
    failed(error, operation, { key }) {
      if (error instanceof DeadlineExceeded)
        setReachability(`No whole answer to ${operation} within ${error.timeoutMs} ms.`);
      // A programming error says nothing of Harper.
      if (!(error instanceof GatewayError)) return;
      const { code, message } = error;
      if (code === 'UNAUTHENTICATED') accepted.delete(key);
      if (code === 'OPERATION_UNSUPPORTED') setSupport(operation, false);
      if (code === 'OPERATION_REFUSED') setSupport(operation, true);
      const isFault = code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_INVALID_RESPONSE';
      setReachability(isFault ? message : null);
    },
    get reachability() {
      return reachability;
    },
    supports: (operation) => support.get(operation)?.isSupported ?? null,
    lacks(operation) {
      const known = support.get(operation);
      return known !== undefined && !known.isSupported && known.epoch === epoch();
    },
    hasAccepted: ({ key }) => accepted.get(key) === true,
  };
}
