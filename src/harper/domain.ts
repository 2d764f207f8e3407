/*
 * The gateway's own model of a cluster, the same for every version of Harper. Field names are those of the GraphQL
 * schema, so that resolvers have nothing to rename. `null` means that Harper did not say.
 */

/** A table that is replicated with a peer, where not everything is. */
export interface TableSubscription {
  readonly database: string;
  readonly table: string;
  readonly publish: boolean;
  readonly subscribe: boolean;
}

export type SendingState = 'IDLE' | 'SENDING' | 'COPYING';
export type ReceivingState = 'WAITING' | 'RECEIVING';

/** Why a socket last failed: a WebSocket close code and when. */
export interface SocketError {
  readonly code: number | null;
  readonly at: Date | null;
}

/** The connection to a peer for one database. Times are whole seconds; durations are milliseconds. */
export interface DatabaseSocket {
  /** The node that was asked, and the peer that the socket leads to. */
  readonly nodeName: string;
  readonly peerName: string;
  readonly database: string;
  readonly connected: boolean;
  readonly latency: number | null;
  readonly threadId: number | null;
  readonly nodes: readonly string[];
  readonly lastCommitConfirmed: Date | null;
  readonly lastReceivedRemoteTime: Date | null;
  readonly lastReceivedLocalTime: Date | null;
  readonly lastReceivedVersion: number | null;
  readonly lag: number | null;
  readonly sending: SendingState;
  readonly sendingSince: Date | null;
  readonly receiving: ReceivingState | null;
  readonly backPressurePercent: number | null;
  readonly blobReplicationFailures: number | null;
  readonly lastBlobFailure: Date | null;
  readonly lastLiveness: Date | null;
  readonly lastConnectionError: SocketError | null;
}

/** Whether data flows to and from a peer by default. */
export interface ReplicationFlow {
  readonly sends: boolean;
  readonly receives: boolean;
}

export interface CertificateAuthority {
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly serialNumber: string | null;
  readonly validFrom: Date | null;
  readonly validTo: Date | null;
}

/** One entry of `connections`: another node, as seen by the node that was asked. */
export interface Peer {
  readonly name: string;
  readonly url: string | null;
  /** null: fully replicating. */
  readonly subscriptions: readonly TableSubscription[] | null;
  readonly databaseSockets: readonly DatabaseSocket[];
  readonly replication: ReplicationFlow | null;
  readonly shard: number | null;
  readonly startTime: Date | null;
  readonly revokedCertificates: readonly string[];
  readonly certificateAuthority: CertificateAuthority | null;
}

/** The cluster as one node sees it at one moment. */
export interface ClusterStatus {
  readonly nodeName: string;
  readonly url: string | null;
  readonly shard: number | null;
  readonly isEnabled: boolean;
  readonly connections: readonly Peer[];
  /** When the gateway received the answer. */
  readonly observedAt: Date;
  /** The node's own clock when it answered, from the Date header. Ages are computed with it. */
  readonly nodeTime: Date;
}

/** One route of the configuration, whatever its form there. */
export interface Route {
  readonly url: string;
  readonly hostname: string | null;
  readonly port: number | null;
  readonly configured: string;
}

/** Who asks. */
export interface Viewer {
  readonly username: string;
  readonly role: string;
  readonly isSuperUser: boolean;
  readonly canChange: boolean;
}
