import type { Link } from './link.ts';
import type { SandboxNode } from './node.ts';
import type { StoredRecord } from './records.ts';

/**
 * The answer of cluster_status with its oddities (docs/harper.md, "cluster_status"). `type` is there only where it ran
 * in a worker (4.7). Stored credentials are in clear, fields are absent rather than null (JSON leaves out what is
 * undefined), and times are texts of toUTCString(). The order changes from one answer to the next.
 */
export function statusBody(node: SandboxNode): object {
  const { records, links } = node.replication;
  const own = records.get(node.name);
  const peers = records.peers();
  const answers = node.calls.nextStatus();
  const connections = peers.map((record) => {
    const own = [...links.values()].filter(({ peer }) => peer === record.name);
    return connection(node, record, own, answers);
  });
  return {
    ...(node.dialect === '4.7' && { type: 'cluster-status' }),
    connections: rotate(connections, answers),
    node_name: node.name,
    url: own?.url,
    shard: own?.shard,
    is_enabled: node.dialect === '4.7' || peers.length > 0,
  };
}

function connection(node: SandboxNode, { changedAt: _, ...record }: StoredRecord, links: Link[], turn: number): object {
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

function socket(node: SandboxNode, link: Link): object {
  return {
    database: link.database,
    connected: link.connected ?? (node.dialect === '4.7' ? undefined : false),
    latency: link.latency,
    threadId: Math.max(1, link.opened),
    nodes: [link.peer],
    lastCommitConfirmed: link.lastCommitConfirmed?.toUTCString(),
    lastReceivedRemoteTime: link.lastReceivedLocalTime && new Date(link.lastReceivedVersion).toUTCString(),
    lastReceivedLocalTime: link.lastReceivedLocalTime?.toUTCString(),
    lastReceivedVersion: link.lastReceivedVersion,
    backPressurePercent: 0,
    lastReceivedStatus: 'Waiting',
    ...(node.dialect === '5.2' && {
      lastLiveness: link.lastLiveness?.toUTCString(),
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
