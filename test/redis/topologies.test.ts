import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRedisStore } from '../../src/live/changelog/redis/redis-store.ts';
import type { Redis } from '../../src/redis/redis.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { start } from '../support/process.ts';
import { redisOf } from '../support/redis-connections.ts';
import { HAS_REDIS, startRedisServer } from '../support/redis-server.ts';
import { changes } from '../support/stored-changes.ts';

/** Takes the lease of all that is in one group. */
async function storeOf(redis: Redis) {
  const key = redis.key('login', 'lease');
  await redis.send(key, ['SET', key, 'ours']);
  return createRedisStore({ redis, leaseOf: () => 'ours', retention: 60_000 });
}

describe.skipIf(!HAS_REDIS)('a change log', () => {
  it('is kept in a Redis Cluster, and what is published there is heard', async () => {
    await using server = await startRedisServer({ configuration: ['cluster-enabled yes'] });
    server.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await eventually(() => expect(server.command('CLUSTER', 'INFO')).toContain('cluster_state:ok'));
    const redis = await redisOf({ url: `redis-cluster://localhost:${server.port}` });
    const store = await storeOf(redis);
    const heard: string[] = [];
    const channel = redis.key('login', 'live');
    const stop = await redis.subscribe(channel, (message) => heard.push(message));
    const { epoch } = await store.open('views login');
    await store.append('views login', {
      ...{ epoch, changes: changes(1, 3), notes: new Map([['a', '1']]), messages: ['hello'] },
    });
    expect(await store.read('views login', epoch, 1, 10)).toEqual(changes(2, 3).map(({ text }) => text));
    expect(await store.open('views login')).toMatchObject({ length: 3, notes: new Map([['a', '1']]) });
    expect(await store.size()).toMatchObject({ changes: 3 });
    await eventually(() => expect(heard).toEqual(['hello']));
    stop();
    await redis.close();
  });

  it('is not forgotten while it is watched, also where nothing happens', async () => {
    await using server = await startRedisServer();
    const redis = await redisOf(server);
    const store = await storeOf(redis);
    const { epoch } = await store.open('views login');
    await store.append('views login', { epoch, changes: changes(1, 1), notes: new Map([['a', '1']]) });
    const keys = ['log', 'notes', 'changes'].map((name) => redis.key('login', `views:${name}`));
    for (const key of keys) server.command('PEXPIRE', key, '5000');
    await store.append('views login', { epoch, length: 1, changes: [], notes: new Map(), messages: ['a poll'] });
    for (const key of keys) expect(Number(server.command('PTTL', key))).toBeGreaterThan(5000);
    // Who is not at its end adds nothing, not even a note.
    const behind = { epoch, length: 0, changes: [], notes: new Map([['a', '2']]) };
    await expect(store.append('views login', behind)).rejects.toMatchObject({ reason: 'log' });
    expect((await store.open('views login')).notes).toEqual(new Map([['a', '1']]));
    await redis.close();
  });

  it('that nobody has ever added to is forgotten, and so is its name', async () => {
    await using server = await startRedisServer();
    const redis = await redisOf(server);
    const store = await storeOf(redis);
    await store.open('views login');
    const log = redis.key('login', 'views:log');
    expect(Number(server.command('PTTL', log))).toBeGreaterThan(0);
    server.command('DEL', log);
    await store.trim({ before: 0, capacity: 10 });
    expect(await store.size()).toEqual({ bytes: 0, changes: 0, oldestAt: null });
    expect(server.command('KEYS', '*names*')).toBe('');
    await redis.close();
  });

  it('begins another epoch after all that was ever in it, also where Redis has lost how far it went', async () => {
    await using server = await startRedisServer();
    const redis = await redisOf(server);
    const store = await storeOf(redis);
    const { epoch } = await store.open('views login');
    await store.append('views login', { epoch, changes: changes(1, 3), notes: new Map() });
    server.command('DEL', redis.key('login', 'views:log'));
    const next = await store.restart('views login');
    expect(next.length).toBe(4);
    await store.append('views login', { epoch: next.epoch, changes: changes(5, 5), notes: new Map() });
    expect(await store.read('views login', next.epoch, 4, 10)).toEqual([changes(5, 5)[0]?.text]);
    await redis.close();
  });

  it('may have lost its end where its server was started again, until its writer has added to it', async () => {
    await using server = await startRedisServer();
    const redis = await redisOf(server);
    const store = await storeOf(redis);
    const { epoch, mayHaveLostEnd } = await store.open('views login');
    expect(mayHaveLostEnd).toBe(false);
    await server.kill();
    await server.start();
    await eventually(async () => expect(await store.open('views login')).toMatchObject({ mayHaveLostEnd: true }));
    await store.append('views login', { epoch, length: 0, changes: [], notes: new Map(), messages: ['a poll'] });
    expect(await store.open('views login')).toMatchObject({ mayHaveLostEnd: false });
    await redis.close();
  });

  it('goes on at another server when sentinels make that the first', { timeout: 120_000 }, async () => {
    await using first = await startRedisServer();
    await using second = await startRedisServer({ configuration: [`replicaof 127.0.0.1 ${first.port}`] });
    const port = await freePort();
    const path = join(mkdtempSync(join(tmpdir(), 'harper-sentinel-')), 'sentinel.conf');
    const lines = [
      ...[`port ${port}`, 'bind 127.0.0.1', `sentinel monitor main 127.0.0.1 ${first.port} 1`],
      ...['sentinel down-after-milliseconds main 500', 'sentinel failover-timeout main 2000'],
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    await using sentinel = start('redis-server', [path, '--sentinel']);
    await sentinel.until(/\+monitor master main/);
    await sentinel.until(/\+slave slave/);
    await eventually(() => expect(second.command('INFO', 'replication')).toContain('master_link_status:up'));

    const redis = await redisOf({ url: `redis-sentinel://127.0.0.1:${port}/main` });
    const store = await eventually(() => storeOf(redis));
    const { epoch } = await store.open('views login');
    await store.append('views login', { epoch, changes: changes(1, 2), notes: new Map() });
    await eventually(() => expect(second.command('HGET', 'test:{login}:views:log', 'length')).toBe('2'));
    await first.kill();
    const next = { epoch, changes: changes(3, 3), notes: new Map() };
    await eventually(() => store.append('views login', next), 60_000);
    expect(second.command('HGET', 'test:{login}:views:log', 'length')).toBe('3');
    expect(await store.read('views login', epoch, 0, 10)).toHaveLength(3);
    await redis.close();
  });
});
