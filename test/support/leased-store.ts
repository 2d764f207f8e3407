import { randomUUID } from 'node:crypto';
import { createRedisStore } from '../../src/live/changelog/redis/redis-store.ts';
import type { ChangeStore } from '../../src/live/changelog/store.ts';
import { redisOf } from './redis-connections.ts';
import type { RedisServer } from './redis-server.ts';

/** The password of the server that such stores are in. */
export const PASSWORD = 'of-redis';

/** A store in Redis that takes the lease of each log that it opens, whoever has it. */
export async function openLeasedStore(server: RedisServer, prefix: string): Promise<ChangeStore> {
  const redis = await redisOf(server, { prefix, password: PASSWORD });
  const lease = randomUUID();
  const store = createRedisStore({ redis, leaseOf: () => lease, retention: 60_000 });
  return {
    ...store,
    async open(name) {
      const key = redis.key('', 'lease');
      await redis.send(key, ['SET', key, lease]);
      return store.open(name);
    },
    async close() {
      await store.close();
      await redis.close();
    },
  };
}
