/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

/** What a database socket is doing with the changes it gets. */
export type ReceivingState =
  /** It is receiving changes. */
  | 'RECEIVING'
  /** It has received all there is and waits for more. */
  | 'WAITING';

/** What a database socket is sending. */
export type SendingState =
  /** The first full copy of the database. */
  | 'COPYING'
  /** Nothing. */
  | 'IDLE'
  /** Changes. */
  | 'SENDING';

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


export type GatewayStateQuery = { gateway: { version: string, mode: GatewayMode, startedAt: string, warnings: Array<string>, backends: Array<{ name: string | null, url: string, reachable: boolean, lastError: string | null, lastSuccessAt: string | null }>, changeLog: { kind: ChangeLogKind, failure: string | null, since: string | null }, watch: { intervalMs: number, lastPollAt: string | null, state: WatchState } } };

export type LinkFiguresQueryVariables = Exact<{ [key: string]: never; }>;


export type LinkFiguresQuery = { cluster: { links: Array<{ nodes: Array<string>, database: string, latency: number | null, views: Array<{ nodeName: string, lag: number | null, socket: { lastConnectionError: { at: string | null, code: number | null } | null } }> }> } | null };

export type LiveClusterSubscriptionVariables = Exact<{
  minIntervalMs?: number | null | undefined;
}>;


export type LiveClusterSubscription = { cluster: { state: ClusterState, freshness: Freshness, observedAt: string, isComplete: boolean, revision: string, nodes: Array<{ name: string, state: NodeState, stateSince: string | null, reason: string | null, isMember: boolean, version: string | null, view: { connections: Array<{ name: string, state: ConnectionState, stateSince: string | null, reasons: Array<{ code: ConnectionReasonCode, message: string, databases: Array<string> }> }> } | null }>, links: Array<{ nodes: Array<string>, database: string, state: LinkState, since: string | null, reason: string | null }>, islands: Array<{ database: string | null, nodes: Array<string> }>, disagreements: Array<{ kind: DisagreementKind, nodes: Array<string>, database: string | null, message: string, remedy: string | null }> } };

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
    }
    watch {
      intervalMs
      lastPollAt
      state
    }
  }
}
    `) as unknown as TypedDocumentString<GatewayStateQuery, GatewayStateQueryVariables>;
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
    links {
      nodes
      database
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