import { z } from 'zod';
import { GatewayError } from '../errors.ts';
import { createCircuit } from '../redis/circuit.ts';
import { createHashedKeys, type SharedRedis } from '../redis/hashed-keys.ts';
import { createScript } from '../redis/script.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { SYSTEM_CLOCK } from '../util/clock.ts';
import {
  createLocalFailures,
  FAILURE_WINDOW,
  type FailureCountOptions,
  type FailureCounts,
  tooManyFailures,
} from './failure-counts.ts';

/** Milliseconds for an answer. A login waits for two at most: to be counted, and to be counted no more. */
const TIMEOUT = 125;

/** Failed logins are rare enough for one server of a Redis Cluster, and all counts of a login are of one script. */
const GROUP = 'login-failures';

/** Returns which count is at its limit, from 1, and the milliseconds until it begins anew; 0 where none is. */
const ADD = createScript(`
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[i + 1]) then
    return {i, redis.call('PTTL', key)}
  end
end
for _, key in ipairs(KEYS) do
  redis.call('INCR', key)
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[1]) end
end
return {0, 0}`);

/** Leaves counts alone that have begun anew and hold nothing: none is ever less than nothing. */
const REMOVE = createScript(`
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) > 0 then redis.call('DECR', key) end
end
return 0`);

const ADDED = z.tuple([z.number(), z.number()]);

/**
 * Creates counts that gateways share. Each counts for itself as well, so what it has seen holds also while Redis is
 * away or after it has lost everything; a login is refused where either count is at its limit.
 *
 * The library's own store (RateLimiterRedis) could be used, but asks for one count after the other. A login has three,
 * so it would wait three times for a Redis that hangs. Its insurance begins with nothing when Redis fails. What it has
 * added to one of both may also be taken back from the other.
 */
export function createSharedFailures(options: FailureCountOptions & { readonly shared: SharedRedis }): FailureCounts {
  const { shared, clock = SYSTEM_CLOCK } = options;
  const { redis } = shared;
  const limits = { LOGIN_FAILURES: options.maxFailures, LOGIN_FAILURES_IN_ALL: options.maxFailuresInAll };
  const local = createLocalFailures(options);
  const keyOf = createHashedKeys(shared);
  const circuit = createCircuit({ clock });

  return {
    async add(counts) {
      const here = await local.add(counts);
      if (here instanceof GatewayError) return here;
      const [first, ...others] = counts.map(({ limit, name }) => keyOf(GROUP, `${limit} ${name}`));
      if (first === undefined) return here;
      const keys = [first, ...others] as const;
      const args = [FAILURE_WINDOW * 1000, ...counts.map(({ limit }) => limits[limit])];
      let wasSent = false;
      const [at, msBeforeNext] = (await circuit.ask(async () => {
        wasSent = true;
        return parse(await redis.run(ADD, { keys, args, timeoutMs: TIMEOUT }));
      })) ?? [0, 0];
      const exceeded = counts[at - 1];
      if (exceeded !== undefined) {
        await here.remove();
        return tooManyFailures(exceeded, msBeforeNext);
      }
      return {
        async remove() {
          await here.remove();
          if (!wasSent) return;
          // Also where no answer came: it may have been added, or be added yet, by what is still on its way.
          const { isOpen } = circuit;
          const removing = circuit.insist(() => redis.run(REMOVE, { keys, timeoutMs: TIMEOUT }));
          if (!isOpen) await removing;
        },
      };
    },
  };
}

function parse(answer: unknown): [number, number] {
  const { data } = ADDED.safeParse(answer);
  if (data === undefined) throw new RedisUnavailable('the counts of failed logins are no numbers');
  return data;
}
