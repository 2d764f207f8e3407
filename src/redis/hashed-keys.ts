import { createHash, createHmac } from 'node:crypto';
import type { Redis } from './redis.ts';

/** Redis, and what hides names in it. */
export interface SharedRedis {
  readonly redis: Redis;
  /** The same at all gateways; undefined where callers have no login at Harper. */
  readonly secret: string | undefined;
}

/** Names a key of a group by something that must not be readable in Redis; see `Redis.key`. */
export type HashedKey = (group: string, name: string) => string;

/**
 * Creates the names of keys that have to do with a caller.
 *
 * With a secret they are HMAC-SHA-256: who reads Redis and has not got the secret can try neither passwords nor user
 * names nor addresses. Without one they are SHA-256: a name is not readable, and one that is guessed can be recognized.
 * That goes for addresses, of which there are few. It does not go for tokens of the gateway, which are 256 random bits,
 * or for JWTs, which are signed. Only gateways with a login of their own have no secret: no caller sends them a
 * password. The group is hashed with the name, so that nobody can tell by a key what else belongs to its caller.
 */
export function createHashedKeys({ redis, secret }: SharedRedis): HashedKey {
  const begin = () => (secret === undefined ? createHash('sha256') : createHmac('sha256', secret));
  return (group, name) => redis.key(group, begin().update(`${group}\0${name}`).digest('base64url'));
}
