import { graphql } from '../graphql/index.ts';

/** What the cluster looks like; asked once. */
export const STATUS = graphql(`
  query Status {
    clusterStatus { id nodeName state connections { id name state } }
  }
`);

/** Takes a node out of the cluster. */
export const REMOVE_NODE = graphql(`
  mutation RemoveNode($hostname: String!) {
    removeNode(input: { hostname: $hostname }) { message warnings }
  }
`);

/** The status at once, and again after every change: for dashboards. */
export const WATCH_STATUS = graphql(`
  subscription WatchStatus {
    clusterStatus { id nodeName state connections { id name state } }
  }
`);

/** Each change in order, with a cursor to go on from: for alerts and logs. */
export const FOLLOW_CHANGES = graphql(`
  subscription FollowChanges($after: ID, $snapshot: Boolean) {
    connectionStatusChanged(after: $after, snapshot: $snapshot) { cursor kind peerName database message }
  }
`);
