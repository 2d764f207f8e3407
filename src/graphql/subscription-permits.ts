import type { Settings } from '../config/settings.ts';
import { GatewayError } from '../errors.ts';
import type { ByteBudget } from '../util/byte-budget.ts';
import type { Permit } from '../util/semaphore.ts';
import { createSharedPermits } from '../util/shared-permits.ts';
import { acquireAll, createLimit, type Limit } from './limit.ts';
import type { PreparedOperation } from './operation.ts';

/** A subscription that is to be opened. */
export interface NewSubscription {
  /** Tells callers apart. */
  readonly key: string;
  /** Names the subscriptions that get equal payloads (group.ts). */
  readonly group: string;
  readonly prepared: PreparedOperation;
}

/** The permits of subscriptions, and the bytes that they keep. */
export interface SubscriptionPermits {
  /**
   * Takes all that a subscription needs, or nothing.
   * @throws GatewayError LIMIT_EXCEEDED, which names the setting
   */
  acquire(subscription: NewSubscription): Permit;
  readonly ofCaller: Limit;
  readonly distinctOfCaller: Limit;
  readonly all: Limit;
}

/** Creates the counters of subscriptions. */
export function createSubscriptionPermits(settings: Settings, bytes: ByteBudget): SubscriptionPermits {
  const options = { settings, code: 'LIMIT_EXCEEDED' } as const;
  const ofCaller = createLimit('MAX_SUBSCRIPTIONS_PER_CALLER', 'subscriptions of this caller', options);
  const distinct = 'different subscriptions of this caller';
  const distinctOfCaller = createLimit('MAX_DISTINCT_SUBSCRIPTIONS_PER_CALLER', distinct, options);
  const all = createLimit('MAX_SUBSCRIPTIONS', 'subscriptions', options);
  const groups = createSharedPermits();
  const documents = createSharedPermits();

  function hold(key: string, size: number): Permit {
    const held = bytes.open([key]);
    if (held.set(size)) return { release: held.close };
    held.close();
    throw new GatewayError('LIMIT_EXCEEDED', 'The subscriptions of this caller keep too many bytes.', {
      limit: 'MAX_HELD_BYTES_PER_CALLER',
    });
  }

  return {
    ofCaller,
    distinctOfCaller,
    all,
    acquire({ key, group, prepared: { operation, variables } }) {
      const wanted = [
        () => ofCaller.acquire(key),
        () => all.acquire(),
        () => groups.acquire(`${key} ${group}`, () => distinctOfCaller.acquire(key)),
        () => documents.acquire(`${key} ${operation.id}`, () => hold(key, operation.bytes)),
      ];
      const size = JSON.stringify(variables).length;
      if (size > UNCOUNTED) wanted.push(() => hold(key, size));
      return acquireAll(...wanted);
    },
  };
}

/** Characters of variables that are not counted: a cursor and a few names. */
const UNCOUNTED = 256;
