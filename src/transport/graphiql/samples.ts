/** One tab that GraphiQL opens with. */
export interface Sample {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * Sample documents for every operation of the schema. A test runs each against the sandbox.
 * @param spareNode a node to add and remove
 */
export const samples = (spareNode: string): readonly Sample[] => [
  {
    query: `# What is connected, and how well?
# Latency is in milliseconds, exactly as measured.
query ClusterStatus {
  clusterStatus {
    nodeName
    isEnabled
    state
    revision
    observedAt
    connections {
      name
      url
      state
      reasons { code message databases }
      databaseSockets {
        database
        connected
        latency
        lag
        sending
        receiving
        lastReceivedLocalTime
      }
    }
  }
}
`,
  },
  {
    query: `# The whole cluster, by what all of its nodes say.
# Cut two of them from one another, and look again.
query Cluster {
  cluster {
    state
    isComplete
    islands { database nodes }
    links(states: [ONE_SIDED, DOWN, UNCONFIRMED]) { nodes database state reason }
    disagreements { kind nodes database message remedy }
    nodes { name state reason isMember version }
  }
}
`,
  },
  {
    query: `# What has become of the cluster, the newest last. Watch it (ClusterChanges),
# and take a node down: without HISTORY_FILE it is kept while somebody watches.
query History {
  history(last: 20) {
    edges { node { observedAt kind nodes databases message seenLate } }
    pageInfo { hasPreviousPage startCursor }
  }
  availability(node: "node-2") { ratio upMs watchedMs }
}
`,
  },
  {
    query: `# One node of the cluster, and all its links.
query ClusterNode($name: String!) {
  clusterNode(name: $name) {
    name
    url
    state
    view { state connections { name state } }
    links { nodes database state latency }
  }
}
`,
    variables: { name: 'node-2' },
  },
  {
    query: `# Live: the status at once, then after every change.
# Latency is in milliseconds, exactly as measured.
subscription LiveStatus {
  clusterStatus {
    state
    observedAt
    connections {
      name
      state
      databaseSockets { database connected latency }
    }
  }
}
`,
  },
  {
    query: `# Live: what becomes of the cluster, each thing once, however many nodes tell of it.
# It is told when it has lasted: after some 3 seconds, or 30 where one end only is down.
subscription ClusterChanges {
  clusterChanged(snapshot: true) {
    cursor
    kind
    nodes
    databases
    state
    message
    disagreement { message remedy }
  }
}
`,
  },
  {
    query: `# Live: each change in the view of any node, in order. Kill a node and watch.
subscription LiveChanges {
  connectionStatusChanged(snapshot: true) {
    cursor
    kind
    peerName
    database
    connected
    previouslyConnected
    message
    peer { state }
  }
}
`,
  },
  {
    query: `# One peer, whole.
query Peer($name: String!) {
  peer(name: $name) {
    name
    url
    state
    shard
    startTime
    revokedCertificates
    subscriptions {
      database
      table
      publish
      subscribe
    }
    replication { sends receives }
    certificateAuthority { subject validTo }
    databaseSockets {
      database
      connected
      threadId
      lastCommitConfirmed
      backPressurePercent
    }
  }
}
`,
    variables: { name: 'node-2' },
  },
  {
    query: `# Where nodes can be found when the cluster starts.
query Routes {
  routes { url hostname port configured }
}
`,
  },
  {
    query: `# Who am I, and what am I talking to?
query WhoAndWhere {
  viewer { username role isSuperUser canChange }
  gateway {
    version
    mode
    startedAt
    backend {
      url
      reachable
      lastSuccessAt
      lastError
      operations { name native }
    }
    watch { state intervalMs subscribers }
  }
}
`,
  },
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
