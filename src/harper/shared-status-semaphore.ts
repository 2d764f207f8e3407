import type { HarperAddress } from '../config/backend.ts';
import { createCircuit } from '../redis/circuit.ts';
import { createRedisLock, type Holding, type RedisLock } from '../redis/lock.ts';
import type { Redis } from '../redis/redis.ts';
import { type Clock, repeat } from '../util/clock.ts';
import type { Permit, StatusSemaphore } from './status-semaphore.ts';

export interface StatusLockOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly address: HarperAddress;
  /** Longest time of a call, in milliseconds. */
  readonly readTimeout: number;
}

/** Milliseconds for which a gateway that has died keeps others from asking a node. */
const LONGEST_TTL = 5000;

/** So often in the time of a holding it is renewed. */
const RENEWALS = 3;

/**
 * Creates the lock that keeps cluster_status calls of several gateways to one node apart. Its name is the address of
 * the node: gateways that know one node by two addresses are not kept apart. Give all of them the same `HARPER_URL`.
 */
export function createStatusLock({ redis, clock, address, readTimeout }: StatusLockOptions): RedisLock {
  const key = redis.key('status', address.displayUrl);
  return createRedisLock({ redis, clock, key, ttl: Math.min(readTimeout, LONGEST_TTL) });
}

export interface SharedStatusSemaphoreOptions {
  /** Gives the permits of this process. */
  readonly local: StatusSemaphore;
  readonly lock: RedisLock;
  readonly clock: Clock;
  /** Told of an error in our own code, such as what a waiter has thrown. */
  readonly onFault: (fault: unknown) => void;
}

/**
 * Creates a semaphore whose permits hold between gateways where calls must not overlap: as long as the width is one.
 * Elsewhere Redis is not asked. Where Redis does not answer the permits of this process alone count.
 */
export function createSharedStatusSemaphore(options: SharedStatusSemaphoreOptions): StatusSemaphore {
  const { local, lock, clock, onFault } = options;
  const circuit = createCircuit({ clock });

  /** undefined where Redis does not answer, and when the signal has fired. Never rejects: a permit waits for it. */
  async function acquire(signal: AbortSignal): Promise<Holding | undefined> {
    if (!circuit.isWorthAsking) return undefined;
    try {
      return await circuit.insist(() => lock.acquire('exclusive', { signal }));
    } catch (error) {
      onFault(error);
      return undefined;
    }
  }

  return {
    get width() {
      return local.width;
    },
    acquire(onPermit) {
      const cancelled = new AbortController();
      let waiting: Permit | undefined;
      const cancelLocal = local.acquire((permit) => {
        if (local.width > 1) {
          onPermit(permit);
          return;
        }
        waiting = permit;
        acquire(cancelled.signal)
          .then((holding) => {
            waiting = undefined;
            if (cancelled.signal.aborted) void holding?.release();
            else onPermit(holding === undefined ? permit : both(permit, { holding, ttl: lock.ttl, clock }));
          })
          .catch(onFault);
      });
      return () => {
        cancelLocal();
        if (waiting === undefined) return;
        cancelled.abort();
        waiting.release('failed');
        waiting = undefined;
      };
    },
  };
}

/** A permit of this process and of all gateways. The latter is renewed as long as the call takes. */
function both(permit: Permit, { holding, ttl, clock }: Shared): Permit {
  const stop = repeat(clock, ttl / RENEWALS, () => {
    // One that is lost, or cannot be renewed, cannot be told a call that is in flight.
    holding.renew().catch(() => undefined);
  });
  return {
    release(result) {
      stop();
      // Sent before whoever waits in this process asks for it.
      void holding.release();
      permit.release(result);
    },
  };
}

interface Shared {
  readonly holding: Holding;
  readonly ttl: number;
  readonly clock: Clock;
}
