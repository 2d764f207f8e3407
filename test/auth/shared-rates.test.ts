import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RateExchange, startRateExchange } from '../../src/auth/rate-exchange.ts';
import { createRateLimit, type RateLimit } from '../../src/auth/rate-limit.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { type Connection, connectTo, contentOf, reconnected } from '../support/redis-connections.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../support/redis-server.ts';

const logger = createLogger('silent');

/** One of several gateways. */
interface Gateway extends Connection {
  readonly rate: RateLimit;
  readonly exchanges: RateExchange;
  /** Counts so many operations, and returns how many of them were allowed. */
  count(key: string, times?: number): number;
}

async function startGateway(server: RedisServer, perMinute = 5): Promise<Gateway> {
  const connection = await connectTo(server);
  const { clock } = connection;
  const exchanges = startRateExchange({ ...connection, logger });
  const rate = createRateLimit({ perMinute, limit: 'RATE_LIMIT', clock, onChange: exchanges.queue });
  return {
    ...connection,
    rate,
    exchanges,
    count: (key, times = 1) => Array.from({ length: times }, () => rate.count(key)).filter((error) => !error).length,
    async [Symbol.asyncDispose]() {
      exchanges.stop();
      await connection[Symbol.asyncDispose]();
    },
  };
}

/** What gateways have counted, over all keys. */
const countsIn = (server: RedisServer) =>
  [...contentOf(server).values()].flatMap((hash) => hash.split(' ').filter((_, at) => at % 2 === 1)).sort();

