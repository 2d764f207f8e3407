import type { ClusterPlan, PeerConfiguration, PlannedChange, PlannedChangeKind } from '../mutations/plan.ts';
import { builder, requires } from './builder.ts';
import { NodeInput } from './inputs.ts';
import { ReplicationFlowType, TableSubscriptionType } from './peer.ts';
import { DateTime } from './scalars.ts';

/** The PlannedChangeKind enum. */
export const PlannedChangeKindType = builder.enumType('PlannedChangeKind', {
  description: 'What becomes of a peer.',
  values: {
    ADD: { description: 'It is added.' },
    UPDATE: { description: 'Its configuration is changed, or it is listed but not connected and is told again.' },
    REMOVE: { description: 'It is removed.' },
    KEEP: { description: 'It stays as it is.' },
  } as const satisfies Record<PlannedChangeKind, { description: string }>,
});

const PeerConfigurationType = builder.objectRef<PeerConfiguration>('PeerConfiguration').implement({
  description: 'How replication with a peer is configured.',
  fields: (t) => ({
    url: t.exposeString('url', {
      nullable: true,
      description: 'Its replication URL; null where Harper makes it of the host name and the gateway cannot know it.',
    }),
    subscriptions: t.field({
      type: [TableSubscriptionType],
      nullable: true,
      description: 'The tables that are replicated with it; null for a fully replicating connection.',
      resolve: ({ subscriptions }) => subscriptions && [...subscriptions],
    }),
    shard: t.exposeInt('shard', { nullable: true, description: 'Shard it belongs to; null without sharding.' }),
    startTime: t.expose('startTime', {
      type: DateTime,
      nullable: true,
      description: 'Changes from before this time are not replicated; null when there is no such limit.',
    }),
    revokedCertificates: t.stringList({
      description: 'Serial numbers of its certificates that are no longer accepted.',
      resolve: ({ revokedCertificates }) => [...revokedCertificates],
    }),
    replication: t.field({
      type: ReplicationFlowType,
      nullable: true,
      description: 'Which way data flows by default; null where only the table subscriptions decide.',
      resolve: ({ replication }) => replication,
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
      nullable: true,
      description: 'How it is configured now; null when it is no peer yet.',
    }),
    after: t.expose('after', {
      type: PeerConfigurationType,
      nullable: true,
      description: 'How it would be configured; null when it would be no peer any more.',
    }),
    summary: t.exposeString('summary', { description: 'The change as one sentence a person can read.' }),
  }),
});

const ClusterPlanType = builder.objectRef<ClusterPlan>('ClusterPlan').implement({
  description: 'What configureCluster would change.',
  fields: (t) => ({
    revision: t.exposeID('revision', {
      description:
        'Revision of the topology the plan was made against. Give it to configureCluster as `expectedRevision`.',
    }),
    changes: t.field({
      type: [PlannedChangeType],
      description:
        'One per peer that is there or wanted: added ones first, then updated, removed and kept ones, by name.',
      resolve: ({ changes }) => [...changes],
    }),
    isNoop: t.exposeBoolean('isNoop', { description: 'Whether every peer would stay as it is.' }),
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
    args: { connections: t.arg({ type: [NodeInput], required: true, description: 'The whole wanted set of peers.' }) },
    resolve: (_, { connections }, context) => context.changes().plan(connections),
  }),
}));
