import { file, milliseconds, pemFile, text } from './setting.ts';

/** What many gateways of one cluster share. */
export const redisSettings = {
  REDIS_URL: text('url').describe(
    'Redis, or Valkey, by which several gateways of one cluster act as one. It keeps the changes as well. ' +
      '`redis://host:port/0`, `redis-sentinel://a,b,c/name` or `redis-cluster://a,b,c`; with TLS `rediss…`.',
  ),
  REDIS_PASSWORD_FILE: file.describe('File with the password of Redis.'),
  REDIS_CA_FILE: pemFile.describe('Certificates that the one of Redis is held against; those of the system otherwise.'),
  REDIS_PREFIX: text('text')
    .defaultsTo('harper-gateway:')
    .describe(
      'Begins the name of every key. Gateways of one cluster have the same, and those of another cluster another one.',
    ),
  REDIS_SECRET_FILE: file.describe(
    'File with at least 32 characters, the same for all gateways. Names of logins in Redis are made with it, so that ' +
      'nobody can try passwords on them. Needed where callers bring their own Harper login.',
  ),
  REDIS_LEASE: milliseconds(500, 60_000)
    .defaultsTo('3000')
    .describe('How long a gateway polls for all after it last said so. Another one takes over within twice that.'),
};
