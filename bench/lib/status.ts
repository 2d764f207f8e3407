/** What a socket is like in an answer of cluster_status. */
export interface BenchSocket {
  readonly database: string;
  readonly connected?: boolean;
  /** Milliseconds. */
  readonly latency: number;
  /** Times as Harper writes them. */
  readonly committed: string;
  readonly received: string;
  /** Milliseconds since 1970 with a fraction. */
  readonly version: number;
}

/** A peer as Harper tells of it. */
export function peerOf(name: string, url: string, sockets: readonly BenchSocket[]): object {
  return {
    url,
    subscriptions: null,
    replicates: true,
    name,
    database_sockets: sockets.map(({ database, connected = true, latency, committed, received, version }) => ({
      database,
      connected,
      latency,
      threadId: 1,
      nodes: [name],
      lastCommitConfirmed: committed,
      lastReceivedRemoteTime: received,
      lastReceivedLocalTime: received,
      lastReceivedVersion: version,
      backPressurePercent: 0,
      lastReceivedStatus: 'Waiting',
    })),
  };
}

/** An answer of cluster_status as a Harper with worker threads gives it. */
export function answerOf(name: string, url: string, connections: readonly object[]): object {
  return { type: 'cluster-status', connections, node_name: name, url, is_enabled: true };
}
