/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** State of the cluster as one node sees it. */
export type ClusterState =
  /** Some connection is neither, but at least one socket is connected. */
  | 'DEGRADED'
  /** No socket to any peer is connected. */
  | 'DOWN'
  /** Every connection is HEALTHY, COPYING or IDLE. */
  | 'HEALTHY'
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

export type ExampleClusterStatusQueryVariables = Exact<{ [key: string]: never; }>;


export type ExampleClusterStatusQuery = { clusterStatus: { nodeName: string, state: ClusterState, connections: Array<{ name: string, state: ConnectionState, reasons: Array<{ message: string }> }> } };


export const ExampleClusterStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExampleClusterStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"clusterStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodeName"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"connections"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"reasons"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ExampleClusterStatusQuery, ExampleClusterStatusQueryVariables>;