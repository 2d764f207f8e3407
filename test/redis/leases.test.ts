import { describe, expect, it } from 'vitest';
import { createLeases } from '../../src/live/changelog/redis/leases.ts';
import { createRedisStore } from '../../src/live/changelog/redis/redis-store.ts';
import type { StoreConflict } from '../../src/live/changelog/store.ts';
import { redisOf } from '../support/redis-connections.ts';
import { HAS_REDIS, startRedisServer } from '../support/redis-server.ts';

const LOG = 'views own';

describe.skipIf(!HAS_REDIS)('the lease of a login', () => {
  it('is used only once it is known what others have added meanwhile', async () => {
    await using server = await startRedisServer();
    const redis = await redisOf(server, { prefix: 'leases:' });
    const [ours, theirs] = ['ours', 'theirs'].map((name) => {
      const leases = createLeases(redis, name, 60_000);
      return { leases, store: createRedisStore({ redis, leaseOf: leases.used, retention: 60_000 }) };
    });
    if (ours === undefined || theirs === undefined) throw new Error('there are two');
    const { epoch } = await ours.store.open(LOG);
    const add = ({ store }: typeof ours, length: number) => {
      const change = { position: length + 1, at: 1, kind: 'X', nodes: [], databases: [], text: '{}' };
      return store.append(LOG, { epoch, length, changes: [change], notes: new Map() }).then(
        () => 'added',
        (error: StoreConflict) => error.reason,
      );
    };
    expect(await add(ours, 0)).toBe('owner');
    expect(await ours.leases.acquire('own')).toBe('anew');
    ours.leases.use('own');
    expect([await ours.leases.acquire('own'), await add(ours, 0)]).toEqual(['still', 'added']);
    expect(await theirs.leases.acquire('own')).toBe('by another');
    // As it ends where its gateway is stopped for too long.
    await redis.send(redis.key('own', 'lease'), ['DEL', redis.key('own', 'lease')]);
    expect(await theirs.leases.acquire('own')).toBe('anew');
    theirs.leases.use('own');
    expect([await add(theirs, 1), await add(ours, 1)]).toEqual(['added', 'owner']);
    await theirs.leases.release('own');
    // Until it is used it is another lease, under which nothing is written: the log is longer than it knows.
    expect(await ours.leases.acquire('own')).toBe('anew');
    expect(await ours.leases.acquire('own')).toBe('anew');
    expect(await add(ours, 1)).toBe('owner');
    ours.leases.use('own');
    expect([await ours.leases.acquire('own'), await add(ours, 1), await add(ours, 2)]).toEqual([
      'still',
      'log',
      'added',
    ]);
    await redis.close();
  });
});
