import { createHash } from 'node:crypto';
import type { ClusterStatus } from './domain.ts';

/**
 * A digest of the configured topology: this node's name and shard, and each peer's name, url, subscriptions, flow and
 * shard. Live figures (connected, latency, times) and the order of an answer do not enter into it.
 */
export function revisionOf(status: ClusterStatus): string {
  const peers = status.connections.map(({ name, url, subscriptions, replication, shard }) => [
    name,
    url,
    subscriptions
      ?.map(({ database, table, publish, subscribe }) => JSON.stringify([database, table, publish, subscribe]))
      .sort() ?? null,
    replication && [replication.sends, replication.receives],
    shard,
  ]);
  const topology = JSON.stringify([status.nodeName, status.shard, peers]);
  return createHash('sha256').update(topology).digest('base64url').slice(0, 22);
}
