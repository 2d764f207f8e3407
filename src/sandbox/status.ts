import type { Link } from './link.ts';
import type { NodeApi } from './node-api.ts';
import type { NodeRecord } from './records.ts';

/**
 * The answer of cluster_status with its oddities (docs/harper.md, "cluster_status"). `type` is there only where it ran
 * in a worker (4.7). Stored credentials are in clear, fields are absent rather than null, and times are texts of
 * toUTCString(). The order changes from one answer to the next.
 */
export function statusBody(node: NodeApi): object {
  const { records, links } = node.replication;
  const own = records.get(node.name);
  const peers = records.peers();
  const answers = node.nextStatus();
  const connections = peers.map((record) =>
    connection(
      node,
      record,
      [...links.values()].filter(({ peer }) => peer === record.name),
      answers,
    ),
  );
  return {
    ...(node.dialect === '4.7' && { type: 'cluster-status' }),
    connections: rotate(connections, answers),
    node_name: node.name,
    ...(own?.url !== undefined && { url: own.url }),
    ...(own?.shard !== undefined && { shard: own.shard }),
    is_enabled: node.dialect === '4.7' || peers.length > 0,
  };
}

function connection(node: NodeApi, { changedAt: _, ...record }: NodeRecord, links: Link[], turn: number): object {
  const { subscriptions, replicates, ...rest } = record;
  return {
    ...rest,
    ...(subscriptions ? { subscriptions } : { subscriptions: null, replicates: replicates ?? true }),
    database_sockets: rotate(
      links.map((link) => socket(node, link)),
      turn,
    ),
  };
}

function socket(node: NodeApi, link: Link): object {
  const replicated = link.lastReceivedRemoteTime !== undefined;
  return {
    database: link.database,
    ...(link.connected !== undefined && { connected: link.connected }),
    ...(link.latency !== undefined && { latency: link.latency }),
    threadId: Math.max(1, link.opened),
    nodes: [link.peer],
    ...(link.lastCommitConfirmed && { lastCommitConfirmed: link.lastCommitConfirmed.toUTCString() }),
    ...(replicated && {
      lastReceivedRemoteTime: link.lastReceivedRemoteTime?.toUTCString(),
      lastReceivedLocalTime: link.lastReceivedLocalTime?.toUTCString(),
    }),
    lastReceivedVersion: link.lastReceivedVersion,
    backPressurePercent: 0,
    lastReceivedStatus: 'Waiting',
    ...(node.dialect === '5.2' && {
      blobReplicationFailures: 0,
      ...(link.lastLiveness && { lastLiveness: link.lastLiveness.toUTCString() }),
      ...(link.lastConnectionError && {
        lastConnectionError: { code: link.lastConnectionError.code, time: link.lastConnectionError.time.toUTCString() },
      }),
    }),
  };
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
