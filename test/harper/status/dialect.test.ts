import { describe, expect, it } from 'vitest';
import type { ClusterStatus, DatabaseSocket, Peer } from '../../../src/harper/domain.ts';
import { statusAnswer, toClusterStatus } from '../../../src/harper/status/dialect.ts';
import { connection, socket, status, UTC } from '../../support/answers.ts';

const NOW = new Date('2026-11-23T02:13:00Z');

function read(answer: unknown): ClusterStatus {
  return toClusterStatus(statusAnswer.parse(answer), NOW);
}

function peer(fields: Record<string, unknown>): Peer {
  const [found] = read(status([connection(fields)])).connections;
  if (found === undefined) throw new Error('no peer');
  return found;
}

function databaseSocket(fields: Record<string, unknown>): DatabaseSocket {
  const [found] = peer({ database_sockets: [socket(fields)] }).databaseSockets;
  if (found === undefined) throw new Error('no socket');
  return found;
}

describe('an answer of cluster_status', () => {
  it('becomes the gateway’s model', () => {
    expect(read(status())).toMatchObject({
      nodeName: 'node-1',
      url: 'ws://node-1:9933',
      shard: null,
      isEnabled: true,
      observedAt: NOW,
      connections: [{ name: 'node-2', subscriptions: null, replication: { sends: true, receives: true } }],
    });
    expect(databaseSocket({})).toMatchObject({
      connected: true,
      latency: 2.5,
      threadId: 1,
      lag: 0,
      sending: 'IDLE',
      receiving: 'WAITING',
      lastCommitConfirmed: new Date(UTC),
      lastConnectionError: null,
    });
  });

  it.each([
    ['no connections', []],
    ['null connections', null],
    ['absent connections', undefined],
  ])('may have %s', (_, connections) => {
    expect(read({ node_name: 'a', connections }).connections).toEqual([]);
  });

  it('has peers by name and sockets by database, whatever order they came in', () => {
    const sockets = [socket({ database: 'system' }), socket({ database: 'dev' })];
    const one = read(status([connection({ name: 'b', database_sockets: sockets }), connection({ name: 'a' })]));
    const other = read(
      status([connection({ name: 'a' }), connection({ name: 'b', database_sockets: sockets.toReversed() })]),
    );
    expect(one).toEqual(other);
    expect(one.connections.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('loses stored credentials and everything else it does not name', () => {
    const leaky = connection({
      authorization: 'Basic YWRtaW46c2VjcmV0',
      isLeader: true,
      extra: { authorization: 'Basic Zm9v' },
    });
    const text = JSON.stringify(read(status([leaky], { authorization: 'Basic YmFy' })));
    expect(text).not.toMatch(/YWRtaW46c2VjcmV0|Zm9v|YmFy|authorization|isLeader/);
  });

  it('loses the login inside a URL', () => {
    expect(peer({ url: 'wss://admin:secret@node-2:9933' }).url).toBe('wss://node-2:9933');
  });

  it.each([
    ['without url, as configured by host name', { url: undefined }, { url: null }],
    ['without sockets yet', { database_sockets: [] }, { databaseSockets: [] }],
    ['with null sockets', { database_sockets: null }, { databaseSockets: [] }],
    ['with a shard as a string', { shard: '3' }, { shard: 3 }],
    ['with a shard that is no number', { shard: 'x' }, { shard: null }],
    ['with a start time in milliseconds', { start_time: 1704067200000 }, { startTime: new Date('2024-01-01') }],
    ['with a start time as text', { start_time: '2024-01-01T00:00:00.000Z' }, { startTime: new Date('2024-01-01') }],
    ['with the start time of a route', { startTime: '2024-01-01T00:00:00Z' }, { startTime: new Date('2024-01-01') }],
    ['with revoked certificates', { revoked_certificates: ['AB12'] }, { revokedCertificates: ['AB12'] }],
    ['with null revoked certificates', { revoked_certificates: null }, { revokedCertificates: [] }],
    ['that does not replicate', { replicates: false }, { replication: { sends: false, receives: false } }],
    [
      'that replicates one way',
      { replicates: { sends: true, receives: false } },
      { replication: { sends: true, receives: false } },
    ],
    [
      'that names whom it receives from',
      { replicates: { receivesFrom: ['a'] } },
      { replication: { sends: false, receives: true } },
    ],
    [
      'that says so by default',
      { replicates: undefined, replicateByDefault: true },
      { replication: { sends: true, receives: true } },
    ],
    ['that does not say', { replicates: undefined }, { replication: null }],
    ['with absent subscriptions', { subscriptions: undefined }, { subscriptions: null }],
    ['with an empty list of them', { subscriptions: [] }, { subscriptions: [] }],
  ])('may have a peer %s', (_, fields, expected) => {
    expect(peer(fields)).toMatchObject(expected);
  });

  it('may call the database of a subscription schema, and hold items nobody checked', () => {
    const subscriptions = [
      { database: 'dev', table: 'dog', publish: true, subscribe: false },
      { schema: 'old', table: 'cat', subscribe: true },
      { foo: 1 },
      'x',
    ];
    expect(peer({ subscriptions }).subscriptions).toEqual([
      { database: 'dev', table: 'dog', publish: true, subscribe: false },
      { database: 'old', table: 'cat', publish: false, subscribe: true },
    ]);
  });

  it('may have a certificate authority, with dates as OpenSSL writes them', () => {
    const ca = {
      issuer: 'CN=a',
      subject: 'CN=b',
      serialNumber: '6F',
      validFrom: 'Nov 23 02:11:29 2026 GMT',
      validTo: 'x',
      subjectAltName: 'y',
    };
    expect(peer({ ca_info: ca }).certificateAuthority).toEqual({
      issuer: 'CN=a',
      subject: 'CN=b',
      serialNumber: '6F',
      validFrom: new Date('2026-11-23T02:11:29Z'),
      validTo: null,
    });
  });

  it.each([
    ['without connected', { connected: undefined }, { connected: false }],
    ['before its first ping', { latency: undefined }, { latency: null }],
    ['with its thread as documents write it', { threadId: undefined, thread_id: 7 }, { threadId: 7 }],
    ['with null among its nodes', { nodes: [null, 'a'] }, { nodes: ['a'] }],
    ['without any version', { lastReceivedVersion: 0 }, { lastReceivedVersion: null }],
    ['that is sending', { sendingMessage: UTC }, { sending: 'SENDING', sendingSince: new Date(UTC) }],
    ['that is copying', { sendingMessage: 'Copying' }, { sending: 'COPYING', sendingSince: null }],
    [
      'with Copying in place of another time',
      { lastCommitConfirmed: 'Copying' },
      { sending: 'COPYING', lastCommitConfirmed: null },
    ],
    ['that is receiving', { lastReceivedStatus: 'Receiving' }, { receiving: 'RECEIVING' }],
    [
      'of a database without tables',
      { lastReceivedStatus: undefined, backPressurePercent: undefined },
      { receiving: null, backPressurePercent: null },
    ],
    ['that is behind', { lastReceivedLocalTime: 'Mon, 23 Nov 2026 02:13:06 GMT' }, { lag: 9000 }],
    ['whose clocks disagree', { lastReceivedLocalTime: 'Mon, 23 Nov 2026 02:12:50 GMT' }, { lag: 0 }],
    ['that never received', { lastReceivedLocalTime: undefined }, { lag: null }],
    [
      'of 5.2',
      {
        blobReplicationFailures: 2,
        lastBlobFailure: UTC,
        lastLiveness: UTC,
        lastConnectionError: { code: 1006, time: UTC },
      },
      {
        blobReplicationFailures: 2,
        lastBlobFailure: new Date(UTC),
        lastConnectionError: { code: 1006, at: new Date(UTC) },
      },
    ],
  ])('may have a socket %s', (_, fields, expected) => {
    expect(databaseSocket(fields)).toMatchObject(expected);
  });

  it.each([
    ['an array', []],
    ['a message', { message: 'fine' }],
    ['connections that are an object', status({})],
    ['a connection without a name, as 4.0 to 4.3 write it', status([{ node_name: 'a', status: 'open' }])],
    ['a connected that is no flag', status([connection({ database_sockets: [socket({ connected: 'yes' })] })])],
    ['a latency that is no number', status([connection({ database_sockets: [socket({ latency: 'fast' })] })])],
  ])('is refused when it is %s', (_, answer) => {
    expect(statusAnswer.safeParse(answer).success).toBe(false);
  });
});
