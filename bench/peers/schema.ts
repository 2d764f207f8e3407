import process from 'node:process';
import { Pool } from 'undici';
import { changesBetween, toStatus } from './mapping.ts';

/* The schema of the GraphQL peers, in the form all of them take: SDL and resolvers. */

export const typeDefs = /* GraphQL */ `
  enum State { HEALTHY DEGRADED PARTIAL DISCONNECTED }
  type TableSubscription { table: String! }
  type DatabaseSocket {
    database: String!
    connected: Boolean!
    latency: Float
    lag: Int
    lastReceivedLocalTime: String
  }
  type Peer {
    name: String!
    url: String
    state: State!
    subscriptions: [TableSubscription!]
    databaseSockets: [DatabaseSocket!]!
  }
  type ClusterStatus { nodeName: String! state: State! connections: [Peer!]! }
  type Change {
    cursor: String!
    kind: String!
    peerName: String
    database: String
    connected: Boolean
    previouslyConnected: Boolean
    observedAt: String!
    message: String!
  }
  input AddNodeInput { url: String! verifyTls: Boolean }
  type AddNodePayload { message: String! }
  type Query { clusterStatus: ClusterStatus! }
  type Mutation { addNode(input: AddNodeInput!): AddNodePayload! }
  type Subscription { connectionStatusChanged: Change! }
`;

const pool = new Pool(process.env.HARPER_URL ?? '', { connections: 128, pipelining: 1 });

async function call(operation: object, authorization: string): Promise<unknown> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(operation),
  });
  if (statusCode !== 200) throw new Error(`Harper answered ${statusCode}`);
  return body.json();
}

const readStatus = async (authorization: string) =>
  toStatus((await call({ operation: 'cluster_status' }, authorization)) as never);

/** One poll for everybody, as a careful team would have it; each change goes to every queue. */
const queues = new Set<(change: object) => void>();
let polling = false;

async function poll(): Promise<void> {
  let before = await readStatus(AUTHORIZATION);
  setInterval(async () => {
    const after = await readStatus(AUTHORIZATION);
    for (const change of changesBetween(before, after)) for (const queue of [...queues]) queue(change);
    before = after;
  }, 250);
}

const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;

async function* changes() {
  if (!polling) {
    polling = true;
    await poll();
  }
  const waiting: object[] = [];
  let wake = (): void => undefined;
  const queue = (change: object) => {
    waiting.push(change);
    wake();
  };
  queues.add(queue);
  try {
    for (;;) {
      for (const change of waiting.splice(0)) yield { connectionStatusChanged: change };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    queues.delete(queue);
  }
}

interface Context {
  readonly authorization: string;
}

export const resolvers = {
  Query: { clusterStatus: (_: unknown, __: unknown, { authorization }: Context) => readStatus(authorization) },
  Mutation: {
    addNode: (_: unknown, { input }: { input: { url: string } }, { authorization }: Context) =>
      call({ operation: 'add_node', url: input.url }, authorization),
  },
  Subscription: { connectionStatusChanged: { subscribe: () => changes() } },
};
