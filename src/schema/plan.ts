import type { Placed } from '../mutations/at-node.ts';
import type { ClusterPlan, PeerConfiguration, PlannedChange, PlannedChangeKind } from '../mutations/plan.ts';
import { builder, enumOf, nodeArgument, nullable, requires } from './builder.ts';
import { NodeInput } from './inputs.ts';
import { ReplicationFlowType, TableSubscriptionType } from './peer.ts';
import { DateTime } from './scalars.ts';

export const PlannedChangeKindType = enumOf<PlannedChangeKind>('PlannedChangeKind', 'What becomes of a peer.', {
  ADD: 'It is added.',
  UPDATE: 'Its configuration is changed, or it is listed but not connected and is told again.',
  REMOVE: 'It is removed.',
  KEEP: 'It stays as it is.',
});

const PeerConfigurationType = builder.objectRef<PeerConfiguration>('PeerConfiguration').implement({
  description: 'How replication with a peer is configured.',
  fields: (t) => ({
    url: t.exposeString('url', {
      nullable: true,
      description: 'Its replication URL; null where Harper makes it of the host name and the gateway cannot know it.',
    }),
    subscriptions: t.expose('subscriptions', {
      type: [TableSubscriptionType],
      ...nullable('The tables that are replicated with it; null for a fully replicating connection.'),
    }),
    shard: t.exposeInt('shard', { nullable: true, description: 'Shard it belongs to; null without sharding.' }),
    startTime: t.expose('startTime', {
      type: DateTime,
      ...nullable('Changes from before this time are not replicated; null when there is no such limit.'),
    }),
    revokedCertificates: t.exposeStringList('revokedCertificates', {
      description: 'Serial numbers of its certificates that are no longer accepted.',
    }),
    replication: t.expose('replication', {
      type: ReplicationFlowType,
      ...nullable('Which way data flows by default; null where only the table subscriptions decide.'),
    }),
  }),
});

const PlannedChangeType = builder.objectRef<PlannedChange>('PlannedChange').implement({
  description: 'What would become of one peer.',
  fields: (t) => ({
    kind: t.expose('kind', { type: PlannedChangeKindType, description: 'What becomes of it.' }),
    node: t.exposeString('node', { description: 'Name of the peer.' }),
    before: t.expose('before', {
      type: PeerConfigurationType,
      ...nullable('How it is configured now; null when it is no peer yet.'),
    }),
    after: t.expose('after', {
      type: PeerConfigurationType,
      ...nullable('How it would be configured; null when it would be no peer any more.'),
    }),
    summary: t.exposeString('summary', { description: 'The change as one sentence a person can read.' }),
  }),
});

const ClusterPlanType = builder.objectRef<Placed<ClusterPlan>>('ClusterPlan').implement({
  description: 'What configureCluster would change.',
  fields: (t) => ({
    revision: t.exposeID('revision', {
      description: 'Revision of the topology the plan was made against. Give it to the mutation as `expectedRevision`.',
    }),
    changes: t.expose('changes', {
      type: [PlannedChangeType],
      description:
        'One per peer that is there or wanted: added ones first, then updated, removed and kept ones, by name.',
    }),
    isNoop: t.exposeBoolean('isNoop', { description: 'Whether every peer would stay as it is.' }),
    nodeName: t.string({
      description: 'Name of the node that was asked. The plan is for a change at that node.',
      resolve: ({ at }) => at.name ?? '',
    }),
    warnings: t.stringList({
      description:
        'What the views of the nodes disagree about in what would be changed. All nodes are asked for it, and only ' +
        'when it is selected.',
      resolve: async ({ changes }, _, context) => {
        const names = new Set(changes.filter(({ kind }) => kind !== 'KEEP').map(({ node }) => node));
        const { disagreements } = await context.harper().whole();
        return disagreements.filter(({ nodes }) => nodes.some((name) => names.has(name))).map(({ message }) => message);
      },
    }),
  }),
});

builder.queryFields((t) => ({
  clusterPlan: t.field({
    type: ClusterPlanType,
    ...requires(
      'viewer',
      'What configureCluster with these connections would change, from a fresh cluster_status. Nothing is changed. ' +
        'A field that a connection leaves out is as for a new peer.',
    ),
    args: {
      connections: t.arg({ type: [NodeInput], required: true, description: 'The whole wanted set of peers.' }),
      node: nodeArgument(t),
    },
    resolve: (_, { connections, node }, context) => context.changes().plan(connections, node),
  }),
}));
