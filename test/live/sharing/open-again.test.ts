import { describe, expect, it } from 'vitest';
import { openRedisHistory } from '../../../src/live/sharing/redis-history.ts';
import { RedisUnavailable } from '../../../src/redis/unavailable.ts';
import { TestClock } from '../../support/clock.ts';
import { fail } from '../../support/controlled-store.ts';
import { redisOf } from '../../support/redis-connections.ts';
import { HAS_REDIS, startRedisServer } from '../../support/redis-server.ts';

const NAMES = { views: 'views own', whole: 'cluster own' };

describe.skipIf(!HAS_REDIS)('opening the logs of a login', () => {
  it.each([
    ['opens them where Redis is slow once', 1, 'open'],
    ['does not where it is slow again', 2, 'no answer'],
  ])('%s', async (_, slow, expected) => {
    await using server = await startRedisServer();
    const redis = await redisOf(server, { prefix: 'open:' });
    let left = slow;
    const history = openRedisHistory(
      {
        ...redis,
        async run(script, call) {
          left -= 1;
          if (left >= 0) throw new RedisUnavailable('no answer');
          return redis.run(script, call);
        },
      },
      { lease: 3000 },
      60_000,
    );
    const report = { failed: fail, succeeded: () => undefined, lost: fail };
    const log = { store: history.store, capacity: 10, clock: new TestClock(), report, onFault: fail };
    const opened = history.openShared?.({ login: 'own', names: NAMES, log });
    const told = await opened?.then(
      ({ sharing }) => sharing.stop(async () => undefined).then(() => 'open'),
      (error: Error) => error.message,
    );
    expect(told).toContain(expected);
    await redis.close();
  });
});
