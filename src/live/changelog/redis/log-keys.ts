import type { Redis } from '../../../redis/redis.ts';

/** The keys of one log in Redis. All that belongs to one login is in one group. */
export interface LogKeys {
  /** A hash: how far the log goes. */
  readonly log: string;
  readonly notes: string;
  /** A stream. */
  readonly changes: string;
}

/** The name of a log is its kind and its login. */
export function logKeys(redis: Pick<Redis, 'key'>, name: string): LogKeys {
  const [kind = '', login = ''] = name.split(' ');
  return {
    log: redis.key(login, `${kind}:log`),
    notes: redis.key(login, `${kind}:notes`),
    changes: redis.key(login, `${kind}:changes`),
  };
}

/** The login of a log. */
export function loginOf(name: string): string {
  return name.split(' ')[1] ?? '';
}

/** By which gateways talk of a login. */
export function channelOf(redis: Pick<Redis, 'key'>, login: string): string {
  return redis.key(login, 'live');
}
