/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The node to add and how to replicate with it. */
export type AddNodeInput = {
  /** Login for the node, needed once when it is added. */
  authorization?: AuthorizationInput | null | undefined;
  /** Revision out of clusterPlan or clusterStatus. When the topology has another one by now, nothing is sent and the error is CONFLICT. Left out: not checked. */
  expectedRevision?: string | null | undefined;
  /** Host name or address, which becomes its name; at least one of hostname and url is needed. */
  hostname?: string | null | undefined;
  /** Name of the node that is called; the preferred one that can be reached when left out. */
  node?: string | null | undefined;
  /** Whether Harper stores the login, in clear text, for later connections; false when left out. */
  retainAuthorization?: boolean | null | undefined;
  /** Serial numbers of certificates of the node that are no longer accepted. */
  revokedCertificates?: Array<string> | null | undefined;
  /** Shard the node belongs to, 0 to 65535. */
  shard?: number | null | undefined;
  /** Changes from before this time are not replicated. */
  startTime?: string | null | undefined;
  /** The tables to replicate. Left out: everything (a fully replicating connection), or on updateNode what there was. An empty list replicates nothing. */
  subscriptions?: Array<TableSubscriptionInput> | null | undefined;
  /** Its replication URL, ws:// or wss://. Made of hostname and the called node’s own port when left out. */
  url?: string | null | undefined;
  /** Whether its certificate is verified; Harper verifies when left out. */
  verifyTls?: boolean | null | undefined;
  /** Milliseconds to wait for the connection, 0 to 60000. The answer comes when every socket that replication needs is connected. When the time is over it comes with a warning. Left out, or 0: no waiting. */
  waitForConnected?: number | null | undefined;
};

/** How the called node logs in at the node to be added. */
export type AuthorizationInput =
  {   /** User name and password. */
  basic: BasicAuthorizationInput; header?: never; }
  |  { basic?: never;   /** An Authorization header: "Basic …" or "Bearer …", with a capital first letter. */
  header: string; };

/** A user name and password of the node to be added. */
export type BasicAuthorizationInput = {
  /** Password of that user. It goes to Harper and is never shown or logged. */
  password: string;
  /** Name of a super user there. */
  username: string;
};

/** Where changes are kept. */
export type ChangeLogKind =
  /** In a file, `HISTORY_FILE`: also over a restart. */
  | 'FILE'
  /** In the memory of this process: as long as the cluster is watched. */
  | 'MEMORY'
  /** In Redis, `REDIS_URL`: for all gateways of the cluster, also while none of them runs. */
  | 'REDIS';

/** What became of the cluster. */
export type ClusterChangeKind =
  /** They fit together again in what a DISAGREEMENT was about. */
  | 'AGREEMENT'
  /** The views of the nodes do not fit together, and that has lasted. */
  | 'DISAGREEMENT'
  /** All members are connected with one another again. */
  | 'JOINED'
  /** Two nodes are not connected any more for some databases, by what both say. */
  | 'LINK_DOWN'
  /** Two nodes say differently whether they are connected: changes go one way only. */
  | 'LINK_ONE_SIDED'
  /** Two nodes are connected for some databases. */
  | 'LINK_UP'
  /** A node has become a member. */
  | 'NODE_ADDED'
  /** A node that could be asked does not answer any more, or refuses the login. Its links are not told. */
  | 'NODE_DOWN'
  /** A node is no member any more. */
  | 'NODE_REMOVED'
  /** A node answers, or answers again. */
  | 'NODE_UP'
  /** The members have come apart into islands, or into other islands than before. */
  | 'SPLIT'
  /** The state of the cluster moved, such as from HEALTHY to DEGRADED. */
  | 'STATE_CHANGED';

/** State of a cluster, as one node or as all of them see it. */
export type ClusterState =
  /** Some connection is neither, but at least one socket is connected. */
  | 'DEGRADED'
  /** No socket to any peer is connected. */
  | 'DOWN'
  /** Every connection is HEALTHY, COPYING or IDLE. */
  | 'HEALTHY'
  /** The members are apart, in two or more islands. Of `cluster` only: one node cannot see that. */
  | 'SPLIT'
  /** The node has no peers. */
  | 'STANDALONE';

/** The whole wanted set of peers. */
export type ConfigureClusterInput = {
  /** Every node to replicate with, each once. Peers that are not in it are removed; an empty list removes all. */
  connections: Array<NodeInput>;
  /** Revision out of clusterPlan or clusterStatus. When the topology has another one by now, nothing is sent and the error is CONFLICT. Left out: not checked. */
  expectedRevision?: string | null | undefined;
  /** Name of the node that is called; the preferred one that can be reached when left out. */
  node?: string | null | undefined;
};

