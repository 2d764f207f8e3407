/** The clock of the stand-in node, as its Date header has it. Dates here are of 2020, unlike those of today. */
export const NOW = 'Wed, 01 Jul 2020 12:00:00 GMT';

const SECONDS_AGO = 'Wed, 01 Jul 2020 11:59:58 GMT';

function socket(database: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    database,
    connected: true,
    latency: 2.527625000104308,
    threadId: 1,
    nodes: ['node-1'],
    lastCommitConfirmed: SECONDS_AGO,
    lastReceivedRemoteTime: SECONDS_AGO,
    lastReceivedLocalTime: SECONDS_AGO,
    lastReceivedVersion: 1593604798123.4568,
    sendingMessage: null,
    backPressurePercent: 0,
    lastReceivedStatus: 'Waiting',
    ...fields,
  };
}

/** A peer with which everything is replicated, one socket of which is behind. */
const FULLY = {
  name: 'node-2',
  url: 'wss://node-2:9933',
  subscriptions: null,
  replicates: true,
  shard: 3,
  ca_info: {
    issuer: 'CN=Zoë\'s "root", O=größer & <b>größer</b>',
    subject: 'CN=node-2\u2028💥\\, C=DE',
    serialNumber: '0A:FF',
    validFrom: 'Jan  1 00:00:00 2020 GMT',
    validTo: 'Dec 31 23:59:59 2020 GMT',
  },
  database_sockets: [
    socket('system', { blobReplicationFailures: 0, lastLiveness: SECONDS_AGO }),
    socket('dev', { lastReceivedStatus: 'Receiving', lastReceivedRemoteTime: 'Wed, 01 Jul 2020 11:59:30 GMT' }),
    socket('data', { backPressurePercent: 12.75, sendingMessage: SECONDS_AGO, nodes: ['node-2', 'node-3'] }),
  ],
};

/** A peer with which two tables are replicated. */
const BY_TABLE = {
  name: 'node-3',
  url: 'ws://node-3:9933',
  subscriptions: [
    { database: 'dev', table: 'dog', publish: true, subscribe: false },
    { schema: 'data', table: 'größe', publish: true, subscribe: true },
  ],
  replicates: { sends: true, receives: false },
  shard: '7',
  start_time: '2020-02-29T12:30:00.000Z',
  revoked_certificates: ['AB:CD', 'EF'],
  ca_info: { issuer: null, subject: 'CN=node-3' },
  database_sockets: [
    socket('dev', { connected: false, latency: null }),
    socket('data', { threadId: null, thread_id: 4, lastReceivedVersion: 0 }),
    socket('system', { nodes: null, lastReceivedStatus: null }),
  ],
};

/** A peer that cannot be reached. */
const DISCONNECTED = {
  name: 'node-4',
  url: null,
  subscriptions: null,
  replicates: true,
  shard: '',
  database_sockets: ['data', 'dev', 'system'].map((database) => ({
    database,
    connected: false,
    nodes: [],
    lastConnectionError: { code: database === 'dev' ? null : '1006', time: 1593604000000 },
    lastLiveness: 'Wed, 01 Jul 2020 10:00:00 GMT',
  })),
};

/** A peer whose databases are being copied for the first time. */
const COPYING = {
  name: 'node-5',
  url: 'wss://node-5:9933',
  subscriptions: null,
  replicateByDefault: true,
  database_sockets: [
    socket('data', { sendingMessage: 'Copying', lastCommitConfirmed: 'Copying' }),
    socket('größe', { sendingMessage: 'Copying', lastBlobFailure: SECONDS_AGO, blobReplicationFailures: 2 }),
    socket('system', { latency: 0 }),
  ],
};

function status(connections: readonly object[]): object {
  return { node_name: 'node-1', url: 'wss://node-1:9933', shard: '2', is_enabled: true, connections };
}

/**
 * What each operation answers. Harper lists peers and sockets in any order, so cluster_status has several answers that
 * say the same; they are given in turn.
 */
export const ANSWERS: ReadonlyMap<string, readonly object[]> = new Map<string, readonly object[]>([
  [
    'cluster_status',
    [
      status([FULLY, BY_TABLE, DISCONNECTED, COPYING]),
      status([COPYING, FULLY, BY_TABLE, DISCONNECTED]),
      status([DISCONNECTED, COPYING, reversed(FULLY), reversed(BY_TABLE)]),
    ],
  ],
  ['search_by_value', [[{ info_id: 1, hdb_version_num: '5.2.4' }]]],
  [
    'user_info',
    [
      {
        username: 'Zoë "admin" \u2029',
        active: true,
        role: { role: 'super_user', permission: { super_user: true } },
      },
    ],
  ],
  [
    'cluster_get_routes',
    [
      [
        'node-2',
        'wss://node-3:9934',
        { hostname: 'größe.example', port: 9933 },
        { host: 'node-5', port: '9935', revokedCertificates: ['AA'] },
        { url: 'ws://node-6:1', authorization: { username: 'x', password: 'y' } },
      ],
    ],
  ],
  ['get_configuration', [{ replication: { routes: ['node-2'] } }]],
]);

function reversed(peer: typeof FULLY | typeof BY_TABLE): object {
  return { ...peer, database_sockets: peer.database_sockets.toReversed() };
}
