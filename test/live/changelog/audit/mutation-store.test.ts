import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMutationLog } from '../../../../src/live/changelog/audit/mutation-log.ts';
import { decodeMutation, type MutationRecord } from '../../../../src/live/changelog/audit/mutation-record.ts';
import type { MutationQuery, MutationStore } from '../../../../src/live/changelog/audit/mutation-store.ts';
import { createRedisMutationStore } from '../../../../src/live/changelog/redis/redis-mutation-store.ts';
import { SqliteFile } from '../../../../src/live/changelog/sqlite/sqlite-file.ts';
import { openSqliteStore } from '../../../../src/live/changelog/sqlite/sqlite-store.ts';
import type { Redis } from '../../../../src/redis/redis.ts';
import { TestClock } from '../../../support/clock.ts';
import {
  anyQuery,
  anyRecord,
  begun,
  ended,
  lookAtAll,
  mutationsOf,
  stored,
} from '../../../support/mutation-records.ts';
import { createPaths, fail } from '../../../support/paths.ts';
import { redisOf } from '../../../support/redis-connections.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../../../support/redis-server.ts';

const { newPath } = createPaths('mutations');

const servers: RedisServer[] = [];
const redises: Redis[] = [];
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  if (HAS_REDIS) servers.push(await startRedisServer());
}, 120_000);
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  for (const redis of redises) await redis.close();
  for (const server of servers) await server[Symbol.asyncDispose]();
});

async function redisStore(prefix: string): Promise<MutationStore> {
  const redis = await redisOf(servers[0] as RedisServer, { prefix });
  redises.push(redis);
  return createRedisMutationStore({ redis, retention: 3_600_000 });
}

/** Every kind of store, whether it is there, how often it is tried with random records, and how it is opened. */
const KINDS: readonly (readonly [string, boolean, number, (name: string) => Promise<MutationStore>])[] = [
  ['a file', true, 100, async (name) => mutationsOf(new SqliteFile(name))],
  [
    'a file on a thread of its own',
    true,
    10,
    async (name) => {
      const store = await openSqliteStore(name, fail);
      closing.push(() => store.close());
      return { ...store.mutations, trim: store.trim };
    },
  ],
  ['Redis', HAS_REDIS, 40, (name) => redisStore(`${name}:`)],
];
const ALL = { limit: 100, from: 'start' } as const;