/** What became of a step. */
export type ConfigureStepResult =
  /** It was made. */
  | 'DONE'
  /** Harper refused it, names it as failed, or it could not be sent. */
  | 'FAILED'
  /** It was removed to be made anew, and could not be added again: it is no member any more. */
  | 'LOST'
  /** It was not begun, because of what became of the steps before it. */
  | 'NOT_RUN'
  /** It was made on the called node, but the other node could not be told; the message says why. */
  | 'PARTIAL'
  /** No answer came: it may have been made or not. */
  | 'UNKNOWN';

/** The rules that keep a connection from being HEALTHY. */
export type ConnectionReasonCode =
  /** Back-pressure has reached its threshold: this side takes changes more slowly than they come. */
  | 'BACK_PRESSURE'
  /** The peer is still sending changes that are older than the lag threshold. */
  | 'BEHIND'
  /** The first full copy of a database is running. */
  | 'COPYING'
  /** Replication needs no socket to this peer, or none exists yet. */
  | 'NO_SOCKETS'
  /** There has been no sign of life for longer than the liveness threshold. */
  | 'SILENT'
  /** Sockets that replication needs are not connected. */
  | 'SOCKETS_DOWN';

/** State of the connection to a peer, worst first. Only sockets that replication needs count. */
export type ConnectionState =
  /** The first full copy of a database is running. */
  | 'COPYING'
  /** No socket is connected. */
  | 'DISCONNECTED'
  /** All sockets are connected and up to date. */
  | 'HEALTHY'
  /** There are no sockets, and none is needed. */
  | 'IDLE'
  /** All are connected, but one is behind, back-pressed, or without a sign of life for too long. */
  | 'LAGGING'
  /** Some sockets are connected and some are not. */
  | 'PARTIAL';

/** Routes to delete. */
export type DeleteRoutesInput = {
  /** Name of the node that is called; the preferred one that can be reached when left out. */
  node?: string | null | undefined;
  /** The routes; at least one. */
  routes: Array<RouteInput>;
};

/** What nodes can disagree about. */
export type DisagreementKind =
  /** One end sends what the other does not receive. */
  | 'FLOW_DIFFERS'
  /** A link is up at one end and down at the other. */
  | 'LINK_ONE_SIDED'
  /** A node lists another that does not list it: half a join, a removed node, or one that was renamed. */
  | 'MEMBER_UNKNOWN'
  /** Two processes answer with one name. */
  | 'NAME_TAKEN_TWICE'
  /** Nodes have different shards for one node. */
  | 'SHARD_DIFFERS'
  /** The two ends have table subscriptions that do not match. */
  | 'TABLES_DIFFER'
  /** Nodes have different replication URLs for one node. */
  | 'URL_DIFFERS'
  /** Members run different releases of Harper. */
  | 'VERSION_DIFFERS';

/** How far a status can be trusted to be of this moment. */
export type Freshness =
  /** It was read for this answer or, in a subscription, by the last poll, and the next is not overdue. */
  | 'LIVE'
  /** Harper cannot be read. This is what was last seen. */
  | 'LOST'
  /** The next poll is overdue, or its answer could not be worked out. This is what was last seen. */
  | 'STALE';

/** Whose credentials reach Harper. */
export type GatewayMode =
  /** The caller's own; without any, nothing is sent. */
  | 'FORWARD'
  /** The caller's own, at the embedded sandbox cluster. */
  | 'SANDBOX'
  /** The gateway's own; callers are known to it by tokens. */
  | 'SERVICE';

/** A route by host. */
export type HostRouteInput = {
  /** Host name or address, without a port. */
  hostname: string;
  /** Replication port, 1 to 65535; Harper's default when left out. */
  port?: number | null | undefined;
};

/** State of the link between two nodes for one database. */
export type LinkState =
  /** Every end that needs a connection has it. */
  | 'CONNECTED'
  /** No end is connected. */
  | 'DOWN'
  /** One end is connected and the other is not: changes go one way only. */
  | 'ONE_SIDED'
  /** Only one end could be asked; `views` has what it says. */
  | 'UNCONFIRMED'
  /** No end needs it, or an end does not list the other. */
  | 'UNWANTED';

/** A node and how to replicate with it. */
export type NodeInput = {
  /** Login for the node, needed once when it is added. */
  authorization?: AuthorizationInput | null | undefined;
  /** Host name or address, which becomes its name; at least one of hostname and url is needed. */
  hostname?: string | null | undefined;
  /** Whether Harper stores the login, in clear text, for later connections; false when left out. */
  retainAuthorization?: boolean | null | undefined;
  /** Serial numbers of certificates of the node that are no longer accepted. */
  revokedCertificates?: Array<string> | null | undefined;
  /** Shard the node belongs to, 0 to 65535. */
  shard?: number | null | undefined;
  /** Changes from before this time are not replicated. */
  startTime?: string | null | undefined;
  /** The tables to replicate. Left out: everything (a fully replicating connection), or on updateNode what there was. An empty list replicates nothing. */
  subscriptions?: Array<TableSubscriptionInput> | null | undefined;
  /** Its replication URL, ws:// or wss://. Made of hostname and the called node’s own port when left out. */
  url?: string | null | undefined;
  /** Whether its certificate is verified; Harper verifies when left out. */
  verifyTls?: boolean | null | undefined;
};

