import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Logger } from '../observability/logger.ts';
import { createCircuit } from '../redis/circuit.ts';
import { createHashedKeys, type SharedRedis } from '../redis/hashed-keys.ts';
import { createScript } from '../redis/script.ts';
import { RedisUnavailable } from '../redis/unavailable.ts';
import { type Clock, repeat, SYSTEM_CLOCK } from '../util/clock.ts';
import type { RateWindow } from './rate-limit.ts';

/** Tells other gateways what was counted here, and learns what they have counted. */
export interface RateExchange {
  /** Takes a window into the next exchange. */
  queue(window: RateWindow): void;
  /** Exchanges what is queued by now; settles when that is done, or Redis has not answered. Never rejects. */
  exchange(): Promise<void>;
  stop(): void;
}

export interface RateExchangeOptions extends SharedRedis {
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Milliseconds between exchanges: so long may a caller who goes to another gateway exceed a limit. */
const INTERVAL = 250;

/** Windows of one script, which Redis does in less than a millisecond: nothing else happens there meanwhile. */
const BATCH = 200;

/** All windows are of one server of a Redis Cluster, so that many fit into one script. */
const GROUP = 'rates';

/**
 * Puts the counts of a gateway beside those of the others. They are not added up in Redis, so what is sent twice, as
 * after an answer that did not come, counts once. A window ends in Redis when the gateway said that began it.
 *
 * Takes the name of the gateway, then for each key the count and the milliseconds that its window has left. A count of
 * 0 takes it away. Returns for each key what the others have counted, and the milliseconds that the window has left.
 */
const EXCHANGE = createScript(`
local answer = {}
for i, key in ipairs(KEYS) do
  local count, left = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local others, ttl = 0, 0
  if count == 0 then
    redis.call('HDEL', key, ARGV[1])
  else
    redis.call('HSET', key, ARGV[1], count)
    ttl = redis.call('PTTL', key)
    if ttl < 0 then
      redis.call('PEXPIRE', key, left)
      ttl = left
    end
    for _, one in ipairs(redis.call('HVALS', key)) do others = others + one end
    others = others - count
  end
  answer[2 * i - 1] = others
  answer[2 * i] = ttl
end
return answer`);

const ANSWER = z.array(z.number().min(0));

/** A window that is sent, under the name of its key. */
interface Entry {
  readonly window: RateWindow;
  readonly key: string;
}

/**
 * Starts exchanging every 250 ms what has changed. While Redis does not answer each gateway counts for itself; what it
 * has counted by then, and what it has learnt, goes on to hold until its window ends.
 */
export function startRateExchange(options: RateExchangeOptions): RateExchange {
  const { redis, logger, clock = SYSTEM_CLOCK } = options;
  const keyOf = createHashedKeys(options);
  const circuit = createCircuit({ clock });
  /** Tells this gateway's counts from others', also from those of its last run. */
  const name = randomBytes(9).toString('base64url');
  /** The key of a window that lasts is worked out once. */
  const keys = new WeakMap<RateWindow, string>();
  let queue: RateWindow[] = [];
  /** Sent, but not answered: whether Redis has them is not known, so they are sent again, even when they are over. */
  let unanswered: Entry[] = [];
  let running: Promise<void> | undefined;

  function entryOf(window: RateWindow): Entry {
    const key = keys.get(window) ?? keyOf(GROUP, `${window.limit} ${window.key}`);
    keys.set(window, key);
    return { window, key };
  }

  /** Whether it was answered. */
  async function send(batch: readonly Entry[]): Promise<boolean> {
    const [first, ...others] = batch.map(({ key }) => key);
    if (first === undefined) return true;
    const answer = await circuit.ask(async () => {
      const now = clock.now();
      const args = batch.flatMap(({ window }) => {
        const { count, until } = window;
        // What is counted from here on is for the next exchange.
        window.isQueued = false;
        return until > now ? [count, Math.ceil(until - now)] : [0, 0];
      });
      return parse(await redis.run(EXCHANGE, { keys: [first, ...others], args: [name, ...args] }), args.length);
    });
    if (answer === undefined) return false;
    const now = clock.now();
    for (const [at, { window }] of batch.entries()) {
      const [counted = 0, ttl = 0] = answer.slice(2 * at, 2 * at + 2);
      if (ttl === 0) continue;
      window.others = counted;
      window.until = now + ttl;
    }
    return true;
  }

  async function exchangeAll(): Promise<void> {
    const now = clock.now();
    // Those that are over are dropped also while Redis is away, so no more is kept than the limits keep themselves.
    const windows = queue.filter(({ until }) => until > now);
    queue = [];
    let at = 0;
    while (unanswered.length > 0 || at < windows.length) {
      if (unanswered.length === 0) {
        unanswered = windows.slice(at, at + BATCH).map(entryOf);
        at += BATCH;
      }
      if (!(await send(unanswered))) break;
      unanswered = [];
    }
    queue = [...windows.slice(at), ...queue];
  }

  function start(): Promise<void> {
    running ??= exchangeAll()
      .catch((error) => logger.error({ err: error }, 'The rates could not be exchanged with other gateways'))
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  return {
    queue: (window) => void queue.push(window),
    async exchange() {
      // What is under way may have been sent already.
      await running;
      await start();
    },
    stop: repeat(clock, INTERVAL, () => void start()),
  };
}

function parse(answer: unknown, length: number): readonly number[] {
  const { data } = ANSWER.length(length).safeParse(answer);
  if (data === undefined) throw new RedisUnavailable('the counts of operations are not what was asked for');
  return data;
}
