import type { Settings } from '../config/settings.ts';
import type { Logger } from '../observability/logger.ts';
import type { MemoryGuard } from '../observability/memory.ts';
import { type ByteBudget, createByteBudget } from '../util/byte-budget.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import type { Permit } from '../util/semaphore.ts';
import { createTimeoutQueue, type Expirable } from '../util/timeout-queue.ts';
import { acquireAll, createLimit, type Limit } from './limit.ts';
import { createSubscriptionPermits, type NewSubscription } from './subscription-permits.ts';

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
  /**
   * Takes all that a subscription needs, for as long as it lasts.
   * @throws GatewayError LIMIT_EXCEEDED
   */
  startSubscription(subscription: NewSubscription): Permit;
  readonly memory: MemoryGuard;
  /** Operations that one WebSocket may have open. */
  readonly subscriptionsPerSocket: number;
  /** Bytes that clients send or leave unread. */
  readonly bytes: ByteBudget;
  /** What is held at this moment, by setting. */
  readonly held: Readonly<Record<string, number>>;
}

export interface LimitsOptions {
  readonly logger: Logger;
  readonly memory: MemoryGuard;
  readonly clock?: Clock;
}

/** Creates the counters of one gateway. */
export function createLimits(settings: Settings, { logger, memory, clock = SYSTEM_CLOCK }: LimitsOptions): Limits {
  const held = { settings, code: 'LIMIT_EXCEEDED' } as const;
  // Permits of operations come free by themselves soon.
  const brief = { settings, code: 'RATE_LIMITED' } as const;
  const operations = createLimit('MAX_OPERATIONS', 'operations running', brief);
  const operationsOfCaller = createLimit('MAX_OPERATIONS_PER_CALLER', 'operations of this caller running', brief);
  const counted = {
    socketsOfAddress: createLimit('MAX_SOCKETS_PER_ADDRESS', 'sockets from this address', held),
    socketsOfCaller: createLimit('MAX_SOCKETS_PER_CALLER', 'sockets of this caller', held),
  };
  const bytes = createByteBudget(settings.MAX_HELD_BYTES_PER_CALLER, settings.MAX_HELD_BYTES);
  const subscriptions = createSubscriptionPermits(settings, bytes);
  // A change is waited for that long, and its steps take several calls.
  const longHeld = 2 * settings.WRITE_TIMEOUT;
  const watched = createTimeoutQueue(longHeld, clock);
  const report = ({ key, ...shown }: OperationHolder) =>
    logger.warn({ ...shown, heldMs: longHeld }, 'An operation has been running for very long');
  return {
    ...counted,
    subscriptionsPerSocket: settings.MAX_SUBSCRIPTIONS_PER_SOCKET,
    bytes,
    memory,
    startSubscription(subscription) {
      memory.checkStream();
      return subscriptions.acquire(subscription);
    },
    startOperation(holder) {
      const permit = new OperationPermit(
        acquireAll(operations.acquire, () => operationsOfCaller.acquire(holder.key)),
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
        MAX_SUBSCRIPTIONS_PER_CALLER: subscriptions.ofCaller.held,
        MAX_DISTINCT_SUBSCRIPTIONS_PER_CALLER: subscriptions.distinctOfCaller.held,
        MAX_SUBSCRIPTIONS: subscriptions.all.held,
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
