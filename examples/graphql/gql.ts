/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Status {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n": typeof types.StatusDocument,
    "\n  mutation RemoveNode($hostname: String!) {\n    removeNode(input: { hostname: $hostname }) { message warnings }\n  }\n": typeof types.RemoveNodeDocument,
    "\n  subscription WatchStatus {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n": typeof types.WatchStatusDocument,
    "\n  subscription FollowChanges($after: ID, $snapshot: Boolean) {\n    connectionStatusChanged(after: $after, snapshot: $snapshot) { cursor kind peerName database message }\n  }\n": typeof types.FollowChangesDocument,
    "\n  query ExampleClusterStatus {\n    clusterStatus { nodeName state connections { name state reasons { message } } }\n  }\n": typeof types.ExampleClusterStatusDocument,
};
const documents: Documents = {
    "\n  query Status {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n": types.StatusDocument,
    "\n  mutation RemoveNode($hostname: String!) {\n    removeNode(input: { hostname: $hostname }) { message warnings }\n  }\n": types.RemoveNodeDocument,
    "\n  subscription WatchStatus {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n": types.WatchStatusDocument,
    "\n  subscription FollowChanges($after: ID, $snapshot: Boolean) {\n    connectionStatusChanged(after: $after, snapshot: $snapshot) { cursor kind peerName database message }\n  }\n": types.FollowChangesDocument,
    "\n  query ExampleClusterStatus {\n    clusterStatus { nodeName state connections { name state reasons { message } } }\n  }\n": types.ExampleClusterStatusDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Status {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n"): (typeof documents)["\n  query Status {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveNode($hostname: String!) {\n    removeNode(input: { hostname: $hostname }) { message warnings }\n  }\n"): (typeof documents)["\n  mutation RemoveNode($hostname: String!) {\n    removeNode(input: { hostname: $hostname }) { message warnings }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription WatchStatus {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n"): (typeof documents)["\n  subscription WatchStatus {\n    clusterStatus { id nodeName state connections { id name state } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FollowChanges($after: ID, $snapshot: Boolean) {\n    connectionStatusChanged(after: $after, snapshot: $snapshot) { cursor kind peerName database message }\n  }\n"): (typeof documents)["\n  subscription FollowChanges($after: ID, $snapshot: Boolean) {\n    connectionStatusChanged(after: $after, snapshot: $snapshot) { cursor kind peerName database message }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ExampleClusterStatus {\n    clusterStatus { nodeName state connections { name state reasons { message } } }\n  }\n"): (typeof documents)["\n  query ExampleClusterStatus {\n    clusterStatus { nodeName state connections { name state reasons { message } } }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;