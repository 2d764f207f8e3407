import { describe, expect, it } from 'vitest';
import { readRedisAddress } from '../../src/config/redis-address.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { type Redis, startRedis } from '../../src/redis/redis.ts';
import { createScript } from '../../src/redis/script.ts';
import { RedisUnavailable } from '../../src/redis/unavailable.ts';
import { eventually } from '../support/eventually.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../support/redis-server.ts';

const quiet = createLogger('silent');

async function connect(server: Pick<RedisServer, 'url' | 'ca'>, password?: string): Promise<Redis> {
  const address = readRedisAddress(server.url);
  if (typeof address === 'string') throw new Error(address);
  return startRedis({ address, password, ca: server.ca, prefix: 'test:', logger: quiet });
}

const ECHO = createScript('return {KEYS[1], ARGV[1]}');

describe.skipIf(!HAS_REDIS)('Redis', () => {
  it.each([
    ['plainly', {}],
    ['with a password', { password: 'of-redis' }],
    ['with TLS', { tls: true }],
    ['with TLS and a password', { tls: true, password: 'of-redis' }],
  ])('is reached %s', async (_, options: { password?: string; tls?: boolean }) => {
    await using server = await startRedisServer(options);
    const redis = await connect(server, options.password);
    expect(redis.state.failure).toBe('not connected yet');
    const key = redis.key('group', 'name');
    expect(key).toBe('test:{group}:name');
    expect(await redis.send(key, ['SET', key, 'value'])).toBe('OK');
    expect(await redis.send(key, ['GET', key])).toBe('value');
    expect(await redis.run(ECHO, { keys: [key], args: [7] })).toEqual([key, '7']);
    expect(redis.state.failure).toBeNull();
    const heard: string[] = [];
    const stop = await redis.subscribe('channel', (message) => heard.push(message));
    await redis.send(key, ['PUBLISH', 'channel', 'hello']);
    await eventually(() => expect(heard).toEqual(['hello']));
    stop();
    await redis.close();
  });

  it('is heard by who listens to a channel right after another has ceased to', async () => {
    await using server = await startRedisServer();
    const redis = await connect(server);
    for (let round = 0; round < 20; round += 1) {
      const heard: string[] = [];
      const stop = await redis.subscribe('channel', (message) => heard.push(message));
      await redis.send('channel', ['PUBLISH', 'channel', String(round)]);
      await eventually(() => expect(heard).toEqual([String(round)]));
      stop();
    }
    await redis.close();
  });

  it('is heard by who listens to a channel while another ceases to', async () => {
    await using server = await startRedisServer();
    const redis = await connect(server);
    const [before, after]: [string[], string[]] = [[], []];
    const stop = await redis.subscribe('channel', (message) => before.push(message));
    const stopOther = await redis.subscribe('channel', (message) => after.push(message));
    stop();
    // It goes by the same connection, so Redis has done by then what was to be done before.
    (await redis.subscribe('another', () => undefined))();
    await redis.send('channel', ['PUBLISH', 'channel', 'hello']);
    await eventually(() => expect(after).toEqual(['hello']));
    expect(before).toEqual([]);
    stopOther();
    await redis.close();
  });

  it.each([
    ['a wrong password', 'wrong', /WRONGPASS|invalid/i],
    ['no password', undefined, /NOAUTH|Authentication/i],
  ])('that refuses %s is an error at the start', async (_, password, message) => {
    await using server = await startRedisServer({ password: 'right' });
    await expect(connect(server, password)).rejects.toThrow(message);
  });

  it.each([
    ['a command that is none', (redis: Redis) => redis.send('a', ['NONE'])],
    ['a value of another type', (redis: Redis) => redis.send('list', ['GET', 'list'])],
    ['a script that is wrong', (redis: Redis) => redis.run(createScript('return nothing.here'), { keys: ['a'] })],
    ['an argument that is none', (redis: Redis) => redis.send('a', ['SET', 'a', undefined as never])],
  ])('that refuses %s answers all the same', async (_, ask) => {
    await using server = await startRedisServer();
    const redis = await connect(server);
    await redis.send('list', ['RPUSH', 'list', 'x']);
    const refused = await ask(redis).catch((error: Error) => error);
    // Who asks does without, as where Redis is away.
    expect(refused).toBeInstanceOf(RedisUnavailable);
    expect(refused).toHaveProperty('name', 'RedisRefusal');
    expect(redis.state.failure).toBeNull();
    await redis.close();
  });

  it.each([
    ['redis-cluster', (port: number) => `redis-cluster://localhost:${port}`],
    ['redis', (port: number) => `redis://localhost:${port}`],
  ])('%s that is not there at the start is connected to when it is', async (_, urlOf) => {
    await using server = await startRedisServer({ configuration: _ === 'redis' ? [] : ['cluster-enabled yes'] });
    if (_ !== 'redis') {
      server.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      await eventually(() => expect(server.command('CLUSTER', 'INFO')).toContain('cluster_state:ok'));
      server.command('CLUSTER', 'SAVECONFIG');
    }
    await server.kill();
    const redis = await connect({ url: urlOf(server.port), ca: undefined });
    await expect(redis.send('a', ['GET', 'a'])).rejects.toMatchObject({ name: 'RedisUnavailable' });
    await server.start();
    await eventually(async () => expect(await redis.send('a', ['GET', 'a'])).toBeNull());
    await redis.close();
  });

  it('of a cluster that refuses the password is an error at the start', async () => {
    await using server = await startRedisServer({ password: 'right', configuration: ['cluster-enabled yes'] });
    const url = `redis-cluster://localhost:${server.port}`;
    await expect(connect({ url, ca: undefined }, 'wrong')).rejects.toThrow(/WRONGPASS/);
  });

  it('that is frozen fails what is asked, and answers again when it goes on', async () => {
    await using server = await startRedisServer();
    const redis = await connect(server);
    const heard: string[] = [];
    await redis.subscribe('channel', (message) => heard.push(message));
    server.freeze();
    await expect(redis.send('a', ['GET', 'a'], 50)).rejects.toThrow('no answer within 50 ms');
    server.thaw();
    await eventually(async () => expect(await redis.send('a', ['GET', 'a'])).toBeNull());
    // Also after the connection was lost.
    await server.kill();
    await server.start();
    await eventually(async () => {
      await redis.send('a', ['PUBLISH', 'channel', 'again']);
      expect(heard).toContain('again');
    });
    await redis.close();
  });
});

