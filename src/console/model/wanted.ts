import type { NodeInput } from '../graphql/graphql.ts';
import type { Peer } from './peer-fields.ts';

/** A peer as it is, as a part of the wanted set: with it the peer stays as it is. */
export function wantedOf(peer: Omit<Peer, 'state'>): NodeInput {
  return {
    hostname: peer.name,
    ...(peer.url !== null && { url: peer.url }),
    ...(peer.shard !== null && { shard: peer.shard }),
    ...(peer.startTime !== null && { startTime: peer.startTime }),
    ...(peer.subscriptions !== null && { subscriptions: peer.subscriptions }),
    ...(peer.revokedCertificates.length > 0 && { revokedCertificates: peer.revokedCertificates }),
  };
}

/** The present set with one node added, or changed in what is given. */
export function wantedWith(peers: readonly Peer[], change: NodeInput): NodeInput[] {
  const name = change.hostname ?? undefined;
  const known = peers.find((peer) => peer.name === name);
  if (known === undefined) return [...peers.map(wantedOf), change];
  return peers.map((peer) => (peer === known ? { ...wantedOf(peer), ...change } : wantedOf(peer)));
}

/** The present set without one node. */
export function wantedWithout(peers: readonly Peer[], name: string): NodeInput[] {
  return peers.filter((peer) => peer.name !== name).map(wantedOf);
}

/** The same set without the logins in it. */
export function withoutLogins(connections: readonly NodeInput[]): NodeInput[] {
  return connections.map(({ authorization: _, ...rest }) => rest);
}

/** What a wanted node is called. */
export function nameOfInput({ hostname, url }: NodeInput): string {
  return hostname ?? (URL.parse(url ?? '')?.hostname || (url ?? ''));
}
