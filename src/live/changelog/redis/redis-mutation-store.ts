import type { Redis } from '../../../redis/redis.ts';
import { createScript } from '../../../redis/script.ts';
import { decodeMutation } from '../audit/mutation-record.ts';
import {
  type FoundMutations,
  idsIn,
  isWantedMutation,
  type MutationQuery,
  type MutationStore,
} from '../audit/mutation-store.ts';

export interface RedisMutationStoreOptions {
  readonly redis: Redis;
  /** Milliseconds after the last mutation until all records are forgotten. */
  readonly retention: number;
}

/** How many records are read or forgotten at once. */
const BATCH = 500;

/** Milliseconds that a write may take. Nobody waits for it. */
const WRITE_TIMEOUT = 5000;

/**
 * Keys: ids by position (a sorted set), records by id (a hash). Arguments: milliseconds until both are forgotten, then
 * id and record of each. Redis gives the positions, so no gateway needs to know of the others.
 */
const PUT = createScript(`
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
local position = tonumber(last or 0)
for at = 2, #ARGV, 2 do
  if redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1]) == 1 then
    position = position + 1
    redis.call('ZADD', KEYS[1], position, ARGV[at])
  end
end
for key = 1, 2 do redis.call('PEXPIRE', KEYS[key], ARGV[1]) end
return 'done'
`);

/**
 * The same keys. Arguments: begin and end of the positions, 'start' or 'end', how many. It returns id, position and
 * text of each.
 */
const PAGE = createScript(`
local range = {'ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'BYSCORE'}
if ARGV[3] == 'end' then range = {'ZRANGE', KEYS[1], ARGV[2], ARGV[1], 'BYSCORE', 'REV'} end
for _, each in ipairs({'LIMIT', 0, ARGV[4], 'WITHSCORES'}) do range[#range + 1] = each end
local rows = redis.call(unpack(range))
local found = {}
for at = 1, #rows, 2 do
  found[#found + 1] = {rows[at], rows[at + 1], redis.call('HGET', KEYS[2], rows[at]) or ''}
end
return found
`);

/** The same keys. Arguments: ids to forget. */
const FORGET = createScript(`
redis.call('ZREM', KEYS[1], unpack(ARGV))
redis.call('HDEL', KEYS[2], unpack(ARGV))
return 'done'
`);

type Entry = readonly [id: string, position: string, text: string];

/** Positions as Redis writes them, such as `(7` for what comes after 7. */
interface Range {
  readonly first: string;
  readonly last: string;
  readonly from: 'start' | 'end';
}

/** Keeps the records of mutations of all gateways in Redis. Putting them needs no lease. */
export function createRedisMutationStore({ redis, retention }: RedisMutationStoreOptions): MutationStore {
  const order = redis.key('mutations', 'order');
  const records = redis.key('mutations', 'records');
  const keys = [order, records] as const;

  /** Positions by id, of those that are there. */
  async function positionsOf(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    for (let at = 0; at < ids.length; at += BATCH) {
      const some = ids.slice(at, at + BATCH);
      const scores = (await redis.send(order, ['ZMSCORE', order, ...some])) as (string | number | null)[];
      for (const [index, id] of some.entries()) {
        const score = scores[index];
        if (score != null) found.set(id, Number(score));
      }
    }
    return found;
  }

  /** The first or the last records between two positions, as Redis writes these. They come in the order of reading. */
  async function read({ first, last, from }: Range): Promise<readonly Entry[]> {
    return (await redis.run(PAGE, { keys: [...keys], args: [first, last, from, BATCH] })) as Entry[];
  }

  async function forget(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += BATCH) {
      await redis.run(FORGET, { keys: [...keys], args: ids.slice(at, at + BATCH) });
    }
  }

  /** Ids of the oldest records, of those that began before a time. */
  async function idsBefore(time: number): Promise<string[]> {
    const expired: string[] = [];
    for (let first = '-inf'; ; ) {
      const some = await read({ first, last: '+inf', from: 'start' });
      for (const [id, , text] of some) {
        if (decodeMutation(text).begunAt.getTime() >= time) return expired;
        expired.push(id);
      }
      const end = some.at(-1);
      if (end === undefined || some.length < BATCH) return expired;
      first = `(${end[1]}`;
    }
  }

  return {
    async put(some) {
      const args = [retention, ...some.flatMap(({ id, text }) => [id, text])];
      await redis.run(PUT, { keys: [...keys], args, timeoutMs: WRITE_TIMEOUT });
    },
    async find(query, newer): Promise<FoundMutations> {
      const positions = await positionsOf(idsIn(query, newer));
      const known = [...positions.keys()];
      const after = query.after === undefined ? 0 : positions.get(query.after);
      if (after === undefined) return { texts: [], known };
      const before = query.before === undefined ? undefined : positions.get(query.before);
      const { from } = query;
      const isNewer = new Set(newer);
      let [first, last] = [`(${after}`, before === undefined ? '+inf' : `(${before}`];
      const texts: string[] = [];
      while (texts.length < query.limit) {
        const some = await read({ first, last, from });
        const wanted = some.filter(([id, , text]) => isWanted(text, query, isNewer.has(id)));
        texts.push(...wanted.map(([, , text]) => text).slice(0, query.limit - texts.length));
        const end = some.at(-1);
        if (end === undefined || some.length < BATCH) break;
        if (from === 'start') first = `(${end[1]}`;
        else last = `(${end[1]}`;
      }
      return { texts: from === 'start' ? texts : texts.reverse(), known };
    },
    async trim({ before, capacity }) {
      const count = Number(await redis.send(order, ['ZCARD', order]));
      if (count > capacity) {
        const ids = await redis.send(order, ['ZRANGE', order, '0', String(count - capacity - 1)]);
        await forget(ids as string[]);
      }
      await forget(await idsBefore(before));
    },
  };
}

/** Whether a record is looked for. What changes when a mutation ends is not asked of one that the caller has newer. */
function isWanted(text: string, query: MutationQuery, isNewer: boolean): boolean {
  const asked = isNewer ? { ...query, outcomes: undefined, hasEnded: undefined } : query;
  return isWantedMutation(decodeMutation(text), asked);
}
