import { connection, socket, status } from '../support/answers.ts';

/** An answer as a real server has given it, or as the vendor documents it: docs/harper.md lists the kinds. */
export interface RecordedAnswer {
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
}

const ok = (operation: string, body: unknown): RecordedAnswer => ({ operation, status: 200, body });

const CA_INFO = {
  issuer: 'CN=HarperDB-Certificate-Authority-node-2 C=USA ST=Colorado L=Denver O=HarperDB\\, Inc.',
  subject: 'CN=HarperDB-Certificate-Authority-node-2 C=USA ST=Colorado L=Denver O=HarperDB\\, Inc.',
  subjectAltName: 'DNS:node-2',
  serialNumber: '6F6D03E2F5D95242',
  validFrom: 'Nov 23 02:11:29 2026 GMT',
  validTo: 'Nov 20 02:11:29 2036 GMT',
};
const TABLE = { database: 'dev', table: 'dog', subscribe: true, publish: true };
const NEW_SOCKET = {
  database: 'system',
  threadId: 1,
  nodes: ['node-2'],
  lastReceivedVersion: 0,
  backPressurePercent: 0,
  lastReceivedStatus: 'Waiting',
};
/** What 5.2 adds to a socket. */
const SINCE_5_2 = {
  lastLiveness: 'Thu, 26 Nov 2026 00:59:42 GMT',
  lastConnectionError: { code: 1006, time: 'Thu, 26 Nov 2026 00:59:42 GMT' },
  blobReplicationFailures: 2,
  lastBlobFailure: 'Thu, 26 Nov 2026 00:59:42 GMT',
};
const ROUTES = ['node-2', 'ws://node-3:9933', { host: 'node-4', port: 9933, shard: 1, subscriptions: [TABLE] }];
const MEMBER = 'Successfully added ';

/** One of each kind that a server answers an operation with when it is well. */
const SUCCESSES: readonly RecordedAnswer[] = [
  ok('cluster_status', status([])),
  ok('cluster_status', status([connection({ ca_info: CA_INFO, shard: 1, start_time: 1704067200000 })])),
  ok('cluster_status', status([connection({ authorization: 'Basic YTpi', revoked_certificates: ['1769F7D6A'] })])),
  ok('cluster_status', status([connection({ subscriptions: [TABLE], replicates: undefined })])),
  ok('cluster_status', status([connection({ database_sockets: [NEW_SOCKET, socket({ sendingMessage: 'Copying' })] })])),
  ok('cluster_status', { ...status([connection({ database_sockets: [socket(SINCE_5_2)] })]), type: undefined }),
  ok(
    'cluster_status',
    status([connection({ replicates: { sends: true, receives: false, sendsTo: ['a'], receivesFrom: [] } })]),
  ),
  ok('cluster_status', status([{ name: 'node-2', port: 9933, startTime: '2024-01-01T00:00:00Z', replicates: true }])),
  ok('cluster_status', {
    node_name: 'node-1',
    is_enabled: true,
    connections: [
      {
        node_name: 'node-2',
        status: 'open',
        ports: { clustering: 9932, operations_api: 9925 },
        latency_ms: 2,
        uptime: '1h',
        subscriptions: [TABLE],
        system_info: { hdb_version: '4.3.0', node_version: 'v20' },
      },
    ],
  }),
  ok('user_info', { username: 'admin', active: true, role: { role: 'r', permission: { super_user: true } } }),
  ok('cluster_get_routes', ROUTES),
  ok('cluster_get_routes', { hub: [{ host: 'node-2', port: 9933 }], leaf: [] }),
  ok('get_configuration', { replication: { hostname: 'node-1', securePort: 9933, routes: ROUTES } }),
  ok('add_node', { message: `${MEMBER}'ws://node-2:9933' to cluster` }),
  ok('add_node', {
    message: `${MEMBER}'ws://node-2:9933' to cluster but there was an error updating target node: socket hang up`,
  }),
  ok('update_node', { message: "Successfully updated 'ws://node-2:9933'" }),
  ok('remove_node', { message: "Successfully removed 'node-2' from cluster" }),
  ok('configure_cluster', { message: 'Cluster successfully configured.', failed_nodes: ['node-3'], connections: [] }),
  ok('cluster_set_routes', { message: 'done', set: ROUTES, skipped: ROUTES }),
  ok('cluster_delete_routes', { message: 'done', deleted: ROUTES, skipped: [] }),
  ok('set_configuration', { message: 'Configuration successfully set.' }),
];

/** The shapes of an error, each for a read and for a change. */
const REFUSALS: readonly RecordedAnswer[] = ['cluster_status', 'cluster_get_routes', 'add_node'].flatMap((operation) =>
  [
    { status: 400, body: { error: `Operation '${operation}' not found` } },
    { status: 400, body: { error: "Operation 'setNode' not found" } },
    { status: 400, body: { statusCode: 400, error: 'Bad Request', message: 'text' } },
    { status: 401, body: { error: 'Must login' } },
    { status: 403, body: { error: 'text', unauthorized_access: ['restricted'], invalid_schema_items: [] } },
    { status: 500, body: { error: { code: 'EAI_AGAIN', message: { text: 'text' } } } },
    { status: 503, body: 'text' },
  ].map((answer) => ({ operation, ...answer })),
);

export const RECORDED: readonly RecordedAnswer[] = JSON.parse(JSON.stringify([...SUCCESSES, ...REFUSALS]));