describe.each(KINDS)('records of mutations in %s', { timeout: 120_000 }, (_, isThere, runs, openStore) => {
  const find = async (store: MutationStore, query: Partial<MutationQuery> = {}, newer: string[] = []) =>
    (await store.find({ ...ALL, ...query }, newer)).texts.map(decodeMutation);

  it.skipIf(!isThere)('come in the order in which they were put first, as they were put last', async () => {
    const store = await openStore(newPath());
    expect(await store.find(ALL, ['id-1'])).toEqual({ texts: [], known: [] });
    await store.put(stored(begun(1), begun(2), ended(3)));
    await store.put(stored(ended(1, { outcome: 'PARTIAL' }), begun(4)));
    const all = [ended(1, { outcome: 'PARTIAL' }), begun(2), ended(3), begun(4)];
    expect(await find(store)).toEqual(all);
    // The same may be put again.
    await store.put(stored(ended(1, { outcome: 'PARTIAL' }), begun(4)));
    expect(await find(store)).toEqual(all);
    expect(await find(store, { ids: ['id-2', 'id-4', 'id-9'] })).toEqual([begun(2), begun(4)]);
    expect((await store.find({ ...ALL, after: 'id-2', before: 'id-9' }, ['id-1', 'id-8'])).known.toSorted()).toEqual([
      'id-1',
      'id-2',
    ]);
  });

  it.skipIf(!isThere)('are found whatever their outcome, where the caller has them newer', async () => {
    const store = await openStore(newPath());
    await store.put(stored(begun(1), begun(2), begun(3, { user: 'bob' })));
    const wanted = { outcomes: ['DONE'], hasEnded: true, users: ['ada'] };
    expect(await find(store, wanted)).toEqual([]);
    expect(await find(store, wanted, ['id-2', 'id-3'])).toEqual([begun(2)]);
  });

  it.skipIf(!isThere)('are forgotten when they are too old, or too many', async () => {
    const store = await openStore(newPath());
    await store.put(stored(...Array.from({ length: 10 }, (_each, at) => ended(at + 1))));
    await store.trim({ before: 4000, capacity: 100 });
    expect((await find(store)).map(({ id }) => id)).toEqual([4, 5, 6, 7, 8, 9, 10].map((each) => `id-${each}`));
    await store.trim({ before: 0, capacity: 2 });
    expect(await find(store)).toEqual([ended(9), ended(10)]);
    expect((await store.find({ ...ALL, after: 'id-8' }, [])).texts).toEqual([]);
    await store.trim({ before: 99_000, capacity: 2 });
    await store.put(stored(ended(11), ended(12)));
    expect(await find(store, { after: 'id-11' })).toEqual([ended(12)]);
  });

  it.skipIf(!isThere)('are what a look at every record finds, also where some wait to be written', async () => {
    const step = fc.record({ record: anyRecord, isWritten: fc.boolean(), isChanged: fc.boolean() });
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 10 }),
      fc.array(anyQuery, { maxLength: 6 }),
      async (steps, queries) => {
        const store = await openStore(newPath());
        let isFailing = false;
        const put: MutationStore['put'] = async (records) => {
          if (isFailing) throw new Error('disk full');
          await store.put(records);
        };
        const clock = new TestClock();
        const report = { failed: () => undefined, succeeded: () => undefined, lost: fail };
        const kept = { store: { ...store, put }, report, onFault: fail };
        const log = createMutationLog({ capacity: 100, clock, kept });
        const all: MutationRecord[] = steps.map(({ record }, at) => ({
          ...begun(at + 1, record),
          endedAt: record.outcome === null ? null : record.begunAt,
        }));
        // What is written comes first, as it was then; the rest waits.
        const count = steps.filter(({ isWritten }) => isWritten).length;
        for (const [at, record] of all.slice(0, count).entries())
          log.put(steps[at]?.isChanged ? { ...record, outcome: null, endedAt: null } : record);
        while (log.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
        isFailing = true;
        for (const [at, record] of all.entries()) if (at >= count || steps[at]?.isChanged) log.put(record);
        for (const query of queries) expect(await log.find(query)).toEqual(lookAtAll(all, query));
      },
    );
    await fc.assert(property, { numRuns: runs });
  });
});

describe.skipIf(!HAS_REDIS)('records of several gateways in Redis', { timeout: 120_000 }, () => {
  it('are all there, each once, in one order', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => redisStore('several:')));
    const [store] = stores;
    const number = (gateway: number, at: number) => gateway * 1000 + at;
    await Promise.all(
      stores.map(async (each, gateway) => {
        for (let at = 0; at < 100; at += 1) await each.put(stored(begun(number(gateway, at))));
        for (let at = 0; at < 100; at += 1) await each.put(stored(ended(number(gateway, at))));
      }),
    );
    const found = ((await store?.find({ ...ALL, limit: 1000 }, []))?.texts ?? []).map(decodeMutation);
    expect(new Set(found.map(({ id }) => id)).size).toBe(300);
    expect(found.every(({ outcome }) => outcome === 'DONE')).toBe(true);
    for (const gateway of [0, 1, 2]) {
      const own = found.filter(({ id }) => Math.floor(Number(id.slice(3)) / 1000) === gateway);
      expect(own.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, at) => `id-${number(gateway, at)}`));
    }
    // More than are read at once.
    await stores[1]?.put(stored(...Array.from({ length: 1200 }, (_, at) => ended(9000 + at))));
    const last = (await store?.find({ limit: 1500, from: 'end' }, []))?.texts.map(decodeMutation);
    expect(last?.map(({ id }) => id).slice(0, 300)).toEqual(found.map(({ id }) => id));
    expect((await store?.find({ ...ALL, mutations: ['none'] }, []))?.texts).toEqual([]);
    await store?.trim({ before: 9_600_000, capacity: 10_000 });
    expect((await store?.find({ ...ALL, limit: 5000 }, []))?.texts).toHaveLength(600);
  });
});
