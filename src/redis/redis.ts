import type { Logger } from '../observability/logger.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import { createRedisClient, type RedisClient, type RedisOptions } from './client.ts';
import type { Script } from './script.ts';
import { RedisUnavailable } from './unavailable.ts';

/** What gateways share with one another. Every promise may be rejected with RedisUnavailable. */
export interface Redis {
  /**
   * Names a key.
   * @param group keys of one group are on one server of a Redis Cluster: only those may be of one script
   */
  key(group: string, name: string): string;
  /**
   * Sends a command.
   * @param key decides which server of a cluster it goes to
   * @param timeoutMs how long its answer is waited for; it may be carried out all the same
   */
  send(key: string, args: readonly string[], timeoutMs?: number): Promise<unknown>;
  /** Runs a script, all of it or nothing; see `send`. */
  run(script: Script, call: ScriptCall): Promise<unknown>;
  /**
   * Listens to a channel, once at a time. What is published while the connection is down is not heard.
   * @returns ends that
   */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => void>;
  /** Whether it answers, as far as is known. */
  readonly state: RedisState;
  /** Closes the connection when what was sent before is carried out, but does not wait long for that. */
  close(): Promise<void>;
}

/** The keys and the other arguments of a script. */
export interface ScriptCall {
  /** At least one, and all of one group. */
  readonly keys: readonly [string, ...string[]];
  readonly args?: readonly (string | number)[];
  readonly timeoutMs?: number;
}

export interface RedisState {
  /** Why it does not answer; null where it does. */
  readonly failure: string | null;
  readonly since: Date;
}

export interface StartRedisOptions extends RedisOptions {
  /** Begins the name of every key and channel. */
  readonly prefix: string;
  readonly clock?: Clock;
  readonly logger: Logger;
}

/** Milliseconds for an answer, unless the caller says otherwise. */
const TIMEOUT = 1000;

/** Milliseconds for what was sent before the connection is closed. */
const LAST_ANSWERS = 250;

/** Milliseconds that the first connection is waited for: after that the gateway goes on, and connects meanwhile. */
const START_TIMEOUT = 3000;

/** What Redis says where it does not accept a login. */
const REFUSAL = /^(WRONGPASS|NOAUTH|NOPERM)\b|AUTH failed|invalid (username-)?password/i;

/**
 * Connects. Where Redis cannot be reached it goes on trying in the background.
 * @throws an error where Redis refuses the login
 */
export async function startRedis(options: StartRedisOptions): Promise<Redis> {
  const { clock = SYSTEM_CLOCK, logger, prefix } = options;
  const client = createRedisClient(options);
  let state: RedisState = { failure: 'not connected yet', since: new Date(clock.date()) };
  let isClosed = false;

  function failed(error: unknown): RedisUnavailable {
    const reason = error instanceof Error ? error.message : String(error);
    if (state.failure === null && !isClosed) logger.warn({ reason }, 'Redis does not answer');
    if (state.failure !== reason) {
      state = { failure: reason, since: state.failure === null ? new Date(clock.date()) : state.since };
    }
    return new RedisUnavailable(reason, { cause: error });
  }

  function succeeded(): void {
    if (state.failure === null) return;
    logger.info('Redis answers');
    state = { failure: null, since: new Date(clock.date()) };
  }

  /** Settles with the answer, or rejects when the time is over. */
  async function answered<T>(sending: Promise<T>, timeoutMs: number): Promise<T> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const timer = clock.setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const answer = await Promise.race([sending, over]);
      succeeded();
      return answer;
    } catch (error) {
      throw failed(error);
    } finally {
      clock.clearTimeout(timer);
    }
  }

  async function runScript({ text, sha }: Script, { keys, args = [] }: ScriptCall): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args.map(String)];
    try {
      return await client.send(keys[0], ['EVALSHA', sha, ...rest]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.send(keys[0], ['EVAL', text, ...rest]);
    }
  }

  const turns = new Map<string, Promise<unknown>>();

  /** One after the other for each channel: the end of a subscription takes away all listeners of its channel. */
  function inTurn(channel: string, work: () => Promise<unknown>): Promise<unknown> {
    const turn = (turns.get(channel) ?? Promise.resolve()).then(work, work);
    turns.set(channel, turn);
    const forget = () => {
      if (turns.get(channel) === turn) turns.delete(channel);
    };
    turn.then(forget, forget);
    return turn;
  }

  await connect(client, failed, clock);
  return {
    key: (group, name) => `${prefix}{${group}}:${name}`,
    send: (key, args, timeoutMs = TIMEOUT) => answered(client.send(key, args), timeoutMs),
    run: (script, call) => answered(runScript(script, call), call.timeoutMs ?? TIMEOUT),
    async subscribe(channel, listener) {
      await answered(
        inTurn(channel, () => client.subscribe(channel, listener)),
        TIMEOUT,
      );
      return () => {
        inTurn(channel, () => client.unsubscribe(channel)).catch(failed);
      };
    },
    get state() {
      return state;
    },
    async close() {
      isClosed = true;
      // Such as the release of a lock, which others wait for.
      if (state.failure === null) await answered(client.send('', ['PING']), LAST_ANSWERS).catch(() => undefined);
      await client.destroy();
    },
  };
}

/** Waits for the first connection, but not for long. */
async function connect(client: RedisClient, failed: (error: unknown) => void, clock: Clock): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = clock.setTimeout(resolve, START_TIMEOUT);
  client.on('error', (error) => {
    failed(error);
    if (REFUSAL.test(error.message)) reject(error);
  });
  client.connect().then(() => resolve(), reject);
  try {
    await promise;
  } catch (error) {
    await client.destroy();
    throw error;
  } finally {
    clock.clearTimeout(timer);
  }
}
