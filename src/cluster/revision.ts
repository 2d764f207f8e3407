import { hash } from 'node:crypto';
import type { ClusterStatus, Peer } from '../harper/domain.ts';

/** What is configured of a peer, as a text that is the same when the configuration is. */
export function topologyOf(peer: Peer): string {
  const { name, url, subscriptions, replication, shard, startTime, revokedCertificates } = peer;
  const tables = subscriptions?.map(({ database, table, publish, subscribe }) =>
    JSON.stringify([database, table, publish, subscribe]),
  );
  return JSON.stringify([
    name,
    url,
    tables?.sort() ?? null,
    replication && [replication.sends, replication.receives],
    shard,
    startTime,
    [...revokedCertificates].sort(),
  ]);
}

/** Whether two peers are configured alike. */
export function isSameTopology(one: Peer, other: Peer): boolean {
  // Replicating everything, without exceptions, is the usual case: nothing but these can differ then.
  const isPlain = [one, other].every(
    ({ subscriptions, startTime, revokedCertificates }) =>
      subscriptions === null && startTime === null && revokedCertificates.length === 0,
  );
  if (!isPlain) return topologyOf(one) === topologyOf(other);
  return (
    one.name === other.name &&
    one.url === other.url &&
    one.shard === other.shard &&
    one.replication?.sends === other.replication?.sends &&
    one.replication?.receives === other.replication?.receives
  );
}

/**
 * A digest of the configured topology, which is all that a plan compares: this node's name and shard, and `topologyOf`
 * each peer. Live figures (connected, latency, times), the node's own url and the order of an answer do not count.
 */
export function revisionOf(status: ClusterStatus): string {
  return digestOf([status.nodeName, status.shard, status.connections.map(topologyOf)]);
}

/** A digest of a value that JSON can hold, as revisions have it. */
export function digestOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22);
}
