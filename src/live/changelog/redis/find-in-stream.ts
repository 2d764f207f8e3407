import type { Redis } from '../../../redis/redis.ts';
import { isWanted } from '../is-wanted.ts';
import type { HistoryQuery, StoredChange } from '../store.ts';
import { fieldsOf, type StreamEntry } from './stream-entry.ts';

/** How many entries are read at once. */
const BATCH = 500;

/** Finds changes by what they are about. Redis knows their places only: the rest is looked for in each of them. */
export async function findInStream(redis: Redis, key: string, query: HistoryQuery): Promise<readonly StoredChange[]> {
  const { after, before, limit, from } = query;
  const found: StoredChange[] = [];
  // Redis takes no end below the first id.
  if (before !== undefined && before < 1) return found;
  let first = after === undefined ? '-' : `(${after}-0`;
  let last = before === undefined ? '+' : `(${before}-0`;
  while (found.length < limit) {
    const range = from === 'start' ? ['XRANGE', key, first, last] : ['XREVRANGE', key, last, first];
    const entries = (await redis.send(key, [...range, 'COUNT', String(BATCH)])) as StreamEntry[];
    const wanted = entries.map(fieldsOf).filter((change) => isWanted(change, query));
    found.push(...wanted.slice(0, limit - found.length));
    const end = entries.at(-1);
    if (end === undefined || entries.length < BATCH) break;
    if (from === 'start') first = `(${end[0]}`;
    else last = `(${end[0]}`;
  }
  return from === 'start' ? found : found.reverse();
}
