import type { Logger } from '../observability/logger.ts';
import { type Circuit, createCircuit } from '../redis/circuit.ts';
import { createRedisLock, type RedisLock } from '../redis/lock.ts';
import type { Redis } from '../redis/redis.ts';
import type { Clock } from '../util/clock.ts';
import { type Lock, type LockMode, LockTimeout } from './lock.ts';
import type { Locks } from './locks.ts';
import { keepHolding } from './shared-holding.ts';

export interface SharedLocksOptions {
  readonly redis: Redis;
  /** Keep the mutations of this process apart, in the order of their arrival. */
  readonly local: Locks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds for which a gateway that has died or stands still keeps a lock; 10 000 when left out. */
  readonly ttl?: number;
}

const TTL = 10_000;

/** So often in the time of a holding it is renewed. */
const RENEWALS = 3;

/**
 * Creates locks that keep the mutations of several gateways apart, for as long as Redis is there. Where it does not
 * answer the local locks alone count: no change fails for that, nor waits for Redis longer than its timeout, a second.
 *
 * A change that has lost its lock sends nothing more. Harper knows no fencing tokens, so the lock is confirmed right
 * before each call. A process that stands still between the two can still send that one call.
 */
export function createSharedLocks({ redis, local, clock, logger, ttl = TTL }: SharedLocksOptions): Locks {
  const circuit = createCircuit({
    clock,
    onLost: ({ message: reason }) =>
      logger.warn({ reason }, 'Changes are kept apart within this gateway only, since Redis does not answer'),
    onFound: () => logger.info('Changes are kept apart across gateways again'),
  });
  const onFault = (error: unknown) => logger.error({ err: error }, 'Unexpected error');
  const shared = (name: string, of: Lock): Lock => {
    const lock = createRedisLock({ redis, clock, key: redis.key('changes', name), ttl });
    return createSharedLock({ local: of, lock, circuit, clock, onFault });
  };
  return {
    topology: shared('topology', local.topology),
    configuration: shared('configuration', local.configuration),
    node: (hostname) => shared(`node:${hostname}`, local.node(hostname)),
  };
}

interface SharedLockOptions {
  readonly local: Lock;
  readonly lock: RedisLock;
  readonly circuit: Circuit;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

function createSharedLock({ local, lock, circuit, clock, onFault }: SharedLockOptions): Lock {
  /** undefined where Redis does not answer. */
  async function acquire(mode: LockMode, timeoutMs: number) {
    if (!circuit.isWorthAsking) return undefined;
    return circuit.insist(async () => ({ holding: await lock.acquire(mode, { timeoutMs }) }));
  }

  return {
    isFree: () => false,
    hold(mode, timeoutMs, work) {
      const begun = clock.now();
      return local.hold(mode, timeoutMs, async () => {
        const acquired = await acquire(mode, Math.max(0, begun + timeoutMs - clock.now()));
        if (acquired === undefined) return work();
        if (acquired.holding === undefined) throw new LockTimeout(timeoutMs);
        const kept = keepHolding(acquired.holding, { circuit, clock, onFault, interval: lock.ttl / RENEWALS });
        try {
          return await work(kept);
        } finally {
          kept.release();
        }
      });
    },
  };
}
