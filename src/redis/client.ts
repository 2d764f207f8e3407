import { createClient, createCluster, createSentinel } from '@redis/client';
import type { RedisAddress } from '../config/redis-address.ts';

/** How Redis is reached. */
export interface RedisOptions {
  readonly address: RedisAddress;
  readonly password?: string | undefined;
  /** Certificates that a server's own is held against, as PEM; those of the system when left out. */
  readonly ca?: string | undefined;
}

/** What one server, sentinels and a cluster have in common. */
export interface RedisClient {
  /** False before `connect`, and when the client has given up. */
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  /** @param key decides which server of a cluster it goes to */
  send(key: string, args: readonly string[]): Promise<unknown>;
  /** Goes on after a reconnection. */
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Other listeners of the channel go on. */
  unsubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Cuts the connections: what was sent and not answered is rejected. */
  destroy(): unknown;
}

/** Milliseconds for a connection. */
const CONNECT_TIMEOUT = 2000;

/** Milliseconds without anything from Redis, which is pinged, after which a connection is given up. */
const PING_INTERVAL = 2000;
const SOCKET_TIMEOUT = 6000;

/** Longest wait between two tries of a connection, in milliseconds. */
const LONGEST_WAIT = 2000;

/** Creates the client; nothing is sent before `connect`. */
export function createRedisClient({ address, password, ca }: RedisOptions): RedisClient {
  const { kind, isEncrypted, hosts, setName, username, database } = address;
  const timing = {
    connectTimeout: CONNECT_TIMEOUT,
    socketTimeout: SOCKET_TIMEOUT,
    // With jitter, so that many gateways do not come back in step.
    reconnectStrategy: (tries: number) =>
      Math.min(50 * 2 ** Math.min(tries, 10), LONGEST_WAIT) * (0.75 + Math.random() / 2),
  };
  const socket = isEncrypted ? { ...timing, tls: true as const, ...(ca !== undefined && { ca }) } : timing;
  const login = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  // A command that cannot be sent now fails now: who sent it decides what is done meanwhile.
  const common = { ...login, disableOfflineQueue: true, pingInterval: PING_INTERVAL };
  const [first = { host: 'localhost', port: 6379 }] = hosts;
  if (kind === 'sentinel') {
    const sentinel = createSentinel({
      name: setName ?? '',
      sentinelRootNodes: [...hosts],
      nodeClientOptions: { ...common, database, socket },
      sentinelClientOptions: { disableOfflineQueue: true, socket },
      passthroughClientErrorEvents: true,
      scanInterval: 1000,
    });
    return adapt(sentinel, (_, args) => sentinel.sendCommand(false, args));
  }
  if (kind === 'cluster') {
    const cluster = createCluster({
      rootNodes: hosts.map(({ host, port }) => ({ ...common, socket: { ...socket, host, port } })),
      defaults: { ...common, socket },
    });
    return adapt(cluster, (key, args) => cluster.sendCommand(key, false, args));
  }
  const client = createClient({ ...common, database, socket: { ...socket, ...first } });
  return adapt(client, (_, args) => client.sendCommand(args));
}

/** Two of the clients ask for one that could take bytes as well, to find the one that it is. */
type AnyListener = (message: string | Buffer) => void;

/** What the three clients name alike. */
interface Common {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: AnyListener): Promise<unknown>;
  on(event: string, listener: (error: Error) => void): unknown;
  destroy(): unknown;
}

function adapt(client: Common, send: (key: string, args: string[]) => Promise<unknown>): RedisClient {
  return {
    get isOpen() {
      return client.isOpen;
    },
    connect: () => client.connect(),
    send: (key, args) => send(key, [...args]),
    subscribe: (channel, listener) => client.subscribe(channel, listener),
    unsubscribe: (channel, listener) => client.unsubscribe(channel, listener as AnyListener),
    on: (event, listener) => client.on(event, listener),
    destroy: () => client.destroy(),
  };
}
