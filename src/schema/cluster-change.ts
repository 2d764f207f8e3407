import type { ChangeEvent } from '../live/changelog/changelog.ts';
import { CLUSTER_CHANGE_KINDS, type ClusterChange } from '../live/whole/cluster-change.ts';
import { builder, enumOf, nullable, requiresNonNull, SEEN_LATE } from './builder.ts';
import { ClusterType, DisagreementType } from './cluster.ts';
import { ClusterStateType } from './cluster-status.ts';
import { DateTime } from './scalars.ts';

export const ClusterChangeKindType = enumOf('ClusterChangeKind', 'What became of the cluster.', CLUSTER_CHANGE_KINDS);

export const ClusterChangeType = builder
  .objectRef<ClusterChange & Pick<ChangeEvent, 'cursor'>>('ClusterChange')
  .implement({
    description: 'One change in the whole cluster, by the views of all nodes.',
    fields: (t) => ({
      cursor: t.exposeID('cursor', { description: 'Opaque; give it back as `after` to go on after this change.' }),
      kind: t.expose('kind', { type: ClusterChangeKindType, description: 'What it is.' }),
      observedAt: t.expose('observedAt', {
        type: DateTime,
        description: 'When the gateway saw it first. It is told later, when it has lasted.',
      }),
      nodes: t.stringList({
        description: 'The nodes it is about; all members where it is about the cluster.',
        resolve: ({ nodes }) => [...nodes],
      }),
      databases: t.stringList({
        description: 'The databases it is about; empty where it is about none.',
        resolve: ({ databases }) => [...databases],
      }),
      state: t.expose('state', { type: ClusterStateType, description: 'State of the cluster when it was told.' }),
      message: t.exposeString('message', { description: 'One sentence a person can read.' }),
      disagreement: t.field({
        type: DisagreementType,
        ...nullable('What is, or was, disagreed about, with what can be done; null for other kinds.'),
        resolve: ({ disagreement }) => disagreement,
      }),
      seenLate: t.exposeBoolean('isLate', { description: SEEN_LATE }),
      isSnapshot: t.exposeBoolean('isSnapshot', {
        description: 'Whether it tells how things are when the stream begins, and not that they have changed.',
      }),
    }),
  });

builder.subscriptionFields((t) => ({
  cluster: t.field({
    type: ClusterType,
    ...requiresNonNull(
      'viewer',
      'The whole cluster at once, then again whenever something in it, or its freshness, has changed. ' +
        'A slow reader gets the latest and misses what was in between. Figures such as latency are no change.',
    ),
    args: {
      minIntervalMs: t.arg.int({
        description: 'Least milliseconds between two of them, 0 to 60000; 0 when left out.',
      }),
    },
    subscribe: (_, { minIntervalMs }, context) => context.live().whole(minIntervalMs ?? 0),
    resolve: ({ topology, freshness }, _, context) => ({
      ...{ topology, freshness, seen: context.watched()?.whole },
    }),
  }),
  clusterChanged: t.field({
    type: ClusterChangeType,
    ...requiresNonNull(
      'viewer',
      'What becomes of the cluster, each thing once, however many nodes tell of it, in order and without gaps. ' +
        'What passes by itself is not told. While no node can be read, nothing is.',
    ),
    args: {
      nodes: t.arg.stringList({ description: 'Only changes that are about one of these nodes; all when left out.' }),
      kinds: t.arg({ type: [ClusterChangeKindType], description: 'Only changes of these kinds; all when left out.' }),
      after: t.arg.id({
        description: 'Goes on after this cursor, or ends with CURSOR_EXPIRED when that would leave a gap.',
      }),
      snapshot: t.arg.boolean({
        defaultValue: false,
        description: 'Begins with how things are, as changes with `isSnapshot`. Without effect beside `after`.',
      }),
    },
    subscribe: (_, args, context) => context.live().clusterChanges(args),
    resolve: ({ cursor, change }) => ({ cursor, ...change }),
  }),
}));
