/** Answers of cluster_status as real servers of various versions give them, in the shapes that docs/harper.md lists. */

export const UTC = 'Mon, 23 Nov 2026 02:12:57 GMT';

export function socket(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    database: 'dev',
    connected: true,
    latency: 2.5,
    threadId: 1,
    nodes: ['node-2'],
    lastCommitConfirmed: UTC,
    lastReceivedRemoteTime: UTC,
    lastReceivedLocalTime: UTC,
    lastReceivedVersion: 1795399977398.8887,
    backPressurePercent: 0,
    lastReceivedStatus: 'Waiting',
    ...fields,
  };
}

export function connection(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    url: 'ws://node-2:9933',
    name: 'node-2',
    subscriptions: null,
    replicates: true,
    database_sockets: [socket()],
    ...fields,
  };
}

export function status(
  connections: unknown = [connection()],
  fields: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    type: 'cluster-status',
    connections,
    node_name: 'node-1',
    url: 'ws://node-1:9933',
    is_enabled: true,
    ...fields,
  };
}
