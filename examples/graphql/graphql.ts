/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

/** What changed. */
export type ConnectionStatusChangeKind =
  /** A database socket went up. */
  | 'CONNECTED'
  /** A peer got a socket for one more database; CONNECTED follows when it is up. */
  | 'DATABASE_ADDED'
  /** A peer has no socket for a database any more. */
  | 'DATABASE_REMOVED'
  /** A database socket went down. */
  | 'DISCONNECTED'
  /** One of several nodes cannot be read any more; what was last seen of its view may be out of date. */
  | 'NODE_LOST'
  /** It can be read again; what changed in its view meanwhile follows. */
  | 'NODE_RESTORED'
  /** A peer was added; its sockets follow as DATABASE_ADDED. */
  | 'PEER_ADDED'
  /** A peer was removed, with all its sockets. */
  | 'PEER_REMOVED'
  /** A database socket dropped and came back between two looks. */
  | 'RECONNECTED'
  /** A socket as it is when the stream begins, where `snapshot: true` asked for it; one per socket. */
  | 'SNAPSHOT'
  /** The state of a connection moved, such as from HEALTHY to LAGGING. */
  | 'STATE_CHANGED'
  /** A peer's subscriptions, URL, shard or flow changed. */
  | 'TOPOLOGY_CHANGED'
  /** The gateway cannot read the status any more; what it last saw may be out of date. */
  | 'UPSTREAM_LOST'
  /** The gateway can read the status again; what changed meanwhile follows. */
  | 'UPSTREAM_RESTORED';

export type StatusQueryVariables = Exact<{ [key: string]: never; }>;


export type StatusQuery = { clusterStatus: { id: string, nodeName: string, state: ClusterState, connections: Array<{ id: string, name: string, state: ConnectionState }> } | null };

export type RemoveNodeMutationVariables = Exact<{
  hostname: string;
}>;


export type RemoveNodeMutation = { removeNode: { message: string, warnings: Array<string> } | null };

export type WatchStatusSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type WatchStatusSubscription = { clusterStatus: { id: string, nodeName: string, state: ClusterState, connections: Array<{ id: string, name: string, state: ConnectionState }> } };

export type FollowChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  snapshot?: boolean | null | undefined;
}>;


export type FollowChangesSubscription = { connectionStatusChanged: { cursor: string, kind: ConnectionStatusChangeKind, peerName: string | null, database: string | null, message: string } };

export type ExampleClusterStatusQueryVariables = Exact<{ [key: string]: never; }>;


export type ExampleClusterStatusQuery = { clusterStatus: { nodeName: string, state: ClusterState, connections: Array<{ name: string, state: ConnectionState, reasons: Array<{ message: string }> }> } | null };


export const StatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Status"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"clusterStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"nodeName"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"connections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]}}]} as unknown as DocumentNode<StatusQuery, StatusQueryVariables>;
export const RemoveNodeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveNode"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"hostname"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeNode"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"hostname"},"value":{"kind":"Variable","name":{"kind":"Name","value":"hostname"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}}]}}]}}]} as unknown as DocumentNode<RemoveNodeMutation, RemoveNodeMutationVariables>;
export const WatchStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"WatchStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"clusterStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"nodeName"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"connections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]}}]} as unknown as DocumentNode<WatchStatusSubscription, WatchStatusSubscriptionVariables>;
export const FollowChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"snapshot"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"connectionStatusChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"snapshot"},"value":{"kind":"Variable","name":{"kind":"Name","value":"snapshot"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"peerName"}},{"kind":"Field","name":{"kind":"Name","value":"database"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]} as unknown as DocumentNode<FollowChangesSubscription, FollowChangesSubscriptionVariables>;
export const ExampleClusterStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExampleClusterStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"clusterStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodeName"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"connections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"reasons"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ExampleClusterStatusQuery, ExampleClusterStatusQueryVariables>;