/** Whether a node could be asked. */
export type NodeState =
  /** It does not accept the login, or does not let it see the cluster. */
  | 'REFUSED'
  /** No address of it is known or allowed. */
  | 'UNASKED'
  /** It has an address and gave no whole answer; `reason` says why. */
  | 'UNREACHABLE'
  /** It has answered. */
  | 'UP';

/** What becomes of a peer. */
export type PlannedChangeKind =
  /** It is added. */
  | 'ADD'
  /** It stays as it is. */
  | 'KEEP'
  /** It is removed. */
  | 'REMOVE'
  /** Its configuration is changed, or it is listed but not connected and is told again. */
  | 'UPDATE';

/** What a database socket is doing with the changes it gets. */
export type ReceivingState =
  /** It is receiving changes. */
  | 'RECEIVING'
  /** It has received all there is and waits for more. */
  | 'WAITING';

/** The node to remove. */
export type RemoveNodeInput = {
  /** Names of nodes at which it is removed as well, one after the other, once that is done. At the removed node itself its peers are removed instead: it lists them for good otherwise. */
  alsoAt?: Array<string> | null | undefined;
  /** Revision out of clusterPlan or clusterStatus. When the topology has another one by now, nothing is sent and the error is CONFLICT. Left out: not checked. */
  expectedRevision?: string | null | undefined;
  /** Name of the node, as clusterStatus lists it. */
  hostname: string;
  /** Name of the node that is called; the preferred one that can be reached when left out. */
  node?: string | null | undefined;
};

/** A route: where a node can be found. */
export type RouteInput =
  {   /** As a host and a port. */
  host: HostRouteInput; url?: never; }
  |  { host?: never;   /** As a ws:// or wss:// URL. */
  url: string; };

/** What a database socket is sending. */
export type SendingState =
  /** The first full copy of the database. */
  | 'COPYING'
  /** Nothing. */
  | 'IDLE'
  /** Changes. */
  | 'SENDING';

/** Routes to add. */
export type SetRoutesInput = {
  /** Name of the node that is called; the preferred one that can be reached when left out. */
  node?: string | null | undefined;
  /** The routes; at least one. */
  routes: Array<RouteInput>;
};

/** One table to replicate. */
export type TableSubscriptionInput = {
  /** Name of the database. */
  database: string;
  /** Whether changes on the called node go to the peer. */
  publish: boolean;
  /** Whether changes on the peer come to the called node. */
  subscribe: boolean;
  /** Name of the table. */
  table: string;
};

/** The node to change and at least one field to change; what is left out stays as it is. */
export type UpdateNodeInput = {
  /** Login for the node, needed once when it is added. */
  authorization?: AuthorizationInput | null | undefined;
  /** Revision out of clusterPlan or clusterStatus. When the topology has another one by now, nothing is sent and the error is CONFLICT. Left out: not checked. */
  expectedRevision?: string | null | undefined;
  /** Name of the node. */
  hostname: string;
  /** Name of the node that is called; the preferred one that can be reached when left out. */
  node?: string | null | undefined;
  /** Whether Harper stores the login, in clear text, for later connections; false when left out. */
  retainAuthorization?: boolean | null | undefined;
  /** Serial numbers of certificates of the node that are no longer accepted. */
  revokedCertificates?: Array<string> | null | undefined;
  /** Shard the node belongs to, 0 to 65535. */
  shard?: number | null | undefined;
  /** Changes from before this time are not replicated. */
  startTime?: string | null | undefined;
  /** The tables to replicate. Left out: everything (a fully replicating connection), or on updateNode what there was. An empty list replicates nothing. */
  subscriptions?: Array<TableSubscriptionInput> | null | undefined;
  /** Its replication URL, ws:// or wss://. Made of hostname and the called node’s own port when left out. */
  url?: string | null | undefined;
  /** Whether its certificate is verified; Harper verifies when left out. */
  verifyTls?: boolean | null | undefined;
  /** Milliseconds to wait for the connection, 0 to 60000. The answer comes when every socket that replication needs is connected. When the time is over it comes with a warning. Left out, or 0: no waiting. */
  waitForConnected?: number | null | undefined;
};

/** State of the polls that serve live readers. */
export type WatchState =
  /** Nobody is watching, so nothing is polled. */
  | 'IDLE'
  /** The last poll succeeded. */
  | 'LIVE'
  /** Harper cannot be read any more. */
  | 'LOST'
  /** The first poll has not succeeded yet, or the last one is overdue. */
  | 'STALE';

export type AvailabilityQueryVariables = Exact<{
  node: string;
  peer?: string | null | undefined;
  database?: string | null | undefined;
  day: string;
  week: string;
}>;


