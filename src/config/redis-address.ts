/** Where Redis is, as REDIS_URL says. */
export interface RedisAddress {
  /** `server`: one server, or whatever stands before it; the hosts of the others are asked for the rest. */
  readonly kind: 'server' | 'sentinel' | 'cluster';
  readonly isEncrypted: boolean;
  /** One for a server. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** Name of the set of servers that sentinels watch; undefined without them. */
  readonly setName: string | undefined;
  readonly username: string | undefined;
  /** Number of the database. */
  readonly database: number;
}

const SCHEMES: ReadonlyMap<string, Pick<RedisAddress, 'kind' | 'isEncrypted'>> = new Map([
  ['redis', { kind: 'server', isEncrypted: false }],
  ['rediss', { kind: 'server', isEncrypted: true }],
  ['redis-sentinel', { kind: 'sentinel', isEncrypted: false }],
  ['rediss-sentinel', { kind: 'sentinel', isEncrypted: true }],
  ['redis-cluster', { kind: 'cluster', isEncrypted: false }],
  ['rediss-cluster', { kind: 'cluster', isEncrypted: true }],
]);

const FORMS = [...SCHEMES.keys()].map((each) => `${each}://…`).join(', ');

const DEFAULT_PORTS = { server: 6379, sentinel: 26_379, cluster: 6379 } as const;

/**
 * Reads an address, such as `rediss://gateway@redis.example:6379/1`, `redis-sentinel://a,b:26380/main/1` (name of the
 * set, then the database) or `redis-cluster://a,b,c`.
 * @returns why it is none where it is not; that never shows a password
 */
export function readRedisAddress(text: string): RedisAddress | string {
  const [, name = '', user, list = '', path = ''] =
    text.match(/^([a-z-]+):\/\/(?:([^@/]*)@)?([^/?#]+)\/?([^?#]*)$/) ?? [];
  const scheme = SCHEMES.get(name);
  if (scheme === undefined) return `is not of the form ${FORMS}`;
  if (user?.includes(':')) return 'holds a password; give it by REDIS_PASSWORD_FILE';
  const hosts = list.split(',').map((each) => readHost(each, DEFAULT_PORTS[scheme.kind]));
  const known = hosts.filter((each) => each !== undefined);
  if (known.length < hosts.length) return 'has a host that is none';
  if (scheme.kind === 'server' && hosts.length > 1)
    return 'has several hosts; those need redis-sentinel:// or redis-cluster://';
  const parts = path === '' ? [] : path.split('/');
  const setName = scheme.kind === 'sentinel' ? parts.shift() : undefined;
  if (scheme.kind === 'sentinel' && !setName) return 'names no set of servers, as in redis-sentinel://host/main';
  const [database = '0', ...rest] = parts;
  if (!/^\d{1,4}$/.test(database) || rest.length > 0) return 'has a path that is not the number of a database';
  if (scheme.kind === 'cluster' && database !== '0') return 'has a database; a Redis Cluster has only one';
  return {
    ...scheme,
    hosts: known,
    setName,
    username: user ? decodeURIComponent(user) : undefined,
    database: Number(database),
  };
}

/** A name or an address with or without a port, IPv6 in brackets. */
function readHost(text: string, defaultPort: number): RedisAddress['hosts'][number] | undefined {
  const [, bracketed, plain, port] = text.match(/^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? defaultPort : Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
}
