/*
 * What a team would write in front of Harper in an afternoon: cluster_status as it comes, mapped by hand, unchecked.
 * The GraphQL peers and the mapping without GraphQL use it, so that they differ in their server only.
 */

interface RawSocket {
  readonly database: string;
  readonly connected: boolean;
  readonly latency?: number;
  readonly lastReceivedRemoteTime?: string;
  readonly lastReceivedLocalTime?: string;
}

interface RawStatus {
  readonly node_name: string;
  readonly connections: readonly {
    readonly name: string;
    readonly url: string;
    readonly subscriptions: readonly { readonly table: string }[] | null;
    readonly database_sockets: readonly RawSocket[];
  }[];
}

export function toStatus(raw: RawStatus) {
  const connections = raw.connections.map(({ name, url, subscriptions, database_sockets }) => {
    const up = database_sockets.filter(({ connected }) => connected).length;
    const state = up === database_sockets.length ? 'HEALTHY' : up === 0 ? 'DISCONNECTED' : 'PARTIAL';
    return { name, url, state, subscriptions, databaseSockets: database_sockets.map(toSocket) };
  });
  const isHealthy = connections.every(({ state }) => state === 'HEALTHY');
  return { nodeName: raw.node_name, state: isHealthy ? 'HEALTHY' : 'DEGRADED', connections };
}

function toSocket(raw: RawSocket) {
  const remote = raw.lastReceivedRemoteTime ? new Date(raw.lastReceivedRemoteTime) : null;
  const local = raw.lastReceivedLocalTime ? new Date(raw.lastReceivedLocalTime) : null;
  return {
    database: raw.database,
    connected: raw.connected,
    latency: raw.latency ?? null,
    lag: remote && local ? Math.max(0, local.getTime() - remote.getTime()) : null,
    lastReceivedLocalTime: local?.toISOString() ?? null,
  };
}

/** The sockets of two statuses that differ in being up. */
export function changesBetween(before: ReturnType<typeof toStatus>, after: ReturnType<typeof toStatus>) {
  return after.connections.flatMap((peer) =>
    peer.databaseSockets.flatMap(({ database, connected }) => {
      const previous = before.connections
        .find(({ name }) => name === peer.name)
        ?.databaseSockets.find((socket) => socket.database === database);
      if (previous === undefined || previous.connected === connected) return [];
      return [
        {
          cursor: String(performance.now()),
          kind: connected ? 'CONNECTED' : 'DISCONNECTED',
          peerName: peer.name,
          database,
          connected,
          previouslyConnected: previous.connected,
          observedAt: new Date().toISOString(),
          message: `${peer.name} is ${connected ? 'connected for' : 'not connected any more for'} ${database}.`,
        },
      ];
    }),
  );
}