export type AvailabilityQuery = { day: { ratio: number | null, upMs: number, watchedMs: number } | null, week: { ratio: number | null, upMs: number, watchedMs: number } | null };

export type PeerSetupFragment = { url: string | null, shard: number | null, startTime: string | null, revokedCertificates: Array<string>, replication: { sends: boolean, receives: boolean } | null, subscriptions: Array<{ database: string, table: string, publish: boolean, subscribe: boolean }> | null };

export type ChangePlanQueryVariables = Exact<{
  connections: Array<NodeInput> | NodeInput;
  node?: string | null | undefined;
}>;


export type ChangePlanQuery = { clusterPlan: { nodeName: string, revision: string, isNoop: boolean, warnings: Array<string>, changes: Array<{ kind: PlannedChangeKind, node: string, summary: string, before: { url: string | null, shard: number | null, startTime: string | null, revokedCertificates: Array<string>, replication: { sends: boolean, receives: boolean } | null, subscriptions: Array<{ database: string, table: string, publish: boolean, subscribe: boolean }> | null } | null, after: { url: string | null, shard: number | null, startTime: string | null, revokedCertificates: Array<string>, replication: { sends: boolean, receives: boolean } | null, subscriptions: Array<{ database: string, table: string, publish: boolean, subscribe: boolean }> | null } | null }> } | null };

export type PeersQueryVariables = Exact<{
  node?: string | null | undefined;
}>;


export type PeersQuery = { clusterStatus: { nodeName: string, connections: Array<{ name: string, state: ConnectionState, url: string | null, shard: number | null, startTime: string | null, revokedCertificates: Array<string>, subscriptions: Array<{ database: string, table: string, publish: boolean, subscribe: boolean }> | null }> } | null };

export type RoutePlaceFragment = { configured: string, url: string, hostname: string | null, port: number | null };

export type RoutesQueryVariables = Exact<{
  node?: string | null | undefined;
}>;


export type RoutesQuery = { routes: Array<{ configured: string, url: string, hostname: string | null, port: number | null }> | null, clusterStatus: { nodeName: string } | null };

export type MutationHistoryQueryVariables = Exact<{
  last: number;
}>;


export type MutationHistoryQuery = { mutations: { edges: Array<{ node: { cursor: string, begunAt: string, endedAt: string | null, isRunning: boolean, mutation: string, targets: Array<string>, user: string | null, gateway: string, outcome: string | null, outcomeUnknown: boolean, reason: string | null, warnings: Array<string>, steps: Array<{ at: string | null, node: string, kind: string | null, result: string, message: string }> } }>, pageInfo: { hasPreviousPage: boolean } } | null };

export type AddNodeMutationVariables = Exact<{
  input: AddNodeInput;
}>;


export type AddNodeMutation = { result: { node: string, message: string, partial: boolean, emulated: boolean, warnings: Array<string> } | null };

export type UpdateNodeMutationVariables = Exact<{
  input: UpdateNodeInput;
}>;


export type UpdateNodeMutation = { result: { node: string, message: string, partial: boolean, emulated: boolean, warnings: Array<string> } | null };

export type RemoveNodeMutationVariables = Exact<{
  input: RemoveNodeInput;
}>;


export type RemoveNodeMutation = { result: { node: string, message: string, partial: boolean, emulated: boolean, warnings: Array<string>, steps: Array<{ at: string, node: string, result: ConfigureStepResult, message: string }> } | null };

export type ConfigureClusterMutationVariables = Exact<{
  input: ConfigureClusterInput;
}>;


export type ConfigureClusterMutation = { result: { node: string, message: string, partial: boolean, emulated: boolean, warnings: Array<string>, steps: Array<{ kind: PlannedChangeKind, node: string, result: ConfigureStepResult, message: string }> } | null };

export type SetRoutesMutationVariables = Exact<{
  input: SetRoutesInput;
}>;


export type SetRoutesMutation = { result: { node: string, message: string, partial: boolean, emulated: boolean, warnings: Array<string>, restartRequired: boolean } | null };

export type DeleteRoutesMutationVariables = Exact<{
  input: DeleteRoutesInput;
}>;


export type DeleteRoutesMutation = { result: { node: string, message: string, partial: boolean, emulated: boolean, warnings: Array<string>, restartRequired: boolean } | null };

export type ChangeFragment = { cursor: string, kind: ClusterChangeKind, message: string, nodes: Array<string>, databases: Array<string>, observedAt: string, isSnapshot: boolean, seenLate: boolean, state: ClusterState };

export type ClusterChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ClusterChangesSubscription = { clusterChanged: { cursor: string, kind: ClusterChangeKind, message: string, nodes: Array<string>, databases: Array<string>, observedAt: string, isSnapshot: boolean, seenLate: boolean, state: ClusterState } };

export type RecentChangesQueryVariables = Exact<{
  last: number;
}>;


