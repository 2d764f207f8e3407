import type { ChangeEvent } from '../live/changelog/changelog.ts';
import { CHANGE_KINDS, type Change } from '../live/diff.ts';
import { builder, enumOf, nullable, requiresNonNull, SEEN_LATE } from './builder.ts';
import { ClusterStatusType } from './cluster-status.ts';
import { type PeerNode, PeerType } from './peer.ts';
import { DateTime } from './scalars.ts';

const ChangeKindType = enumOf('ConnectionStatusChangeKind', 'What changed.', CHANGE_KINDS);

/** A change as clients see it, with its place in the change log. */
type ChangeNode = Change & Pick<ChangeEvent, 'cursor'>;

/** The peer of a change with the state it was seen in, hysteresis included. */
function peerOf({ peer, nodeName, assessment }: Change): PeerNode | null {
  return peer && assessment && { ...peer, nodeName: nodeName ?? '', assessment: () => assessment };
}

const ConnectionStatusChange = builder.objectRef<ChangeNode>('ConnectionStatusChange').implement({
  description: 'One change in a watched cluster.',
  fields: (t) => ({
    cursor: t.exposeID('cursor', { description: 'Opaque; give it back as `after` to go on after this change.' }),
    kind: t.expose('kind', { type: ChangeKindType, description: 'What changed.' }),
    observedAt: t.expose('observedAt', { type: DateTime, description: 'When the gateway saw it.' }),
    nodeName: t.exposeString('nodeName', nullable('The node whose view this is; null as long as none could be read.')),
    peerName: t.exposeString('peerName', nullable('The peer it is about; null when it is about none.')),
    database: t.exposeString('database', nullable('The database it is about; null when it is about none.')),
    connected: t.exposeBoolean('connected', {
      nullable: true,
      description: 'Whether the socket is connected now; null when it is about no socket.',
    }),
    previouslyConnected: t.exposeBoolean('previouslyConnected', {
      nullable: true,
      description: 'Whether the socket was connected before; null when there was none, or it is about no socket.',
    }),
    peer: t.field({
      type: PeerType,
      ...nullable('The peer as it is after this change; null when it is gone, or it is about no peer.'),
      resolve: peerOf,
    }),
    message: t.exposeString('message', { description: 'One sentence a person can read.' }),
    seenLate: t.exposeBoolean('isLate', { description: SEEN_LATE }),
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
        views: t.arg.stringList({
          description: "Only changes of these nodes' views, and those of none; all when left out.",
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
      resolve: ({ cursor, change }) => ({ cursor, ...change }),
    }),
  }),
});
