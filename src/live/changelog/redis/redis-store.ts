import type { Redis } from '../../../redis/redis.ts';
import { type Addition, type ChangeStore, newEpoch, StoreConflict, type StoreSize } from '../store.ts';
import { findInStream } from './find-in-stream.ts';
import { channelOf, loginOf, logKeys } from './log-keys.ts';
import { APPEND, OPEN, READ, RESTART } from './scripts.ts';
import { fieldsOf, type StreamEntry, textsOf } from './stream-entry.ts';

export interface RedisStoreOptions {
  readonly redis: Redis;
  /** The lease of a login that this gateway uses; undefined where it has none. */
  readonly leaseOf: (login: string) => string | undefined;
  /** Milliseconds after its last change until a log is forgotten. */
  readonly retention: number;
}

/** Milliseconds that a change may take to be written. Readers wait for less. */
const APPEND_TIMEOUT = 5000;

/** Creates the store of change logs in Redis. What is added is checked against the lease of its login. */
export function createRedisStore({ redis, leaseOf, retention }: RedisStoreOptions): ChangeStore {
  const allNames = redis.key('logs', 'names');
  const additionNames = new WeakMap<Addition, string>();

  /** The same for the same object: a writer that has got no answer adds it again. */
  function nameOf(addition: Addition): string {
    const name = additionNames.get(addition) ?? newEpoch();
    additionNames.set(addition, name);
    return name;
  }

  async function sizeOf(name: string): Promise<StoreSize> {
    const { changes } = logKeys(redis, name);
    const [count, bytes, first] = await Promise.all([
      redis.send(changes, ['XLEN', changes]),
      redis.send(changes, ['MEMORY', 'USAGE', changes]),
      redis.send(changes, ['XRANGE', changes, '-', '+', 'COUNT', '1']),
    ]);
    const [oldest] = first as StreamEntry[];
    return {
      bytes: Number(bytes ?? 0),
      changes: Number(count),
      oldestAt: oldest === undefined ? null : fieldsOf(oldest).at,
    };
  }

  /** The first position that is not too old; undefined where all are. */
  async function firstSince(changes: string, before: number): Promise<number | undefined> {
    for (let from = '-'; ; ) {
      const entries = (await redis.send(changes, ['XRANGE', changes, from, '+', 'COUNT', '500'])) as StreamEntry[];
      const found = entries.map(fieldsOf).find(({ at }) => at >= before);
      if (found !== undefined) return found.position;
      const last = entries.at(-1);
      if (last === undefined) return undefined;
      from = `(${last[0]}`;
    }
  }

  const names = async () => (await redis.send(allNames, ['SMEMBERS', allNames])) as string[];

  return {
    async open(name) {
      const { log, notes } = logKeys(redis, name);
      await redis.send(allNames, ['SADD', allNames, name]);
      const opened = await redis.run(OPEN, { keys: [log, notes], args: [newEpoch(), retention] });
      const [[epoch, length], noted, isElsewhere] = opened as [[string, string], string[], number];
      return { epoch, length: Number(length), notes: pairs(noted), mayHaveLostEnd: isElsewhere === 1 };
    },
    async release() {},
    async notes(name) {
      const { notes } = logKeys(redis, name);
      const noted = await redis.send(notes, ['HGETALL', notes]);
      return Array.isArray(noted) ? pairs(noted as string[]) : new Map(Object.entries(noted as object));
    },
    async append(name, addition) {
      const { log, notes, changes } = logKeys(redis, name);
      const login = loginOf(name);
      // Who has none asks all the same: whether Redis refuses it, or cannot be reached, makes a difference.
      const lease = leaseOf(login) ?? '';
      const [first] = addition.changes;
      const result = await redis.run(APPEND, {
        keys: [log, notes, changes, redis.key(login, 'lease')],
        args: [
          ...[
            lease,
            addition.epoch,
            addition.length ?? (first === undefined ? '' : first.position - 1),
            nameOf(addition),
          ],
          ...[channelOf(redis, login), retention, addition.changes.length],
          ...addition.changes.flatMap(textsOf),
          addition.notes.size,
          ...[...addition.notes].flatMap(([key, value]) => [key, value === undefined ? '-' : '+', value ?? '']),
          ...(addition.messages ?? []),
        ],
        timeoutMs: APPEND_TIMEOUT,
      });
      if (result !== 'done') throw new StoreConflict(result as 'owner' | 'log');
    },
    async read(name, epoch, after, limit) {
      const { log, changes } = logKeys(redis, name);
      const texts = await redis.run(READ, { keys: [log, changes], args: [epoch, after, limit] });
      return texts === null ? undefined : (texts as string[]);
    },
    async find(name, query) {
      const { log, changes } = logKeys(redis, name);
      const epoch = (await redis.send(log, ['HGET', log, 'epoch'])) as string | null;
      return { epoch: epoch ?? '', changes: await findInStream(redis, changes, query) };
    },
    async restart(name) {
      const { log, notes, changes } = logKeys(redis, name);
      const login = loginOf(name);
      const epoch = newEpoch();
      const keys = [log, notes, changes, redis.key(login, 'lease')] as const;
      const begin = await redis.run(RESTART, { keys: [...keys], args: [leaseOf(login) ?? '', epoch] });
      if (begin === null) throw new StoreConflict('owner');
      return { epoch, length: Number(begin), notes: new Map() };
    },
    async size() {
      const sizes = await Promise.all((await names()).map(sizeOf));
      const oldest = sizes.flatMap(({ oldestAt }) => oldestAt ?? []);
      return {
        bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
        changes: sizes.reduce((sum, { changes }) => sum + changes, 0),
        oldestAt: oldest.length === 0 ? null : Math.min(...oldest),
      };
    },
    async trim({ before, capacity }) {
      for (const name of await names()) {
        const { log, changes } = logKeys(redis, name);
        const length = Number((await redis.send(log, ['HGET', log, 'length'])) ?? Number.NaN);
        // Forgotten as a whole: nobody has added to it for long.
        if (Number.isNaN(length)) await redis.send(allNames, ['SREM', allNames, name]);
        const first = Math.max((await firstSince(changes, before)) ?? length + 1, length - capacity + 1);
        if (first > 1) await redis.send(changes, ['XTRIM', changes, 'MINID', `${first}-0`]);
      }
    },
    async close() {},
  };
}

function pairs(flat: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) found.set(flat[at] ?? '', flat[at + 1] ?? '');
  return found;
}
