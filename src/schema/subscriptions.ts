import type { ChangeEvent } from '../live/changelog.ts';
import { CHANGE_KINDS, type Change, type ChangeKind } from '../live/diff.ts';
import { builder, requiresNonNull } from './builder.ts';
import { ClusterStatusType } from './cluster-status.ts';
import { type PeerNode, PeerType } from './peer.ts';
import { DateTime } from './scalars.ts';

const ChangeKindType = builder.enumType('ConnectionStatusChangeKind', {
  description: 'What changed.',
  values: Object.fromEntries(
    Object.entries(CHANGE_KINDS).map(([kind, description]) => [kind, { description }]),
  ) as Record<ChangeKind, { description: string }>,
});

/** The peer of a change with the state it was seen in, hysteresis included. */
function peerOf({ peer, nodeName, assessment }: Change): PeerNode | null {
  return peer && assessment && { ...peer, nodeName: nodeName ?? '', assessment: () => assessment };
}

const ConnectionStatusChange = builder.objectRef<ChangeEvent>('ConnectionStatusChange').implement({
  description: 'One change in a watched cluster.',
  fields: (t) => ({
    cursor: t.exposeID('cursor', { description: 'Opaque; give it back as `after` to go on after this change.' }),
    kind: t.field({ type: ChangeKindType, description: 'What changed.', resolve: ({ change }) => change.kind }),
    observedAt: t.field({
      type: DateTime,
      description: 'When the gateway saw it.',
      resolve: ({ change }) => change.observedAt,
    }),
    nodeName: t.string({
      nullable: true,
      description: 'The node whose view this is; null as long as none could be read.',
      resolve: ({ change }) => change.nodeName,
    }),
    peerName: t.string({
      nullable: true,
      description: 'The peer it is about; null when it is about none.',
      resolve: ({ change }) => change.peerName,
    }),
    database: t.string({
      nullable: true,
      description: 'The database it is about; null when it is about none.',
      resolve: ({ change }) => change.database,
    }),
    connected: t.boolean({
      nullable: true,
      description: 'Whether the socket is connected now; null when it is about no socket.',
      resolve: ({ change }) => change.connected,
    }),
    previouslyConnected: t.boolean({
      nullable: true,
      description: 'Whether the socket was connected before; null when there was none, or it is about no socket.',
      resolve: ({ change }) => change.previouslyConnected,
    }),
    peer: t.field({
      type: PeerType,
      nullable: true,
      description: 'The peer as it is after this change; null when it is gone, or it is about no peer.',
      resolve: ({ change }) => peerOf(change),
    }),
    message: t.string({ description: 'One sentence a person can read.', resolve: ({ change }) => change.message }),
  }),
});

builder.subscriptionType({
  description: 'Live status and changes, over WebSocket (graphql-transport-ws) and SSE.',
  fields: (t) => ({
    clusterStatus: t.field({
      type: ClusterStatusType,
      ...requiresNonNull(
        'viewer',
        'The cluster at once, then again whenever anything in it, or its freshness, has changed. ' +
          'A slow reader gets the latest and misses what was in between. ' +
          'While Harper cannot be read the last status comes, as STALE or LOST; nothing where there is none yet.',
      ),
      args: {
        minIntervalMs: t.arg.int({
          description: 'Least milliseconds between two statuses, 0 to 60000; 0 when left out.',
        }),
      },
      subscribe: (_, { minIntervalMs }, context) => context.live().status(minIntervalMs ?? 0),
      resolve: (status) => status,
    }),
    connectionStatusChanged: t.field({
      type: ConnectionStatusChange,
      ...requiresNonNull(
        'viewer',
        'Each change in order, without gaps. ' +
          'A reader that falls too far behind ends with SLOW_CONSUMER; one that was cut off goes on with `after`.',
      ),
      args: {
        nodes: t.arg.stringList({
          description: 'Only changes of these peers, and those of no peer; all when left out.',
        }),
        databases: t.arg.stringList({
          description: 'Only changes of these databases, and those of no database; all when left out.',
        }),
        after: t.arg.id({
          description: 'Goes on after this cursor, or ends with CURSOR_EXPIRED when that would leave a gap.',
        }),
        snapshot: t.arg.boolean({
          defaultValue: false,
          description:
            'Begins with one SNAPSHOT per socket, so that state and changes share one stream. ' +
            'Without effect beside `after`.',
        }),
      },
      subscribe: (_, args, context) => context.live().changes(args),
      resolve: (event) => event,
    }),
  }),
});
