import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Held, LockLost, LockTimeout } from '../../src/mutations/lock.ts';
import { createLocks, type Locks } from '../../src/mutations/locks.ts';
import { createSharedLocks } from '../../src/mutations/shared-locks.ts';
import { createLogger } from '../../src/observability/logger.ts';
import type { Redis } from '../../src/redis/redis.ts';
import { RedisUnavailable } from '../../src/redis/unavailable.ts';
import { type Clock, SYSTEM_CLOCK } from '../../src/util/clock.ts';
import { settled, TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { redisOf } from '../support/redis-connections.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../support/redis-server.ts';

const LONG = 60_000;
const TTL = 10_000;
const ALONE = 'Changes are kept apart within this gateway only';
const TOGETHER = 'Changes are kept apart across gateways again';

/** The locks of one gateway, and what it has logged. */
interface Own {
  readonly locks: Locks;
  readonly lines: readonly string[];
}

function own(redis: Redis, clock: Clock = SYSTEM_CLOCK, ttl?: number): Own {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  const locks = createSharedLocks({
    redis: scoped(redis),
    local: createLocks(clock),
    clock,
    logger,
    ...(ttl && { ttl }),
  });
  return { locks, lines };
}

let tests = 0;

/** The same with keys of the test that is running: nothing is left of the one before. */
function scoped(redis: Redis): Redis {
  return { ...redis, key: (group, name) => redis.key(group, `${tests}:${name}`) };
}

/** Work that holds a lock until the test says so. */
function hold(lock: Locks['topology'], mode: 'shared' | 'exclusive' = 'exclusive') {
  const begun = Promise.withResolvers<Held | undefined>();
  const end = Promise.withResolvers<void>();
  const done = lock.hold(mode, LONG, async (held) => {
    begun.resolve(held);
    await end.promise;
  });
  done.catch(begun.reject);
  return {
    begun: begun.promise,
    async end() {
      end.resolve();
      await done;
    },
  };
}

/** A Redis that answers when the test says so. */
function breakable(redis: Redis) {
  let failure: Error | undefined;
  let calls = 0;
  return {
    redis: {
      ...redis,
      async run(script, call) {
        calls += 1;
        if (failure !== undefined) throw failure;
        return redis.run(script, call);
      },
    } satisfies Redis,
    get calls() {
      return calls;
    },
    set isGone(gone: boolean) {
      failure = gone ? new RedisUnavailable('is gone') : undefined;
    },
  };
}

describe.skipIf(!HAS_REDIS)('the locks of several gateways', () => {
  let server: RedisServer;
  let one: Redis;
  let other: Redis;

  beforeAll(async () => {
    server = await startRedisServer();
    one = await redisOf(server);
    other = await redisOf(server);
  });

  beforeEach(() => {
    tests += 1;
  });

  afterAll(async () => {
    await one.close();
    await other.close();
    await server[Symbol.asyncDispose]();
  });

  const keyOf = (name: string) => scoped(one).key('changes', name);
  /** What becomes of a holding whose time is over, while its tokens stay. */
  function expire(name: string): void {
    const fields = server.command('HKEYS', keyOf(name)).split('\n');
    server.command('HDEL', keyOf(name), ...fields.filter((field) => field.startsWith('h:')));
  }

  it('keep an exclusive holder of one from any holder of another, by name', async () => {
    const [a, b] = [own(one).locks, own(other).locks];
    const holding = hold(a.topology);
    await holding.begun;
    for (const mode of ['shared', 'exclusive'] as const)
      await expect(b.topology.hold(mode, 0, async () => fail())).rejects.toBeInstanceOf(LockTimeout);
    expect(await b.configuration.hold('exclusive', 0, async () => 'routes')).toBe('routes');
    expect(await b.node('node-2').hold('exclusive', 0, async () => 'node')).toBe('node');
    const waiting = b.topology.hold('exclusive', LONG, async () => 'next');
    await holding.end();
    expect(await waiting).toBe('next');
    expect(a.topology.isFree('shared')).toBe(false);
  });

  it('are shared by shared holders, and free again after work that failed', async () => {
    const [a, b] = [own(one).locks, own(other).locks];
    const holding = hold(a.topology, 'shared');
    await holding.begun;
    await expect(b.topology.hold('shared', 0, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await holding.end();
    expect(await b.topology.hold('exclusive', LONG, async () => 'free')).toBe('free');
  });

  it('keep the order within a gateway, and count the whole wait', async () => {
    const { locks } = own(one);
    const holding = hold(locks.topology);
    await holding.begun;
    const timedOut = locks.topology.hold('exclusive', 1, async () => fail());
    await expect(timedOut).rejects.toThrow('the lock was not free within 1 ms');
    await holding.end();
  });

  it('are free when the gateway that holds them has died', async () => {
    const dead = own(one, new TestClock(), 50);
    const holding = hold(dead.locks.topology);
    await holding.begun;
    // Its time stands still: it renews nothing.
    expect(await own(other).locks.topology.hold('exclusive', LONG, async () => 'free')).toBe('free');
    await holding.end();
  });

  it('are renewed as long as work runs', async () => {
    const clock = new TestClock();
    const watched = breakable(one);
    const holding = hold(own(watched.redis, clock).locks.topology);
    const held = await holding.begun;
    const before = watched.calls;
    for (let third = 1; third <= 9; third += 1) {
      await clock.advance(TTL / 3);
      await eventually(() => expect(watched.calls).toBe(before + third));
      // The answer of a renewal has come when one that was sent later has its own.
      await one.send('key', ['PING']);
      await settled();
    }
    await expect(held?.confirm()).resolves.toBeUndefined();
    await holding.end();
    const after = watched.calls;
    await clock.advance(TTL);
    expect(watched.calls).toBe(after);
  });

  it.each([true, false])(
    'are lost by a process that stood still past its time: another has come, %s',
    async (comes) => {
      const clock = new TestClock();
      const holding = hold(own(one, clock).locks.topology);
      const held = await holding.begun;
      await held?.confirm();
      // No timer fires meanwhile.
      clock.work(TTL);
      if (comes) {
        expire('topology');
        await own(other).locks.topology.hold('exclusive', LONG, async () => undefined);
      }
      await expect(held?.confirm()).rejects.toBeInstanceOf(LockLost);
      await expect(held?.confirm()).rejects.toBeInstanceOf(LockLost);
      await holding.end();
    },
  );

  it('are lost by a process that stood still while it asked Redis', async () => {
    const clock = new TestClock();
    const stuck = Promise.withResolvers<never>();
    let isStuck = false;
    const redis: Redis = { ...one, run: (script, call) => (isStuck ? stuck.promise : one.run(script, call)) };
    const holding = hold(own(redis, clock).locks.topology);
    const held = await holding.begun;
    isStuck = true;
    const confirming = held?.confirm();
    clock.work(TTL);
    // What a timer finds that fires late.
    stuck.reject(new RedisUnavailable('no answer in time'));
    await expect(confirming).rejects.toBeInstanceOf(LockLost);
    await holding.end();
  });

  it('are lost when Redis has lost what it had and another gateway has come', async () => {
    const holding = hold(own(one).locks.topology);
    const held = await holding.begun;
    server.command('FLUSHALL');
    await own(other).locks.topology.hold('shared', LONG, async () => undefined);
    await expect(held?.confirm()).rejects.toBeInstanceOf(LockLost);
    await holding.end();
  });

  it('stay with their holder when Redis has lost what it had and nobody has come', async () => {
    const holding = hold(own(one).locks.topology);
    const held = await holding.begun;
    server.command('FLUSHALL');
    await held?.confirm();
    await expect(own(other).locks.topology.hold('shared', 0, async () => fail())).rejects.toBeInstanceOf(LockTimeout);
    await holding.end();
  });

  it('are those of the gateway alone while Redis is gone, which is logged once, and shared afterwards', async () => {
    const clock = new TestClock();
    const link = breakable(one);
    const { locks, lines } = own(link.redis, clock);
    link.isGone = true;
    for (const name of ['node-1', 'node-2'])
      expect(await locks.node(name).hold('exclusive', LONG, async (held) => [name, held])).toEqual([name, undefined]);
    // It is not asked each time.
    expect(link.calls).toBe(2);
    expect(lines.filter((line) => line.includes(ALONE))).toHaveLength(1);
    // Order within the gateway goes on.
    const holding = hold(locks.topology);
    await holding.begun;
    const timedOut = expect(locks.topology.hold('shared', 1, async () => fail())).rejects.toBeInstanceOf(LockTimeout);
    await clock.advance(1);
    await timedOut;
    await holding.end();
    link.isGone = false;
    clock.work(1000);
    expect(await locks.topology.hold('shared', LONG, async (held) => held !== undefined)).toBe(true);
    expect(lines.filter((line) => line.includes(TOGETHER))).toHaveLength(1);
    expect(lines).toHaveLength(2);
  });

  it('are kept beyond their time when Redis goes while work runs, until it says that another has come', async () => {
    const clock = new TestClock();
    const link = breakable(one);
    const { locks, lines } = own(link.redis, clock);
    const holding = hold(locks.topology);
    const held = await holding.begun;
    link.isGone = true;
    await held?.confirm();
    clock.work(3 * TTL);
    await held?.confirm();
    expect(lines.filter((line) => line.includes(ALONE))).toHaveLength(1);
    link.isGone = false;
    expire('topology');
    clock.work(1000);
    // Nobody has come: Redis takes it in again.
    await held?.confirm();
    expect(server.command('HKEYS', keyOf('topology'))).toContain('h:');
    link.isGone = true;
    await held?.confirm();
    expire('topology');
    await own(other).locks.topology.hold('exclusive', LONG, async () => undefined);
    link.isGone = false;
    clock.work(1000);
    await expect(held?.confirm()).rejects.toBeInstanceOf(LockLost);
    await holding.end();
  });

  it('go on when Redis is killed while they are waited for', async () => {
    await using brief = await startRedisServer();
    const [first, second] = [await redisOf(brief), await redisOf(brief)];
    const holding = hold(own(first).locks.topology);
    const held = await holding.begun;
    const waiting = own(second);
    const got = waiting.locks.topology.hold('exclusive', LONG, async () => 'alone');
    await eventually(() => expect(brief.command('HKEYS', keyOf('topology'))).toContain('w:'));
    await brief.kill();
    expect(await got).toBe('alone');
    expect(waiting.lines.join('')).toContain(ALONE);
    await held?.confirm();
    await holding.end();
    await first.close();
    await second.close();
  });
});

function fail(): never {
  throw new Error('this was not to be called');
}
