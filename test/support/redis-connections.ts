import { readRedisAddress } from '../../src/config/redis-address.ts';
import { createLogger } from '../../src/observability/logger.ts';
import type { SharedRedis } from '../../src/redis/hashed-keys.ts';
import { type Redis, startRedis } from '../../src/redis/redis.ts';
import type { Clock } from '../../src/util/clock.ts';
import { TestClock } from './clock.ts';
import { eventually } from './eventually.ts';
import type { RedisServer } from './redis-server.ts';

/** What gateways of one cluster have in a file. */
export const SECRET = 'a secret of the gateways, of 32 characters or more';

/** What one of several gateways reaches Redis by. */
export interface Connection extends SharedRedis, AsyncDisposable {
  /** No answer is too late until it is moved. */
  readonly clock: TestClock;
}

export interface RedisOptions {
  /** Begins every key; `test:` when left out. */
  readonly prefix?: string;
  readonly password?: string;
  /** One that stands still when left out: no answer is too late, however busy the machine is. */
  readonly clock?: Clock;
}

/** Connects to a server. */
export async function redisOf(
  { url, ca }: Pick<RedisServer, 'url'> & Partial<Pick<RedisServer, 'ca'>>,
  { prefix = 'test:', password, clock = new TestClock() }: RedisOptions = {},
): Promise<Redis> {
  const address = readRedisAddress(url);
  if (typeof address === 'string') throw new Error(address);
  return startRedis({ address, password, ca, prefix, clock, logger: createLogger('silent') });
}

/** Connects as a gateway does that counts failed logins and rates with others. */
export async function connectTo(
  server: Pick<RedisServer, 'url' | 'ca'>,
  { secret, clock = new TestClock() }: { secret?: string | undefined; clock?: TestClock } = { secret: SECRET },
): Promise<Connection> {
  const redis = await redisOf(server, { clock });
  return { redis, secret, clock, [Symbol.asyncDispose]: () => redis.close() };
}

/** Settles when Redis answers all of them, and the pause after a failure is over. */
export async function reconnected(...connections: Connection[]): Promise<void> {
  for (const { redis, clock } of connections) {
    await eventually(() => redis.send('any', ['PING']));
    await clock.advance(1000);
  }
}

const DUMP = `
local lines = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local isHash = redis.call('TYPE', key).ok == 'hash'
  local value = isHash and table.concat(redis.call('HGETALL', key), ' ') or redis.call('GET', key)
  table.insert(lines, key .. ' ' .. value)
end
return lines`;

/** All keys, with their values. The fields of a hash and what is in them follow one another. */
export function contentOf(server: RedisServer): Map<string, string> {
  const lines = server.command('EVAL', DUMP, '0').split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [key = '', ...value] = line.split(' ');
      return [key, value.join(' ')];
    }),
  );
}
