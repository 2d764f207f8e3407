import type { Logger } from '../observability/logger.ts';
import { type Clock, SYSTEM_CLOCK, type Timer } from '../util/clock.ts';
import { createRedisClient, type RedisClient, type RedisOptions } from './client.ts';
import type { Script } from './script.ts';
import { RedisRefusal, RedisUnavailable } from './unavailable.ts';

/**
 * What gateways share with one another. Every promise may be rejected with RedisUnavailable; it is a RedisRefusal where
 * Redis answers, but does not do what was asked.
 */
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

/** Milliseconds until a client that has given up is opened again. */
const REOPEN_PAUSE = 2000;

/** What Redis says where it does not accept a login. */
const REFUSAL = /^(WRONGPASS|NOAUTH|NOPERM)\b|AUTH failed|invalid (username-)?password/i;

/** What Redis says of a command or a script that is wrong, and its client of an argument that is none. */
const FAULT = /^(ERR (?!max number of clients)|WRONGTYPE\b|"arguments\[\d+\]" must be )/;

/**
 * Connects. Where Redis cannot be reached it goes on trying in the background.
 * @throws an error where Redis refuses the login
 */
export async function startRedis(options: StartRedisOptions): Promise<Redis> {
  const { clock = SYSTEM_CLOCK, logger, prefix } = options;
  const client = createRedisClient(options);
  let state: RedisState = { failure: 'not connected yet', since: new Date(clock.date()) };
  let isClosed = false;
  let reopening: Timer | undefined;
  let lastRefusal: string | undefined;

  /** Is no outage: the state stays as it is. */
  function refused(error: Error): RedisRefusal {
    if (error.message !== lastRefusal) logger.warn({ reason: error.message }, 'Redis refuses what was asked');
    lastRefusal = error.message;
    return new RedisRefusal(error.message, { cause: error });
  }

  function failed(error: unknown): RedisUnavailable {
    const reason = error instanceof Error ? error.message : String(error);
    if (state.failure === null && !isClosed) logger.warn({ reason }, 'Redis does not answer');
    if (state.failure !== reason) {
      state = { failure: reason, since: state.failure === null ? new Date(clock.date()) : state.since };
    }
    openLater();
    return new RedisUnavailable(reason, { cause: error });
  }

  function succeeded(): void {
    if (state.failure === null) return;
    logger.info('Redis answers');
    state = { failure: null, since: new Date(clock.date()) };
  }

  /** Clients of sentinels and of clusters give up. They are opened again then. */
  function openLater(): void {
    if (client.isOpen || isClosed || reopening !== undefined) return;
    reopening = clock.setTimeout(
      () => {
        reopening = undefined;
        if (!client.isOpen && !isClosed) client.connect().catch(failed);
      },
      REOPEN_PAUSE,
      'background',
    );
  }

  /** Settles with the answer, or rejects when the time is over. */
  async function answered<T>(send: () => Promise<T>, timeoutMs: number): Promise<T> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const timer = clock.setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      // One that has given up has nothing to send by.
      if (!client.isOpen) throw new Error('the client is not open');
      const answer = await Promise.race([send(), over]);
      succeeded();
      return answer;
    } catch (error) {
      throw isFault(error) ? refused(error) : failed(error);
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

  /** One after the other for each channel: a client that is unsubscribing may take a new listener for one to end. */
  function inTurn(channel: string, work: () => Promise<unknown>): Promise<unknown> {
    const turn = (turns.get(channel) ?? Promise.resolve()).then(work, work);
    turns.set(channel, turn);
    const forget = () => {
      if (turns.get(channel) === turn) turns.delete(channel);
    };
    turn.then(forget, forget);
    return turn;
  }

  await connect({ client, failed, clock });
  return {
    key: (group, name) => `${prefix}{${group}}:${name}`,
    send: (key, args, timeoutMs = TIMEOUT) => answered(() => client.send(key, args), timeoutMs),
    run: (script, call) => answered(() => runScript(script, call), call.timeoutMs ?? TIMEOUT),
    async subscribe(channel, listener) {
      await answered(() => inTurn(channel, () => client.subscribe(channel, listener)), TIMEOUT);
      return () => {
        inTurn(channel, () => client.unsubscribe(channel, listener)).catch(failed);
      };
    },
    get state() {
      return state;
    },
    async close() {
      isClosed = true;
      clock.clearTimeout(reopening);
      // Such as the release of a lock, which others wait for.
      if (state.failure === null) await answered(() => client.send('', ['PING']), LAST_ANSWERS).catch(() => undefined);
      await client.destroy();
    },
  };
}

interface Connecting {
  readonly client: RedisClient;
  readonly failed: (error: unknown) => void;
  readonly clock: Clock;
}

/** Waits for the first connection, but not for long. */
async function connect({ client, failed, clock }: Connecting): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = clock.setTimeout(resolve, START_TIMEOUT);
  const lost = (error: unknown) => {
    if (isRefusal(error)) reject(error);
    else failed(error);
  };
  client.on('error', lost);
  client.connect().then(
    () => resolve(),
    (error) => {
      lost(error);
      resolve();
    },
  );
  try {
    await promise;
  } catch (error) {
    await client.destroy();
    throw error;
  } finally {
    clock.clearTimeout(timer);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && (REFUSAL.test(error.message) || isRefusal(error.cause));
}

/** Whether something was asked in a wrong way, or is wrong here: that is no outage. */
function isFault(error: unknown): error is Error {
  return error instanceof Error && FAULT.test(error.message);
}
