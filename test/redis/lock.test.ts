import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisLock, type Holding, type LockMode, type RedisLock } from '../../src/redis/lock.ts';
import type { Redis } from '../../src/redis/redis.ts';
import { SYSTEM_CLOCK } from '../../src/util/clock.ts';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { redisOf } from '../support/redis-connections.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { seeded } from '../support/script.ts';

/** Milliseconds that no test waits for. */
const LONG = 600_000;

describe.skipIf(!HAS_REDIS)('a lock in Redis', () => {
  let server: RedisServer;
  const connections: Redis[] = [];
  let keys = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    connections.push(await redisOf(server), await redisOf(server), await redisOf(server));
  });

  afterAll(async () => {
    for (const redis of connections) await redis.close();
    await server[Symbol.asyncDispose]();
  });

  /** One lock as several gateways have it. */
  function locks({ ttl = LONG, clock = SYSTEM_CLOCK } = {}): { key: string; each: readonly [RedisLock, RedisLock] } {
    keys += 1;
    const key = `lock-${keys}`;
    const [one, other] = connections.map((redis) => createRedisLock({ redis, clock, key, ttl }));
    return { key, each: [one as RedisLock, other as RedisLock] };
  }

  const fields = (key: string) => server.command('HKEYS', key).split('\n').filter(Boolean);
  const waiters = (key: string) => fields(key).filter((field) => field.startsWith('w:')).length;
  /** What becomes of a holding whose time is over. */
  const expire = (key: string) => server.command('HDEL', key, ...fields(key).filter((field) => field.startsWith('h:')));

  const now = { timeoutMs: 0 };

  it('is held by shared holders together, and by an exclusive one alone', async () => {
    const { key, each } = locks();
    const shared = [await each[0].acquire('shared', now), await each[1].acquire('shared', now)];
    expect(shared).not.toContain(undefined);
    expect(await each[0].acquire('exclusive', now)).toBeUndefined();
    await shared[0]?.release();
    expect(await each[1].acquire('exclusive', now)).toBeUndefined();
    await shared[1]?.release();
    const exclusive = await each[1].acquire('exclusive', now);
    expect(exclusive).toBeDefined();
    expect(await each[0].acquire('exclusive', now)).toBeUndefined();
    expect(await each[0].acquire('shared', now)).toBeUndefined();
    await exclusive?.release();
    // Nothing is left of those who did not wait.
    expect(fields(key).toSorted()).toEqual(['t:s', 't:x']);
  });

  it('keeps later shared holders behind an exclusive one that waits', async () => {
    const { key, each } = locks();
    const first = await each[0].acquire('shared', now);
    const exclusive = each[1].acquire('exclusive', { timeoutMs: LONG });
    await eventually(() => expect(waiters(key)).toBe(1));
    expect(await each[0].acquire('shared', now)).toBeUndefined();
    const later = each[0].acquire('shared', { timeoutMs: LONG });
    await eventually(() => expect(waiters(key)).toBe(2));
    await first?.release();
    const held = await exclusive;
    expect(held?.token).toBeGreaterThan(first?.token ?? 0);
    expect(waiters(key)).toBe(1);
    await held?.release();
    expect((await later)?.token).toBeGreaterThan(held?.token ?? 0);
  });

  it('is not waited for when the signal has fired, and keeps no place then', async () => {
    const { key, each } = locks();
    const held = await each[0].acquire('exclusive', now);
    const leaver = new AbortController();
    const waiting = each[1].acquire('exclusive', { signal: leaver.signal });
    await eventually(() => expect(waiters(key)).toBe(1));
    leaver.abort();
    expect(await waiting).toBeUndefined();
    await eventually(() => expect(waiters(key)).toBe(0));
    await held?.release();
    expect(await each[0].acquire('shared', now)).toBeDefined();
  });

  it('is free when its holder has died', async () => {
    const { each } = locks({ ttl: 20 });
    await each[0].acquire('exclusive');
    expect(await each[1].acquire('exclusive', { timeoutMs: LONG })).toBeDefined();
  });

  it('is not waited for by a waiter that has died', async () => {
    const { key, each } = locks();
    const held = await each[0].acquire('exclusive', now);
    // A waiter of the past, whose time is over, and one whose time is not.
    server.command('HSET', key, 'w:dead', 'x:1:1', 'w:alive', 'x:9999999999999:2');
    await held?.release();
    expect(await each[1].acquire('exclusive', now)).toBeUndefined();
    server.command('HSET', key, 'w:alive', 'x:1:2');
    expect(await each[1].acquire('exclusive', now)).toBeDefined();
    expect(waiters(key)).toBe(0);
  });

  it('is kept by a holder that renews it, whose time begins anew with that', async () => {
    const clock = new TestClock();
    const { key, each } = locks({ clock });
    const held = await each[0].acquire('exclusive', now);
    expect(held?.validUntil).toBe(LONG);
    clock.work(1000);
    const end = () => Number(server.command('HVALS', key).match(/x:(\d+):/)?.[1]);
    const before = end();
    expect(await held?.renew()).toBe(true);
    expect(held?.validUntil).toBe(LONG + 1000);
    expect(end()).toBeGreaterThanOrEqual(before);
  });

  it('is lost by a holder that others came after, also when they have left', async () => {
    for (const [mine, other, isKept] of [
      ['exclusive', 'exclusive', false],
      ['exclusive', 'shared', false],
      ['shared', 'exclusive', false],
      ['shared', 'shared', true],
    ] as const) {
      const { key, each } = locks();
      const held = await each[0].acquire(mine, now);
      expire(key);
      await (await each[1].acquire(other, now))?.release();
      expect([mine, other, await held?.renew()]).toEqual([mine, other, isKept]);
    }
  });

  it('stays with its holder when Redis has lost it and nobody came since', async () => {
    for (const mode of ['exclusive', 'shared'] as const) {
      const { key, each } = locks();
      const held = await each[0].acquire(mode, now);
      server.command('DEL', key);
      expect(await held?.renew()).toBe(true);
      expect(await each[1].acquire('exclusive', now)).toBeUndefined();
      await held?.release();
      const next = await each[1].acquire('exclusive', now);
      expect(next?.token).toBeGreaterThan(held?.token ?? 0);
    }
  });

  it('stays with all shared holders when Redis has lost them, in any order', async () => {
    const { key, each } = locks();
    const held = [await each[0].acquire('shared', now), await each[1].acquire('shared', now)];
    server.command('DEL', key);
    expect([await held[1]?.renew(), await held[0]?.renew()]).toEqual([true, true]);
  });

  it('is lost when Redis has lost it and somebody came since', async () => {
    const { key, each } = locks();
    const held = await each[0].acquire('exclusive', now);
    server.command('DEL', key);
    const other = await each[1].acquire('exclusive', now);
    expect(other?.token).toBeGreaterThan(held?.token ?? 0);
    expect([await held?.renew(), await other?.renew()]).toEqual([false, true]);
  });

  it('is not taken for held by a process that stood still until its time was over', async () => {
    const clock = new TestClock();
    const [redis] = connections as [Redis];
    let answers = 0;
    const slow: Redis = {
      ...redis,
      async run(script, call) {
        const answer = await redis.run(script, call);
        answers += 1;
        if (answers === 1) clock.work(LONG);
        return answer;
      },
    };
    const lock = createRedisLock({ redis: slow, clock, key: 'stood-still', ttl: LONG });
    const acquiring = lock.acquire('exclusive', { timeoutMs: 2 * LONG });
    const held = await eventually(async () => {
      await clock.advance(1000);
      return Promise.race([acquiring, Promise.reject(new Error('not yet'))]);
    });
    expect(held?.validUntil).toBeGreaterThan(2 * LONG);
    // Taken, given back, taken.
    expect(answers).toBe(3);
  });

  it('rejects when Redis is gone', async () => {
    await using own = await startRedisServer();
    const redis = await redisOf(own);
    const lock = createRedisLock({ redis, clock: SYSTEM_CLOCK, key: 'key', ttl: LONG });
    const held = await lock.acquire('exclusive');
    await own.kill();
    await expect(held?.renew()).rejects.toMatchObject({ name: 'RedisUnavailable' });
    await expect(lock.acquire('shared')).rejects.toMatchObject({ name: 'RedisUnavailable' });
    await redis.close();
  });

  it('is given back to a Redis that was gone and has come back with what it had', async () => {
    await using own = await startRedisServer();
    const [redis, second] = [await redisOf(own), await redisOf(own)];
    const [one, other] = [redis, second].map((each) =>
      createRedisLock({ redis: each, clock: SYSTEM_CLOCK, key: 'key', ttl: LONG }),
    );
    const held = await one?.acquire('exclusive');
    await own.kill();
    const releasing = held?.release();
    await own.start();
    await releasing;
    const next = await eventually(() => other?.acquire('exclusive', now));
    expect(next?.token).toBeGreaterThan(held?.token ?? 0);
    await redis.close();
    await second.close();
  });

  it.each([1, 2, 3, 4, 5])('never has an exclusive holder beside another: random sequence %i', async (seed) => {
    const random = seeded(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const key = `random-${seed}`;
    const all = connections.map((redis) => createRedisLock({ redis, clock: SYSTEM_CLOCK, key, ttl: LONG }));
    const holders = new Set<{ mode: LockMode; holding: Holding }>();
    const tokens: number[] = [];
    for (let step = 0; step < 150; step += 1) {
      const action = random();
      if (action < 0.6) {
        const mode = pick(['shared', 'exclusive'] as const);
        const isFree = mode === 'shared' ? [...holders].every((other) => other.mode === 'shared') : holders.size === 0;
        const holding = await pick(all).acquire(mode, now);
        expect([step, mode, holding !== undefined]).toEqual([step, mode, isFree]);
        if (holding === undefined) continue;
        holders.add({ mode, holding });
        tokens.push(holding.token);
      } else if (holders.size > 0) {
        const chosen = pick([...holders]);
        if (action < 0.7) expect(await chosen.holding.renew()).toBe(true);
        else if (action < 0.75) {
          // Redis loses what it had, and every holder comes back.
          server.command('DEL', key);
          for (const { holding } of holders) expect(await holding.renew()).toBe(true);
        } else {
          await chosen.holding.release();
          holders.delete(chosen);
        }
      }
    }
    expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('is had by everybody who waits, and never by two where one is exclusive', async () => {
    const random = seeded(7);
    const all = connections.map((redis) => createRedisLock({ redis, clock: SYSTEM_CLOCK, key: 'crowd', ttl: LONG }));
    let [shared, exclusive, served] = [0, 0, 0];
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const mode = random() < 0.5 ? 'shared' : 'exclusive';
        const held = await all[index % 3]?.acquire(mode, { timeoutMs: LONG });
        if (mode === 'shared') shared += 1;
        else exclusive += 1;
        expect(exclusive === 0 || (exclusive === 1 && shared === 0)).toBe(true);
        await new Promise(setImmediate);
        if (mode === 'shared') shared -= 1;
        else exclusive -= 1;
        served += 1;
        await held?.release();
      }),
    );
    expect(served).toBe(60);
  });
});