describe.skipIf(!HAS_REDIS)('rates of several gateways', () => {
  it('count together once they have been exchanged', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    await using other = await startGateway(server);
    expect(one.count('ann', 3)).toBe(3);
    await one.exchanges.exchange();
    expect(other.count('ann')).toBe(1);
    await other.exchanges.exchange();
    expect(other.count('ann', 5)).toBe(1);
    expect(other.count('bob', 5)).toBe(5);
    await other.exchanges.exchange();
    // Of the two that other gateways were told of, this one learns when it is asked itself.
    expect(one.count('ann')).toBe(1);
    await one.exchanges.exchange();
    const refusal = one.rate.count('ann');
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', details: { limit: 'RATE_LIMIT' } });
  });

  it('are exchanged by themselves every 250 ms, until that is stopped', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    one.count('ann', 3);
    await one.clock.advance(249);
    expect(countsIn(server)).toEqual([]);
    await one.clock.advance(1);
    await eventually(() => expect(countsIn(server)).toEqual(['3']));
    one.count('ann');
    await one.exchanges.exchange();
    one.exchanges.stop();
    one.count('ann');
    await one.clock.advance(1000);
    expect(countsIn(server)).toEqual(['4']);
  });

  it('have one window, which begins with the first count that Redis was told of', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    await using other = await startGateway(server);
    one.count('ann', 5);
    await one.exchanges.exchange();
    const [key = ''] = contentOf(server).keys();
    const left = Number(server.command('PTTL', key));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
    server.command('PEXPIRE', key, '20000');
    other.count('ann');
    await other.exchanges.exchange();
    const refusal = other.rate.count('ann');
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
    expect((refusal?.details as { retryAfter: number } | undefined)?.retryAfter).toBeLessThanOrEqual(20);
    // Redis has a clock of its own, so what it says from here on is about another moment.
    other.exchanges.stop();
    await other.clock.advance(20_000);
    expect(other.count('ann')).toBe(1);
  });

  it('are exchanged however many callers there are', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    for (let at = 0; at < 450; at += 1) one.count(`caller-${at}`);
    await one.exchanges.exchange();
    expect(server.command('DBSIZE')).toBe('450');
  });

  it('are told to others from the hundredth part of a limit on, and as a whole then', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server, 1000);
    one.count('ann', 9);
    await one.exchanges.exchange();
    expect(countsIn(server)).toEqual([]);
    one.count('ann');
    await one.exchanges.exchange();
    expect(countsIn(server)).toEqual(['10']);
  });

  it('of callers with and without a login are kept apart', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    const { clock, exchanges } = one;
    const anonymous = createRateLimit({
      ...{ perMinute: 5, limit: 'ANONYMOUS_RATE_LIMIT', clock, onChange: exchanges.queue },
    });
    one.count('10.0.0.1', 2);
    anonymous.count('10.0.0.1');
    await exchanges.exchange();
    expect(countsIn(server)).toEqual(['1', '2']);
  });

  it('allow no less than a single gateway does, and one operation more at each that has not learnt of it', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    await using other = await startGateway(server);
    await using third = await startGateway(server);
    const gateways = [one, other, third];
    const step = fc.record({ at: fc.nat(2), caller: fc.constantFrom('ann', 'bob') });
    let runs = 0;
    const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      runs += 1;
      const single = createRateLimit({ perMinute: 5, limit: 'RATE_LIMIT', clock: new TestClock() });
      const exceeded = new Set<string>();
      for (const { at, caller } of steps) {
        const key = `${caller} of ${runs}`;
        const { rate, exchanges } = gateways[at] as Gateway;
        const [isRefused, isRefusedAlone] = [rate.count(key) !== undefined, single.count(key) !== undefined];
        await exchanges.exchange();
        if (isRefused === isRefusedAlone) continue;
        expect([isRefused, exceeded.has(`${at} ${key}`)]).toEqual([false, false]);
        exceeded.add(`${at} ${key}`);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

describe.skipIf(!HAS_REDIS)('while Redis', () => {
  it('is away, every gateway counts for itself, and tells what it has counted when it is back', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    await using other = await startGateway(server);
    await server.kill();
    expect(one.count('ann', 4)).toBe(4);
    await one.exchanges.exchange();
    expect(one.count('ann', 3)).toBe(1);
    expect(other.count('ann', 4)).toBe(4);
    await other.exchanges.exchange();
    await server.start();
    await reconnected(one, other);
    await one.exchanges.exchange();
    await other.exchanges.exchange();
    expect(countsIn(server)).toEqual(['4', '7']);
    expect(other.count('ann')).toBe(0);
  });

  it('has lost everything, the counts come back with the next operation', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    await using other = await startGateway(server);
    one.count('ann', 4);
    await one.exchanges.exchange();
    await server.kill();
    await server.startEmpty();
    await reconnected(one, other);
    expect(one.count('ann')).toBe(1);
    await one.exchanges.exchange();
    expect(countsIn(server)).toEqual(['5']);
    other.count('ann');
    await other.exchanges.exchange();
    expect(other.count('ann')).toBe(0);
  });

  it('hangs, nobody waits, and nothing counts twice however often it is sent', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    one.count('ann', 2);
    await one.exchanges.exchange();
    server.freeze();
    expect(one.count('ann')).toBe(1);
    for (let tries = 0; tries < 3; tries += 1) {
      const exchanging = one.exchanges.exchange();
      // Its answer has not come after a second, and a second later it is tried again.
      await one.clock.advance(2000);
      await exchanging;
    }
    expect(one.count('ann', 4)).toBe(2);
    server.thaw();
    await reconnected(one);
    await one.exchanges.exchange();
    await eventually(() => expect(countsIn(server)).toEqual(['7']));
  });

  it('hangs until a window is over, its counts do not come back in the next one', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    one.count('ann', 5);
    server.freeze();
    const exchanging = one.exchanges.exchange();
    await one.clock.advance(1000);
    await exchanging;
    await one.clock.advance(60_000);
    server.thaw();
    await reconnected(one);
    await one.exchanges.exchange();
    await eventually(() => expect(countsIn(server)).toEqual([]));
    expect(one.count('ann')).toBe(1);
  });

  it('is away, no window is kept for it that is over', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    await server.kill();
    for (let at = 0; at < 1000; at += 1) one.count(`caller-${at}`);
    await one.exchanges.exchange();
    await one.clock.advance(60_000);
    one.count('ann');
    await server.start();
    await reconnected(one);
    await one.exchanges.exchange();
    expect(countsIn(server)).toEqual(['1']);
  });

  it('holds something else under a key, the gateway counts for itself', async () => {
    await using server = await startRedisServer();
    await using one = await startGateway(server);
    one.count('ann', 2);
    await one.exchanges.exchange();
    for (const key of contentOf(server).keys()) server.command('SET', key, 'no hash');
    expect(one.count('ann', 5)).toBe(3);
    await one.exchanges.exchange();
    expect(one.count('ann')).toBe(0);
  });
});

describe('a limit of one gateway', () => {
  it('begins anew a minute after the first operation', async () => {
    const clock = new TestClock();
    const rate = createRateLimit({ perMinute: 2, limit: 'RATE_LIMIT', clock });
    expect([rate.count('ann'), rate.count('ann')]).toEqual([undefined, undefined]);
    await clock.advance(59_999);
    expect(rate.count('ann')).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfter: 1 } });
    expect(rate.count('bob')).toBeUndefined();
    await clock.advance(1);
    expect(rate.count('ann')).toBeUndefined();
  });
});