describe('the address of Redis', () => {
  it.each([
    ['redis://localhost', { kind: 'server', isEncrypted: false, hosts: [{ host: 'localhost', port: 6379 }] }],
    ['rediss://me@redis.example:6380/3', { isEncrypted: true, username: 'me', database: 3 }],
    ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }] }],
    [
      'redis-sentinel://a,b:26380/main/1',
      {
        ...{ kind: 'sentinel', setName: 'main', database: 1 },
        hosts: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
        ],
      },
    ],
    ['rediss-cluster://a,b,c', { kind: 'cluster', isEncrypted: true }],
  ])('%s is read', (text, expected) => {
    expect(readRedisAddress(text)).toMatchObject(expected);
  });

  it.each([
    ['http://localhost', 'is not of the form'],
    ['localhost:6379', 'is not of the form'],
    ['redis://me:secret@localhost', 'holds a password; give it by REDIS_PASSWORD_FILE'],
    ['redis://a,b', 'has several hosts'],
    ['redis://localhost:0', 'has a host that is none'],
    ['redis://localhost:99999', 'has a host that is none'],
    ['redis://a b', 'has a host that is none'],
    ['redis://localhost/x', 'has a path'],
    ['redis-sentinel://a', 'names no set'],
    ['redis-cluster://a/1', 'has a database'],
  ])('%s is none, and says why', (text, fault) => {
    const read = readRedisAddress(text);
    expect(read).toContain(fault);
    expect(read).not.toContain('secret@');
  });
});
