import type { Sample } from './sample.ts';

/**
 * Mutations, and the plan of one.
 * @param spareNode a node to add and remove
 */
export const mutations = (spareNode: string): readonly Sample[] => [
  {
    query: `# Adds a node. On the sandbox, ${spareNode} runs
# and waits to be added.
mutation AddNode($input: AddNodeInput!) {
  addNode(input: $input) {
    message
    partial
    warnings
    peer { name url state }
  }
}
`,
    variables: {
      input: {
        hostname: spareNode,
        verifyTls: false,
        authorization: { basic: { username: 'admin', password: 'sandbox' } },
        waitForConnected: 5000,
      },
    },
  },
  {
    query: `# Changes how the cluster replicates with a node.
mutation UpdateNode($input: UpdateNodeInput!) {
  updateNode(input: $input) {
    message
    partial
    warnings
    peer { name shard }
  }
}
`,
    variables: { input: { hostname: 'node-2', shard: 1 } },
  },
  {
    query: `# Removes a node.
mutation RemoveNode($input: RemoveNodeInput!) {
  removeNode(input: $input) {
    message
    warnings
    clusterStatus { connections { name } }
  }
}
`,
    variables: { input: { hostname: spareNode } },
  },
  {
    query: `# Adds routes to the configuration.
mutation SetRoutes($input: SetRoutesInput!) {
  setRoutes(input: $input) {
    message
    restartRequired
    set { url }
    skipped { url }
    routes { configured }
  }
}
`,
    variables: { input: { routes: [{ host: { hostname: spareNode, port: 9933 } }] } },
  },
  {
    query: `# Deletes routes from the configuration.
mutation DeleteRoutes($input: DeleteRoutesInput!) {
  deleteRoutes(input: $input) {
    message
    restartRequired
    deleted { url }
    skipped { url }
    routes { configured }
  }
}
`,
    variables: { input: { routes: [{ host: { hostname: spareNode, port: 9933 } }] } },
  },
  {
    query: `# What would configureCluster do? Changes nothing.
# Give its revision to configureCluster as
# expectedRevision.
query ClusterPlan($connections: [NodeInput!]!) {
  clusterPlan(connections: $connections) {
    revision
    isNoop
    changes {
      kind
      node
      summary
      before { ...Configured }
      after { ...Configured }
    }
  }
}

fragment Configured on PeerConfiguration {
  url
  shard
  subscriptions { database table }
}
`,
    variables: { connections: [{ hostname: 'node-2' }, { hostname: spareNode }] },
  },
  {
    query: `# Replaces ALL connections by these.
# Peers that are not listed are removed.
mutation ConfigureCluster($input: ConfigureClusterInput!) {
  configureCluster(input: $input) {
    message
    partial
    emulated
    warnings
    steps { kind node ok message }
    clusterStatus { revision connections { name state } }
  }
}
`,
    variables: {
      input: {
        connections: ['node-2', 'node-3'].map((hostname) => ({
          hostname,
          verifyTls: false,
          authorization: { basic: { username: 'admin', password: 'sandbox' } },
        })),
      },
    },
  },
];
