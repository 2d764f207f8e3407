import {
  type Assessment,
  assess,
  type ConnectionReason,
  type ConnectionState,
  REASON_CODES,
  type Thresholds,
} from '../cluster/state.ts';
import type { CertificateAuthority, Peer, ReplicationFlow, TableSubscription } from '../harper/domain.ts';
import { AT_LEAST_SINCE, builder, enumOf, nullable } from './builder.ts';
import { DateTime, idOf } from './scalars.ts';
import { DatabaseSocketType } from './socket.ts';

/** A peer as one node sees it, with its state, which is assessed where it is asked for. */
export interface PeerNode extends Peer {
  readonly nodeName: string;
  readonly assessment: () => Assessment;
}

/** Wraps a peer for the schema; its state is assessed at most once. */
export function toPeerNode(peer: Peer, nodeName: string, now: Date, thresholds: Thresholds): PeerNode {
  let assessment: Assessment | undefined;
  return {
    ...peer,
    nodeName,
    assessment: () => {
      assessment ??= assess(peer, now, thresholds);
      return assessment;
    },
  };
}

export const ConnectionStateType = enumOf<ConnectionState>(
  'ConnectionState',
  'State of the connection to a peer, worst first. Only sockets that replication needs count.',
  {
    DISCONNECTED: 'No socket is connected.',
    PARTIAL: 'Some sockets are connected and some are not.',
    LAGGING: 'All are connected, but one is behind, back-pressed, or without a sign of life for too long.',
    COPYING: 'The first full copy of a database is running.',
    HEALTHY: 'All sockets are connected and up to date.',
    IDLE: 'There are no sockets, and none is needed.',
  },
);

const ReasonCodeType = enumOf(
  'ConnectionReasonCode',
  'The rules that keep a connection from being HEALTHY.',
  REASON_CODES,
);

const ConnectionReasonType = builder.objectRef<ConnectionReason>('ConnectionReason').implement({
  description: 'Why a connection is not HEALTHY.',
  fields: (t) => ({
    code: t.expose('code', { type: ReasonCodeType, description: 'The rule that applies.' }),
    message: t.exposeString('message', { description: 'The rule as a sentence a person can read, with its figures.' }),
    databases: t.exposeStringList('databases', { description: 'The databases it applies to.' }),
  }),
});

export const TableSubscriptionType = builder.objectRef<TableSubscription>('TableSubscription').implement({
  description: 'One table that is replicated with a peer, where not everything is.',
  fields: (t) => ({
    database: t.exposeString('database', { description: 'Name of the database; Harper also calls it schema.' }),
    table: t.exposeString('table', { description: 'Name of the table.' }),
    publish: t.exposeBoolean('publish', { description: 'Whether changes on this node go to the peer.' }),
    subscribe: t.exposeBoolean('subscribe', { description: 'Whether changes on the peer come to this node.' }),
  }),
});

export const ReplicationFlowType = builder.objectRef<ReplicationFlow>('ReplicationFlow').implement({
  description: 'Which way data flows to a peer by default.',
  fields: (t) => ({
    sends: t.exposeBoolean('sends', { description: 'Whether this node sends its changes to the peer.' }),
    receives: t.exposeBoolean('receives', { description: "Whether this node takes the peer's changes." }),
  }),
});

const CertificateAuthorityType = builder.objectRef<CertificateAuthority>('CertificateAuthority').implement({
  description: 'The certificate authority a peer identified itself with when it was added.',
  fields: (t) => ({
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'Distinguished name of the authority; null where Harper does not say.',
    }),
    issuer: t.exposeString('issuer', nullable('Distinguished name of its issuer; null where Harper does not say.')),
    serialNumber: t.exposeString('serialNumber', {
      nullable: true,
      description: 'Serial number in hexadecimal; null where Harper does not say.',
    }),
    validFrom: t.expose('validFrom', {
      type: DateTime,
      ...nullable('Begin of its validity; null where Harper does not say.'),
    }),
    validTo: t.expose('validTo', {
      type: DateTime,
      ...nullable('End of its validity; null where Harper does not say.'),
    }),
  }),
});

/** The Peer type. It has no field for credentials, and none may be added. */
export const PeerType = builder.objectRef<PeerNode>('Peer').implement({
  description: 'Another node of the cluster, as the asked node sees it.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and stable as long as node and peer keep their names.',
      resolve: ({ nodeName, name }) => idOf('Peer', nodeName, name),
    }),
    name: t.exposeString('name', { description: 'Name of the node.' }),
    url: t.exposeString('url', nullable('Its replication URL; null for a peer that is configured by host name only.')),
    state: t.field({
      type: ConnectionStateType,
      description: 'State of the connection to it.',
      resolve: (node) => node.assessment().state,
    }),
    stateSince: t.field({
      type: DateTime,
      ...nullable(AT_LEAST_SINCE),
      resolve: ({ nodeName, name, assessment }, _, context) =>
        context.watched()?.sincesOf(nodeName)?.ofPeer(name, assessment().state) ?? null,
    }),
    reasons: t.field({
      type: [ConnectionReasonType],
      description: 'Why it is not HEALTHY; empty when it is.',
      resolve: (node) => [...node.assessment().reasons],
    }),
    subscriptions: t.expose('subscriptions', {
      type: [TableSubscriptionType],
      nullable: true,
      description: 'The tables that are replicated with it; null for the usual case, a fully replicating connection.',
    }),
    databaseSockets: t.field({
      type: [DatabaseSocketType],
      description: 'One socket per database, by name of the database; empty where none has been opened yet.',
      args: {
        databases: t.arg.stringList({ description: 'Only sockets of these databases; all when left out.' }),
      },
      resolve: ({ databaseSockets }, { databases }) =>
        databaseSockets.filter(({ database }) => databases?.includes(database) ?? true),
    }),
    replication: t.expose('replication', {
      type: ReplicationFlowType,
      ...nullable('Which way data flows by default; null where only the table subscriptions decide.'),
    }),
    shard: t.exposeInt('shard', { nullable: true, description: 'Shard the peer belongs to; null without sharding.' }),
    startTime: t.expose('startTime', {
      type: DateTime,
      ...nullable('Changes from before this time are not replicated; null when there is no such limit.'),
    }),
    revokedCertificates: t.exposeStringList('revokedCertificates', {
      description: 'Serial numbers of certificates of this peer that are no longer accepted.',
    }),
    certificateAuthority: t.expose('certificateAuthority', {
      type: CertificateAuthorityType,
      ...nullable('The authority it identified itself with; null where Harper recorded none.'),
    }),
  }),
});
