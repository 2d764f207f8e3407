import { revisionOf } from '../cluster/revision.ts';
import { clusterState, type Thresholds } from '../cluster/state.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { FRESHNESS, type LiveStatus } from '../live/freshness.ts';
import { builder, enumOf, nodeArgument, nullable, requires } from './builder.ts';
import type { SchemaContext } from './context.ts';
import { ConnectionStateType, type PeerNode, PeerType, toPeerNode } from './peer.ts';
import { DateTime, idOf } from './scalars.ts';

export const ClusterStateType = enumOf('ClusterState', 'State of a cluster, as one node or as all of them see it.', {
  HEALTHY: 'Every connection is HEALTHY, COPYING or IDLE.',
  DEGRADED: 'Some connection is neither, but at least one socket is connected.',
  DOWN: 'No socket to any peer is connected.',
  STANDALONE: 'The node has no peers.',
  SPLIT: 'The members are apart, in two or more islands. Of `cluster` only: one node cannot see that.',
});

export const FreshnessType = enumOf('Freshness', 'How far a status can be trusted to be of this moment.', FRESHNESS);

function peersOf(status: ClusterStatus, thresholds: Thresholds): PeerNode[] {
  return status.connections.map((peer) => toPeerNode(peer, status.nodeName, status.nodeTime, thresholds));
}

/** The peer of that name in a status; null when it is none. */
export function findPeer(status: ClusterStatus, name: string, context: SchemaContext): PeerNode | null {
  return peersOf(status, context.gateway.thresholds).find((peer) => peer.name === name) ?? null;
}

export const ClusterStatusType = builder.objectRef<LiveStatus>('ClusterStatus').implement({
  description: 'What one node knows of its cluster, in one answer of cluster_status.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and stable as long as the node keeps its name.',
      resolve: ({ nodeName }) => idOf('ClusterStatus', nodeName),
    }),
    nodeName: t.exposeString('nodeName', { description: 'The node whose view this is.' }),
    url: t.exposeString('url', nullable('Its replication URL; null where the node does not report it.')),
    shard: t.exposeInt('shard', { nullable: true, description: 'Shard the node belongs to; null without sharding.' }),
    isEnabled: t.exposeBoolean('isEnabled', {
      description:
        'Whether clustering is enabled. Always true before Harper 5.2; from then on true when there are peers.',
    }),
    state: t.field({
      type: ClusterStateType,
      description: 'State of the cluster, by the states of its connections.',
      resolve: (status, _, { gateway }) => clusterState(status, gateway.thresholds),
    }),
    connections: t.field({
      type: [PeerType],
      description: 'The other nodes it knows, by name.',
      args: {
        names: t.arg.stringList({ description: 'Only peers of these names; all when left out.' }),
        states: t.arg({ type: [ConnectionStateType], description: 'Only peers in these states; all when left out.' }),
      },
      resolve: (status, { names, states }, { gateway }) =>
        peersOf(status, gateway.thresholds)
          .filter(({ name }) => names?.includes(name) ?? true)
          .filter(({ assessment }) => states?.includes(assessment().state) ?? true),
    }),
    revision: t.id({
      description:
        'Changes when the configured topology does: peers, URLs, subscriptions, flow, shards, start times, revoked ' +
        'certificates. It stays when only live figures change. Opaque: compare it with another one.',
      resolve: revisionOf,
    }),
    observedAt: t.expose('observedAt', { type: DateTime, description: 'When the gateway received this answer.' }),
    freshness: t.field({
      type: FreshnessType,
      description:
        'LIVE in queries and mutations, which read the status for their answer. ' +
        'The subscription sends the last status again when it changes.',
      resolve: ({ freshness }) => freshness ?? 'LIVE',
    }),
  }),
});

/** The status that a query is answered from. */
function statusOf(node: string | null | undefined, context: SchemaContext): Promise<ClusterStatus> | ClusterStatus {
  const harper = context.harper();
  return node === null || node === undefined ? harper.sharedStatus() : harper.statusOf(node);
}

builder.queryFields((t) => ({
  clusterStatus: t.field({
    type: ClusterStatusType,
    ...requires('viewer', 'The cluster as the asked node sees it now: cluster_status.'),
    args: { node: nodeArgument(t) },
    resolve: (_, { node }, context) => statusOf(node, context),
  }),
  peer: t.field({
    type: PeerType,
    ...requires('viewer', 'One peer out of cluster_status. Null when the node has no peer of that name.'),
    args: { name: t.arg.string({ required: true, description: 'Name of the peer.' }), node: nodeArgument(t) },
    resolve: async (_, { name, node }, context) => findPeer(await statusOf(node, context), name, context),
  }),
}));
