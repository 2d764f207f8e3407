import type { DatabaseSocket, SocketError } from '../harper/domain.ts';
import { AT_LEAST_SINCE, builder, enumOf, nullable } from './builder.ts';
import { DateTime, idOf } from './scalars.ts';

const SendingState = enumOf('SendingState', 'What a database socket is sending.', {
  IDLE: 'Nothing.',
  SENDING: 'Changes.',
  COPYING: 'The first full copy of the database.',
});

const ReceivingState = enumOf('ReceivingState', 'What a database socket is doing with the changes it gets.', {
  WAITING: 'It has received all there is and waits for more.',
  RECEIVING: 'It is receiving changes.',
});

const SocketErrorType = builder.objectRef<SocketError>('SocketError').implement({
  description: 'The last failure of a database socket.',
  fields: (t) => ({
    code: t.exposeInt('code', nullable('WebSocket close code, such as 1006; null where Harper gives none.')),
    at: t.expose('at', { type: DateTime, ...nullable('When it failed; null where Harper does not say.') }),
  }),
});

export const DatabaseSocketType = builder.objectRef<DatabaseSocket>('DatabaseSocket').implement({
  description:
    'The connection to one peer for one database. `system`, which carries users and configuration, is one of them.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and stable as long as node, peer and database keep their names.',
      resolve: ({ nodeName, peerName, database }) => idOf('DatabaseSocket', nodeName, peerName, database),
    }),
    database: t.exposeString('database', { description: 'Name of the database.' }),
    connected: t.exposeBoolean('connected', {
      description:
        'Whether the socket is connected. False also before the first connection, ' +
        'and where nothing is to be received over it.',
    }),
    since: t.field({
      type: DateTime,
      ...nullable(AT_LEAST_SINCE),
      resolve: (socket, _, context) => context.watched()?.sincesOf(socket.nodeName)?.ofSocket(socket) ?? null,
    }),
    latency: t.exposeFloat('latency', {
      nullable: true,
      description:
        'Round trip of the last ping in milliseconds, exactly as Harper measured it: with decimals, not rounded. ' +
        'Harper measures every 30 s and keeps the value while the socket is down. Null before the first ping.',
    }),
    threadId: t.exposeInt('threadId', {
      nullable: true,
      description: "Harper's worker thread that holds the socket; null where Harper does not say.",
    }),
    nodes: t.exposeStringList('nodes', { description: 'Nodes whose changes come over this socket.' }),
    lastCommitConfirmed: t.expose('lastCommitConfirmed', {
      type: DateTime,
      ...nullable('When the peer last confirmed a commit sent to it; null when it never did.'),
    }),
    lastReceivedRemoteTime: t.expose('lastReceivedRemoteTime', {
      type: DateTime,
      nullable: true,
      description:
        'When the last change received was made, by the clock of the node that made it; null when none came yet.',
    }),
    lastReceivedLocalTime: t.expose('lastReceivedLocalTime', {
      type: DateTime,
      ...nullable("When the last change was received, by this node's clock; null when none came yet."),
    }),
    lastReceivedVersion: t.exposeFloat('lastReceivedVersion', {
      nullable: true,
      description:
        'Version of the last change received: milliseconds since 1970 with a fraction; null when none came yet.',
    }),
    lag: t.exposeFloat('lag', {
      nullable: true,
      description:
        'How old the last change received was on arrival, in milliseconds. A multiple of 1000, since Harper gives ' +
        'whole seconds, and never negative. Null when none came yet.',
    }),
    sending: t.expose('sending', { type: SendingState, description: 'What is being sent to the peer.' }),
    sendingSince: t.expose('sendingSince', {
      type: DateTime,
      ...nullable('Time of the message being sent; null when nothing is, or a copy runs.'),
    }),
    receiving: t.expose('receiving', {
      type: ReceivingState,
      ...nullable('Whether changes are coming in; null where Harper does not say.'),
    }),
    backPressurePercent: t.exposeFloat('backPressurePercent', {
      nullable: true,
      description:
        'Share of time spent waiting for this side to take changes, 0 to 100; null where Harper does not say.',
    }),
    blobReplicationFailures: t.exposeInt('blobReplicationFailures', {
      nullable: true,
      description:
        'How many blobs could not be replicated. Null where Harper counts none, which it also does not before 5.1.',
    }),
    lastBlobFailure: t.expose('lastBlobFailure', {
      type: DateTime,
      ...nullable('When a blob last could not be replicated; null when never, or where Harper does not say.'),
    }),
    lastLiveness: t.expose('lastLiveness', {
      type: DateTime,
      ...nullable('Last sign of life from the peer; null before Harper 5.2.'),
    }),
    lastConnectionError: t.expose('lastConnectionError', {
      type: SocketErrorType,
      ...nullable('The last failure of this socket; null when there was none, or before Harper 5.2.'),
    }),
  }),
});
