/** What is asked, of what, by how many. */
export interface Scenario {
  readonly name: string;
  readonly peers: number;
  readonly databases: number;
  /** How many clients ask at once, one number after the other. */
  readonly connections: readonly number[];
  /** Milliseconds Harper takes for an answer; 0 when left out. */
  readonly delay?: number;
  /**
   * Nothing can be shared: every connection has a login of its own, and calls may overlap on the main thread of Harper.
   */
  readonly unshared?: true;
  /** Whether Harper's figures move from answer to answer: busy when left out. */
  readonly mood?: 'busy' | 'rest';
  /** With the headers that a browser's fetch sends from a page of the same origin. */
  readonly browser?: true;
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
    connections {
      name url state subscriptions { table } databaseSockets { database connected latency lag lastReceivedLocalTime }
    }
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

const SMALL = { peers: 3, databases: 2 } as const;
const LARGE = { peers: 50, databases: 4 } as const;

export const SCENARIOS: readonly Scenario[] = [
  { name: '3x2', ...SMALL, connections: [1, 50, 200], request: 'status', variants: true },
  { name: '3x2, browser', ...SMALL, connections: [50], browser: true, request: 'status' },
  { name: '3x2, Harper 3 ms', ...SMALL, connections: [1, 50, 200], delay: 3, request: 'status' },
  { name: '3x2, nothing shared', ...SMALL, connections: [50], unshared: true, request: 'status' },
  {
    name: '3x2, nothing shared, at rest',
    ...SMALL,
    connections: [50],
    unshared: true,
    mood: 'rest',
    request: 'status',
  },
  { name: '50x4', ...LARGE, connections: [1, 50, 200], request: 'status', variants: true },
  { name: '50x4, Harper 3 ms', ...LARGE, connections: [1, 50, 200], delay: 3, request: 'status' },
  { name: '50x4, nothing shared', ...LARGE, connections: [50], unshared: true, request: 'status' },
  { name: 'small query', ...SMALL, connections: [50], request: 'small' },
  { name: 'mutation', ...SMALL, connections: [50], request: 'mutation' },
];
