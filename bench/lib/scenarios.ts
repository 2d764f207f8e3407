/** What is asked, of what, by how many. */
export interface Scenario {
  readonly name: string;
  readonly peers: number;
  readonly databases: number;
  readonly connections: number;
  /** Milliseconds Harper takes for an answer; 0 when left out. */
  readonly delay?: number;
  /** Every connection with a login of its own, and a Harper on whose main thread calls may overlap: nothing can be shared. */
  readonly unshared?: true;
  /** Whether Harper's figures move from answer to answer: busy when left out. */
  readonly mood?: 'busy' | 'rest';
  readonly request: keyof typeof REQUESTS;
  /** Beside the usual contestants, the gateway with a way switched off. */
  readonly variants?: true;
}

interface Request {
  readonly query: string;
  /** What the proxy is asked for instead. */
  readonly operation: string;
  /** What every right answer has. */
  readonly mark: string;
}

export const REQUESTS = {
  status: {
    query: `{
  clusterStatus {
    nodeName state
    connections { name url state subscriptions { table } databaseSockets { database connected latency lag lastReceivedLocalTime } }
  }
}`,
    operation: '{"operation":"cluster_status"}',
    mark: 'node-2',
  },
  small: { query: '{ clusterStatus { nodeName state } }', operation: '{"operation":"cluster_status"}', mark: 'node-1' },
  mutation: {
    query: 'mutation { addNode(input: { url: "ws://node-9:9933" }) { message } }',
    operation: '{"operation":"add_node","url":"ws://node-9:9933"}',
    mark: 'Successfully added',
  },
} as const satisfies Record<string, Request>;

export const SCENARIOS: readonly Scenario[] = [
  { name: '3x2 c=1', peers: 3, databases: 2, connections: 1, request: 'status' },
  { name: '3x2 c=50', peers: 3, databases: 2, connections: 50, request: 'status', variants: true },
  { name: '3x2 c=200', peers: 3, databases: 2, connections: 200, request: 'status' },
  { name: '3x2 c=50, Harper 3 ms', peers: 3, databases: 2, connections: 50, delay: 3, request: 'status' },
  { name: '3x2 c=50, nothing shared', peers: 3, databases: 2, connections: 50, unshared: true, request: 'status' },
  {
    name: '3x2 c=50, nothing shared, at rest',
    peers: 3,
    databases: 2,
    connections: 50,
    unshared: true,
    mood: 'rest',
    request: 'status',
  },
  { name: '50x4 c=50', peers: 50, databases: 4, connections: 50, request: 'status', variants: true },
  { name: '50x4 c=50, nothing shared', peers: 50, databases: 4, connections: 50, unshared: true, request: 'status' },
  { name: 'small query c=50', peers: 3, databases: 2, connections: 50, request: 'small' },
  { name: 'mutation c=50', peers: 3, databases: 2, connections: 50, request: 'mutation' },
];