export type RecentChangesQuery = { history: { edges: Array<{ node: { cursor: string, kind: ClusterChangeKind, message: string, nodes: Array<string>, databases: Array<string>, observedAt: string, isSnapshot: boolean, seenLate: boolean, state: ClusterState } }> } | null };

export type GatewayStateQueryVariables = Exact<{ [key: string]: never; }>;


export type GatewayStateQuery = { gateway: { version: string, mode: GatewayMode, startedAt: string, warnings: Array<string>, backends: Array<{ name: string | null, url: string, reachable: boolean, lastError: string | null, lastSuccessAt: string | null }>, changeLog: { kind: ChangeLogKind, failure: string | null, since: string | null, lost: number }, watch: { intervalMs: number, lastPollAt: string | null, state: WatchState } } };

export type HistoryPageQueryVariables = Exact<{
  nodes?: Array<string> | string | null | undefined;
  kinds?: Array<ClusterChangeKind> | ClusterChangeKind | null | undefined;
  databases?: Array<string> | string | null | undefined;
  since?: string | null | undefined;
  before?: string | null | undefined;
  last: number;
}>;


export type HistoryPageQuery = { history: { edges: Array<{ node: { cursor: string, kind: ClusterChangeKind, message: string, nodes: Array<string>, databases: Array<string>, observedAt: string, isSnapshot: boolean, seenLate: boolean, state: ClusterState } }>, pageInfo: { hasPreviousPage: boolean } } | null };

export type ChangesAroundQueryVariables = Exact<{
  cursor: string;
  most: number;
}>;


export type ChangesAroundQuery = { earlier: { edges: Array<{ node: { cursor: string, kind: ClusterChangeKind, message: string, nodes: Array<string>, databases: Array<string>, observedAt: string, isSnapshot: boolean, seenLate: boolean, state: ClusterState } }>, pageInfo: { hasPreviousPage: boolean } } | null, later: { edges: Array<{ node: { cursor: string, kind: ClusterChangeKind, message: string, nodes: Array<string>, databases: Array<string>, observedAt: string, isSnapshot: boolean, seenLate: boolean, state: ClusterState } }>, pageInfo: { hasNextPage: boolean } } | null };

export type ChangeAfterQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ChangeAfterQuery = { history: { edges: Array<{ node: { cursor: string, kind: ClusterChangeKind, message: string, nodes: Array<string>, databases: Array<string>, observedAt: string, isSnapshot: boolean, seenLate: boolean, state: ClusterState, disagreement: { remedy: string | null } | null } }> } | null };

export type LinkEndsQueryVariables = Exact<{
  databases?: Array<string> | string | null | undefined;
}>;


export type LinkEndsQuery = { cluster: { links: Array<{ nodes: Array<string>, database: string, views: Array<{ nodeName: string, connected: boolean, isWanted: boolean, latency: number | null }> }> } | null };

export type LinkFiguresQueryVariables = Exact<{ [key: string]: never; }>;


export type LinkFiguresQuery = { cluster: { links: Array<{ nodes: Array<string>, database: string, latency: number | null, views: Array<{ nodeName: string, lag: number | null, socket: { lastConnectionError: { at: string | null, code: number | null } | null } }> }> } | null };

export type LiveClusterSubscriptionVariables = Exact<{
  minIntervalMs?: number | null | undefined;
}>;


export type LiveClusterSubscription = { cluster: { state: ClusterState, freshness: Freshness, observedAt: string, isComplete: boolean, revision: string, nodes: Array<{ name: string, state: NodeState, stateSince: string | null, reason: string | null, isMember: boolean, version: string | null, view: { connections: Array<{ name: string, state: ConnectionState, stateSince: string | null, reasons: Array<{ code: ConnectionReasonCode, message: string, databases: Array<string> }> }> } | null }>, linkGroups: Array<{ nodes: Array<string>, databases: Array<string>, state: LinkState, since: string | null, reason: string | null }>, islands: Array<{ database: string | null, nodes: Array<string> }>, disagreements: Array<{ kind: DisagreementKind, nodes: Array<string>, database: string | null, message: string, remedy: string | null }> } };

export type SocketFragment = { database: string, connected: boolean, since: string | null, latency: number | null, lag: number | null, sending: SendingState, receiving: ReceivingState | null, backPressurePercent: number | null, lastReceivedLocalTime: string | null, lastLiveness: string | null, lastConnectionError: { at: string | null, code: number | null } | null };

export type PeerStateFragment = { name: string, url: string | null, shard: number | null, state: ConnectionState, stateSince: string | null, reasons: Array<{ code: ConnectionReasonCode, message: string, databases: Array<string> }>, replication: { sends: boolean, receives: boolean } | null };

export type NodeDetailQueryVariables = Exact<{
  name: string;
}>;


