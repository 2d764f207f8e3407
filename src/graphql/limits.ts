import type { SettingName, Settings } from '../config/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { type ByteBudget, createByteBudget } from '../util/byte-budget.ts';
import { combined, createSemaphore, type Permit } from '../util/semaphore.ts';
import { createTimeoutQueue, type Expirable } from '../util/timeout-queue.ts';

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

/** Who runs an operation, as the log names it. */
export interface OperationHolder {
  /** Tells callers apart; holds no credential. */
  readonly key: string;
  readonly requestId: string;
  /** Name of the caller; null where it is not known. */
  readonly user: string | null;
  readonly address: string;
  /** Its name in the document, or else its kind. */
  readonly operation: string;
}

/** How many operations, sockets, streams and bytes there may be, counted over all transports. */
export interface Limits {
  /**
   * Takes the permits of a query or mutation that runs. One that is held for very long is logged.
   * @throws GatewayError RATE_LIMITED
   */
  startOperation(holder: OperationHolder): Permit;
  readonly socketsOfAddress: Limit;
  readonly socketsOfCaller: Limit;
  readonly subscriptionsOfCaller: Limit;
  readonly subscriptions: Limit;
  /** Operations that one WebSocket may have open. */
  readonly subscriptionsPerSocket: number;
  /** Bytes that clients send or leave unread. */
  readonly bytes: ByteBudget;
  /** What is held at this moment, by setting. */
  readonly held: Readonly<Record<string, number>>;
}

/** Creates the counters of one gateway. */
export function createLimits(settings: Settings, logger: Logger): Limits {
  const limit = (name: LimitSetting, what: string) => createLimit(settings[name], name, what, 'LIMIT_EXCEEDED');
  // Permits of operations come free by themselves soon.
  const rate = (name: LimitSetting, what: string) => createLimit(settings[name], name, what, 'RATE_LIMITED');
  const operations = rate('MAX_OPERATIONS', 'operations running');
  const operationsOfCaller = rate('MAX_OPERATIONS_PER_CALLER', 'operations of this caller running');
  const counted = {
    socketsOfAddress: limit('MAX_SOCKETS_PER_ADDRESS', 'sockets from this address'),
    socketsOfCaller: limit('MAX_SOCKETS_PER_CALLER', 'sockets of this caller'),
    subscriptionsOfCaller: limit('MAX_SUBSCRIPTIONS_PER_CALLER', 'subscriptions of this caller'),
    subscriptions: limit('MAX_SUBSCRIPTIONS', 'subscriptions'),
  };
  const bytes = createByteBudget(settings.MAX_HELD_BYTES_PER_CALLER, settings.MAX_HELD_BYTES);
  // A change is waited for that long, and its steps take several calls.
  const longHeld = 2 * settings.WRITE_TIMEOUT;
  const watched = createTimeoutQueue(longHeld);
  const report = ({ key, ...shown }: OperationHolder) =>
    logger.warn({ ...shown, heldMs: longHeld }, 'An operation has been running for very long');
  return {
    ...counted,
    subscriptionsPerSocket: settings.MAX_SUBSCRIPTIONS_PER_SOCKET,
    bytes,
    startOperation(holder) {
      const permit = new OperationPermit(
        acquireAll([operations, ''], [operationsOfCaller, holder.key]),
        holder,
        report,
      );
      watched.add(permit);
      return permit;
    },
    get held() {
      return {
        MAX_OPERATIONS: operations.held,
        MAX_OPERATIONS_PER_CALLER: operationsOfCaller.held,
        MAX_SOCKETS_PER_ADDRESS: counted.socketsOfAddress.held,
        MAX_SOCKETS_PER_CALLER: counted.socketsOfCaller.held,
        MAX_SUBSCRIPTIONS_PER_CALLER: counted.subscriptionsOfCaller.held,
        MAX_SUBSCRIPTIONS: counted.subscriptions.held,
        MAX_HELD_BYTES: bytes.held,
      };
    },
  };
}

/** A class, because every request has one. */
class OperationPermit implements Permit, Expirable {
  isWaiting = true;
  readonly #permit: Permit;
  readonly #holder: OperationHolder;
  readonly #report: (holder: OperationHolder) => void;

  constructor(permit: Permit, holder: OperationHolder, report: (holder: OperationHolder) => void) {
    this.#permit = permit;
    this.#holder = holder;
    this.#report = report;
  }

  expire(): void {
    this.#report(this.#holder);
  }

  release(): void {
    this.isWaiting = false;
    this.#permit.release();
  }
}

type LimitSetting =
  | 'MAX_OPERATIONS'
  | 'MAX_OPERATIONS_PER_CALLER'
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
