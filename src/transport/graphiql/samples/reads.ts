import type { Sample } from './sample.ts';

/** Queries and subscriptions. */
export const READS: readonly Sample[] = [
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
    query: `# Who has changed what, and what came of it, the newest last.
query Mutations {
  mutations(last: 20) {
    edges { node { begunAt endedAt isRunning user mutation targets outcome reason } }
    pageInfo { hasPreviousPage startCursor }
  }
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
];