export type NodeDetailQuery = { cluster: { observedAt: string, subject: Array<{ name: string, url: string | null, operationsUrl: string | null, version: string | null, view: { observedAt: string, state: ClusterState, shard: number | null, isEnabled: boolean, connections: Array<{ name: string, url: string | null, shard: number | null, state: ConnectionState, stateSince: string | null, reasons: Array<{ code: ConnectionReasonCode, message: string, databases: Array<string> }>, replication: { sends: boolean, receives: boolean } | null }> } | null }>, nodes: Array<{ name: string, state: NodeState, view: { connections: Array<{ name: string, url: string | null, shard: number | null, state: ConnectionState, stateSince: string | null, reasons: Array<{ code: ConnectionReasonCode, message: string, databases: Array<string> }>, replication: { sends: boolean, receives: boolean } | null }> } | null }>, links: Array<{ nodes: Array<string>, database: string, latency: number | null, views: Array<{ nodeName: string, connected: boolean, isWanted: boolean, lag: number | null }> }> } | null };

export type LinkDetailQueryVariables = Exact<{
  nodes: Array<string> | string;
}>;


export type LinkDetailQuery = { cluster: { observedAt: string, nodes: Array<{ name: string, view: { connections: Array<{ name: string, url: string | null, shard: number | null, state: ConnectionState, stateSince: string | null, reasons: Array<{ code: ConnectionReasonCode, message: string, databases: Array<string> }>, replication: { sends: boolean, receives: boolean } | null }> } | null }>, links: Array<{ nodes: Array<string>, database: string, latency: number | null, views: Array<{ nodeName: string, isWanted: boolean, socket: { database: string, connected: boolean, since: string | null, latency: number | null, lag: number | null, sending: SendingState, receiving: ReceivingState | null, backPressurePercent: number | null, lastReceivedLocalTime: string | null, lastLiveness: string | null, lastConnectionError: { at: string | null, code: number | null } | null } }> }> } | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { username: string, role: string, isSuperUser: boolean, canChange: boolean } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const PeerSetupFragmentDoc = new TypedDocumentString(`
    fragment PeerSetup on PeerConfiguration {
  url
  shard
  startTime
  revokedCertificates
  replication {
    sends
    receives
  }
  subscriptions {
    database
    table
    publish
    subscribe
  }
}
    `, {"fragmentName":"PeerSetup"}) as unknown as TypedDocumentString<PeerSetupFragment, unknown>;
export const RoutePlaceFragmentDoc = new TypedDocumentString(`
    fragment RoutePlace on Route {
  configured
  url
  hostname
  port
}
    `, {"fragmentName":"RoutePlace"}) as unknown as TypedDocumentString<RoutePlaceFragment, unknown>;
export const ChangeFragmentDoc = new TypedDocumentString(`
    fragment Change on ClusterChange {
  cursor
  kind
  message
  nodes
  databases
  observedAt
  isSnapshot
  seenLate
  state
}
    `, {"fragmentName":"Change"}) as unknown as TypedDocumentString<ChangeFragment, unknown>;
export const SocketFragmentDoc = new TypedDocumentString(`
    fragment Socket on DatabaseSocket {
  database
  connected
  since
  latency
  lag
  sending
  receiving
  backPressurePercent
  lastReceivedLocalTime
  lastLiveness
  lastConnectionError {
    at
    code
  }
}
    `, {"fragmentName":"Socket"}) as unknown as TypedDocumentString<SocketFragment, unknown>;
export const PeerStateFragmentDoc = new TypedDocumentString(`
    fragment PeerState on Peer {
  name
  url
  shard
  state
  stateSince
  reasons {
    code
    message
    databases
  }
  replication {
    sends
    receives
  }
}
    `, {"fragmentName":"PeerState"}) as unknown as TypedDocumentString<PeerStateFragment, unknown>;
export const AvailabilityDocument = new TypedDocumentString(`
    query Availability($node: String!, $peer: String, $database: String, $day: DateTime!, $week: DateTime!) {
  day: availability(node: $node, peer: $peer, database: $database, since: $day) {
    ratio
    upMs
    watchedMs
  }
  week: availability(node: $node, peer: $peer, database: $database, since: $week) {
    ratio
    upMs
    watchedMs
  }
}
    `) as unknown as TypedDocumentString<AvailabilityQuery, AvailabilityQueryVariables>;
export const ChangePlanDocument = new TypedDocumentString(`
    query ChangePlan($connections: [NodeInput!]!, $node: String) {
  clusterPlan(connections: $connections, node: $node) {
    nodeName
    revision
    isNoop
    warnings
    changes {
      kind
      node
      summary
      before {
        ...PeerSetup
      }
      after {
        ...PeerSetup
      }
    }
  }
}
    fragment PeerSetup on PeerConfiguration {
  url
  shard
  startTime
  revokedCertificates
  replication {
    sends
    receives
  }
  subscriptions {
    database
    table
    publish
    subscribe
  }
}`) as unknown as TypedDocumentString<ChangePlanQuery, ChangePlanQueryVariables>;
export const PeersDocument = new TypedDocumentString(`
    query Peers($node: String) {
  clusterStatus(node: $node) {
    nodeName
    connections {
      name
      state
      url
      shard
      startTime
      revokedCertificates
      subscriptions {
        database
        table
        publish
        subscribe
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PeersQuery, PeersQueryVariables>;
export const RoutesDocument = new TypedDocumentString(`
    query Routes($node: String) {
  routes(node: $node) {
    ...RoutePlace
  }
  clusterStatus(node: $node) {
    nodeName
  }
}
    fragment RoutePlace on Route {
  configured
  url
  hostname
  port
}`) as unknown as TypedDocumentString<RoutesQuery, RoutesQueryVariables>;
export const MutationHistoryDocument = new TypedDocumentString(`
    query MutationHistory($last: Int!) {
  mutations(last: $last) {
    edges {
      node {
        cursor
        begunAt
        endedAt
        isRunning
        mutation
        targets
        user
        gateway
        outcome
        outcomeUnknown
        reason
        warnings
        steps {
          at
          node
          kind
          result
          message
        }
      }
    }
    pageInfo {
      hasPreviousPage
    }
  }
}
    `) as unknown as TypedDocumentString<MutationHistoryQuery, MutationHistoryQueryVariables>;
export const AddNodeDocument = new TypedDocumentString(`
    mutation AddNode($input: AddNodeInput!) {
  result: addNode(input: $input) {
    node
    message
    partial
    emulated
    warnings
  }
}
    `) as unknown as TypedDocumentString<AddNodeMutation, AddNodeMutationVariables>;
export const UpdateNodeDocument = new TypedDocumentString(`
    mutation UpdateNode($input: UpdateNodeInput!) {
  result: updateNode(input: $input) {
    node
    message
    partial
    emulated
    warnings
  }
}
    `) as unknown as TypedDocumentString<UpdateNodeMutation, UpdateNodeMutationVariables>;
export const RemoveNodeDocument = new TypedDocumentString(`
    mutation RemoveNode($input: RemoveNodeInput!) {
  result: removeNode(input: $input) {
    node
    message
    partial
    emulated
    warnings
    steps {
      at
      node
      result
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveNodeMutation, RemoveNodeMutationVariables>;
export const ConfigureClusterDocument = new TypedDocumentString(`
    mutation ConfigureCluster($input: ConfigureClusterInput!) {
  result: configureCluster(input: $input) {
    node
    message
    partial
    emulated
    warnings
    steps {
      kind
      node
      result
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ConfigureClusterMutation, ConfigureClusterMutationVariables>;
export const SetRoutesDocument = new TypedDocumentString(`
    mutation SetRoutes($input: SetRoutesInput!) {
  result: setRoutes(input: $input) {
    node
    message
    partial
    emulated
    warnings
    restartRequired
  }
}
    `) as unknown as TypedDocumentString<SetRoutesMutation, SetRoutesMutationVariables>;
export const DeleteRoutesDocument = new TypedDocumentString(`
    mutation DeleteRoutes($input: DeleteRoutesInput!) {
  result: deleteRoutes(input: $input) {
    node
    message
    partial
    emulated
    warnings
    restartRequired
  }
}
    `) as unknown as TypedDocumentString<DeleteRoutesMutation, DeleteRoutesMutationVariables>;
export const ClusterChangesDocument = new TypedDocumentString(`
    subscription ClusterChanges($after: ID) {
  clusterChanged(after: $after, snapshot: true) {
    ...Change
  }
}
    fragment Change on ClusterChange {
  cursor
  kind
  message
  nodes
  databases
  observedAt
  isSnapshot
  seenLate
  state
}`) as unknown as TypedDocumentString<ClusterChangesSubscription, ClusterChangesSubscriptionVariables>;
export const RecentChangesDocument = new TypedDocumentString(`
    query RecentChanges($last: Int!) {
  history(last: $last) {
    edges {
      node {
        ...Change
      }
    }
  }
}
    fragment Change on ClusterChange {
  cursor
  kind
  message
  nodes
  databases
  observedAt
  isSnapshot
  seenLate
  state
}`) as unknown as TypedDocumentString<RecentChangesQuery, RecentChangesQueryVariables>;
export const GatewayStateDocument = new TypedDocumentString(`
    query GatewayState {
  gateway {
    version
    mode
    startedAt
    warnings
    backends {
      name
      url
      reachable
      lastError
      lastSuccessAt
    }
    changeLog {
      kind
      failure
      since
      lost
    }
    watch {
      intervalMs
      lastPollAt
      state
    }
  }
}
    `) as unknown as TypedDocumentString<GatewayStateQuery, GatewayStateQueryVariables>;
export const HistoryPageDocument = new TypedDocumentString(`
    query HistoryPage($nodes: [String!], $kinds: [ClusterChangeKind!], $databases: [String!], $since: DateTime, $before: String, $last: Int!) {
  history(
    nodes: $nodes
    kinds: $kinds
    databases: $databases
    since: $since
    before: $before
    last: $last
  ) {
    edges {
      node {
        ...Change
      }
    }
    pageInfo {
      hasPreviousPage
    }
  }
}
    fragment Change on ClusterChange {
  cursor
  kind
  message
  nodes
  databases
  observedAt
  isSnapshot
  seenLate
  state
}`) as unknown as TypedDocumentString<HistoryPageQuery, HistoryPageQueryVariables>;
export const ChangesAroundDocument = new TypedDocumentString(`
    query ChangesAround($cursor: String!, $most: Int!) {
  earlier: history(before: $cursor, last: $most) {
    edges {
      node {
        ...Change
      }
    }
    pageInfo {
      hasPreviousPage
    }
  }
  later: history(after: $cursor, first: $most) {
    edges {
      node {
        ...Change
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment Change on ClusterChange {
  cursor
  kind
  message
  nodes
  databases
  observedAt
  isSnapshot
  seenLate
  state
}`) as unknown as TypedDocumentString<ChangesAroundQuery, ChangesAroundQueryVariables>;
export const ChangeAfterDocument = new TypedDocumentString(`
    query ChangeAfter($after: String) {
  history(after: $after, first: 1) {
    edges {
      node {
        ...Change
        disagreement {
          remedy
        }
      }
    }
  }
}
    fragment Change on ClusterChange {
  cursor
  kind
  message
  nodes
  databases
  observedAt
  isSnapshot
  seenLate
  state
}`) as unknown as TypedDocumentString<ChangeAfterQuery, ChangeAfterQueryVariables>;
export const LinkEndsDocument = new TypedDocumentString(`
    query LinkEnds($databases: [String!]) {
  cluster {
    links(databases: $databases) {
      nodes
      database
      views {
        nodeName
        connected
        isWanted
        latency
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LinkEndsQuery, LinkEndsQueryVariables>;
export const LinkFiguresDocument = new TypedDocumentString(`
    query LinkFigures {
  cluster {
    links {
      nodes
      database
      latency
      views {
        nodeName
        lag
        socket {
          lastConnectionError {
            at
            code
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LinkFiguresQuery, LinkFiguresQueryVariables>;
export const LiveClusterDocument = new TypedDocumentString(`
    subscription LiveCluster($minIntervalMs: Int) {
  cluster(minIntervalMs: $minIntervalMs) {
    state
    freshness
    observedAt
    isComplete
    revision
    nodes {
      name
      state
      stateSince
      reason
      isMember
      version
      view {
        connections(states: [LAGGING, COPYING, PARTIAL, DISCONNECTED]) {
          name
          state
          stateSince
          reasons {
            code
            message
            databases
          }
        }
      }
    }
    linkGroups {
      nodes
      databases
      state
      since
      reason
    }
    islands {
      database
      nodes
    }
    disagreements {
      kind
      nodes
      database
      message
      remedy
    }
  }
}
    `) as unknown as TypedDocumentString<LiveClusterSubscription, LiveClusterSubscriptionVariables>;
export const NodeDetailDocument = new TypedDocumentString(`
    query NodeDetail($name: String!) {
  cluster {
    observedAt
    subject: nodes(names: [$name]) {
      name
      url
      operationsUrl
      version
      view {
        observedAt
        state
        shard
        isEnabled
        connections {
          ...PeerState
        }
      }
    }
    nodes {
      name
      state
      view {
        connections(names: [$name]) {
          ...PeerState
        }
      }
    }
    links(nodes: [$name]) {
      nodes
      database
      latency
      views {
        nodeName
        connected
        isWanted
        lag
      }
    }
  }
}
    fragment PeerState on Peer {
  name
  url
  shard
  state
  stateSince
  reasons {
    code
    message
    databases
  }
  replication {
    sends
    receives
  }
}`) as unknown as TypedDocumentString<NodeDetailQuery, NodeDetailQueryVariables>;
export const LinkDetailDocument = new TypedDocumentString(`
    query LinkDetail($nodes: [String!]!) {
  cluster {
    observedAt
    nodes(names: $nodes) {
      name
      view {
        connections(names: $nodes) {
          ...PeerState
        }
      }
    }
    links(nodes: $nodes) {
      nodes
      database
      latency
      views {
        nodeName
        isWanted
        socket {
          ...Socket
        }
      }
    }
  }
}
    fragment Socket on DatabaseSocket {
  database
  connected
  since
  latency
  lag
  sending
  receiving
  backPressurePercent
  lastReceivedLocalTime
  lastLiveness
  lastConnectionError {
    at
    code
  }
}
fragment PeerState on Peer {
  name
  url
  shard
  state
  stateSince
  reasons {
    code
    message
    databases
  }
  replication {
    sends
    receives
  }
}`) as unknown as TypedDocumentString<LinkDetailQuery, LinkDetailQueryVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    username
    role
    isSuperUser
    canChange
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;