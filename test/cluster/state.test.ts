import { describe, expect, it } from 'vitest';
import { revisionOf } from '../../src/cluster/revision.ts';
import { assess, clusterState } from '../../src/cluster/state.ts';
import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import { connection, socket, status } from '../support/answers.ts';

const NOW = new Date('2026-11-23T02:13:00Z');
const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };
const DELAYED = { lastReceivedLocalTime: 'Mon, 23 Nov 2026 02:13:06 GMT' };

function cluster(connections: unknown[], fields?: Record<string, unknown>) {
  return toClusterStatus(statusAnswer.parse(status(connections, fields)), NOW);
}

function assessed(sockets: Record<string, unknown>[], fields: Record<string, unknown> = {}) {
  const named = sockets.map((each, index) => socket({ database: `db${index}`, ...each }));
  const [peer] = cluster([connection({ database_sockets: named, ...fields })]).connections;
  if (peer === undefined) throw new Error('no peer');
  const { state, reasons } = assess(peer, NOW, THRESHOLDS);
  return [state, ...reasons.map(({ code, databases }) => `${code} ${databases.join(',')}`.trim())];
}

const UP = { connected: true };
const DOWN = { connected: false };
/** What the receiver of a first full copy says, on 5.2. */
const FIRST_COPY = {
  connected: true,
  lastReceivedStatus: 'Receiving',
  lastReceivedVersion: 0,
  lastCommitConfirmed: undefined,
  lastReceivedRemoteTime: undefined,
  lastReceivedLocalTime: undefined,
};
/** The socket of a database without tables; down, also that of a dropped one. */
const NO_TABLES = {
  lastCommitConfirmed: undefined,
  lastReceivedRemoteTime: undefined,
  lastReceivedLocalTime: undefined,
  lastReceivedVersion: undefined,
  backPressurePercent: undefined,
  lastReceivedStatus: undefined,
};
const dog = (publish: boolean, subscribe: boolean, database = 'db0') => ({
  database,
  table: 'dog',
  publish,
  subscribe,
});

describe('the state of a connection', () => {
  it.each<[string, Record<string, unknown>[], Record<string, unknown>, string[]]>([
    ['HEALTHY with all sockets up', [UP, UP], {}, ['HEALTHY']],
    [
      'DISCONNECTED with none up',
      [DOWN, {}].map((s) => ({ ...s, connected: false })),
      {},
      ['DISCONNECTED', 'SOCKETS_DOWN db0,db1'],
    ],
    ['DISCONNECTED before the first attempt', [{ connected: undefined }], {}, ['DISCONNECTED', 'SOCKETS_DOWN db0']],
    ['PARTIAL with some up', [UP, DOWN], {}, ['PARTIAL', 'SOCKETS_DOWN db1']],
    ['IDLE without sockets', [], {}, ['IDLE', 'NO_SOCKETS']],
    [
      'LAGGING when it receives delayed changes',
      [{ ...DELAYED, lastReceivedStatus: 'Receiving' }],
      {},
      ['LAGGING', 'BEHIND db0'],
    ],
    ['HEALTHY when it received delayed changes and waits for more', [DELAYED], {}, ['HEALTHY']],
    ['LAGGING under back-pressure', [{ backPressurePercent: 75 }], {}, ['LAGGING', 'BACK_PRESSURE db0']],
    ['HEALTHY below the threshold of back-pressure', [{ backPressurePercent: 74.9 }], {}, ['HEALTHY']],
    [
      'LAGGING without a sign of life',
      [{ lastLiveness: 'Mon, 23 Nov 2026 02:11:29 GMT' }],
      {},
      ['LAGGING', 'SILENT db0'],
    ],
    ['COPYING during the first copy', [{ sendingMessage: 'Copying' }], {}, ['COPYING', 'COPYING db0']],
    ['COPYING where the first copy is received', [UP, FIRST_COPY], {}, ['COPYING', 'COPYING db1']],
    [
      'HEALTHY where a change after the first copy is received',
      [{ ...FIRST_COPY, lastReceivedVersion: 1795654789122.7 }],
      {},
      ['HEALTHY'],
    ],
    ['HEALTHY beside the socket of a dropped database', [UP, { ...NO_TABLES, ...DOWN }], {}, ['HEALTHY']],
    [
      'PARTIAL beside it where another is down',
      [UP, { ...NO_TABLES, ...DOWN }, DOWN],
      {},
      ['PARTIAL', 'SOCKETS_DOWN db2'],
    ],
    ['HEALTHY with a database without tables', [UP, NO_TABLES], {}, ['HEALTHY']],
    [
      'DISCONNECTED where no socket tells anything',
      [
        { ...NO_TABLES, ...DOWN },
        { ...NO_TABLES, ...DOWN },
      ],
      {},
      ['DISCONNECTED', 'SOCKETS_DOWN db0,db1'],
    ],
    [
      'LAGGING rather than COPYING, with both reasons',
      [{ sendingMessage: 'Copying', backPressurePercent: 90 }],
      {},
      ['LAGGING', 'BACK_PRESSURE db0', 'COPYING db0'],
    ],
    [
      'PARTIAL rather than LAGGING',
      [DOWN, { backPressurePercent: 90 }],
      {},
      ['PARTIAL', 'SOCKETS_DOWN db0', 'BACK_PRESSURE db1'],
    ],
    [
      'DISCONNECTED although a copy is said to run',
      [{ ...DOWN, sendingMessage: 'Copying' }],
      {},
      ['DISCONNECTED', 'SOCKETS_DOWN db0', 'COPYING db0'],
    ],
    [
      'HEALTHY when only sockets nobody asked for are down',
      [UP, DOWN],
      { subscriptions: [dog(false, true)] },
      ['HEALTHY'],
    ],
    ['IDLE when it only publishes', [DOWN], { subscriptions: [dog(true, false)] }, ['IDLE', 'NO_SOCKETS']],
    ['IDLE with an empty list of subscriptions', [DOWN], { subscriptions: [] }, ['IDLE', 'NO_SOCKETS']],
    [
      'DISCONNECTED when a subscribed database is down',
      [DOWN],
      { subscriptions: [dog(false, true)] },
      ['DISCONNECTED', 'SOCKETS_DOWN db0'],
    ],
    ['IDLE when it receives nothing', [DOWN], { replicates: { sends: true, receives: false } }, ['IDLE', 'NO_SOCKETS']],
  ])('is %s', (_, sockets, fields, expected) => {
    expect(assessed(sockets, fields)).toEqual(expected);
  });
});

describe('the state of a cluster', () => {
  const peer = (name: string, ...connected: boolean[]) =>
    connection({
      name,
      database_sockets: connected.map((up, index) => socket({ database: `db${index}`, connected: up })),
    });

  it.each([
    ['STANDALONE', []],
    ['HEALTHY', [peer('a', true), peer('b', true)]],
    ['HEALTHY', [peer('a', true), peer('b')]],
    ['DEGRADED', [peer('a', true), peer('b', false)]],
    ['DEGRADED', [peer('a', true, false)]],
    ['DOWN', [peer('a', false), peer('b', false)]],
  ])('is %s', (expected, connections) => {
    expect(clusterState(cluster(connections), THRESHOLDS)).toBe(expected);
  });
});

describe('the revision', () => {
  const base = connection({ subscriptions: [dog(true, true, 'x'), dog(true, false, 'y')], shard: 1 });
  const revision = (fields: Record<string, unknown>, outer?: Record<string, unknown>) =>
    revisionOf(cluster([{ ...base, ...fields }], outer));
  const original = revision({});

  it.each([
    ['a name', { name: 'other' }],
    ['a url', { url: 'ws://node-2:1' }],
    ['a shard', { shard: 2 }],
    ['a subscription', { subscriptions: [dog(true, true, 'x')] }],
    ['fully replicating', { subscriptions: null }],
    ['flow', { replicates: false }],
    ['a start time', { start_time: '2026-11-23T00:00:00Z' }],
    ['a revoked certificate', { revoked_certificates: ['01'] }],
  ])('changes with %s', (_, fields) => {
    expect(revision(fields)).not.toBe(original);
  });

  it.each([
    ['name', { node_name: 'other' }],
    ['shard', { shard: 3 }],
  ])('changes with the %s of the node itself', (_, outer) => {
    expect(revision({}, outer)).not.toBe(original);
  });

  it.each([
    ['live figures', { database_sockets: [socket({ connected: false, latency: 9, threadId: 4 })] }],
    ['the order of subscriptions', { subscriptions: [dog(true, false, 'y'), dog(true, true, 'x')] }],
    ['sockets that come and go', { database_sockets: [] }],
    ['the certificate authority', { ca_info: { subject: 'CN=another' } }],
  ])('stays with %s', (_, fields) => {
    expect(revision(fields)).toBe(original);
  });

  it('stays with the order of connections, and when a node begins to report its own url', () => {
    const peers = [connection({ name: 'a' }), connection({ name: 'b' })];
    expect(revisionOf(cluster(peers))).toBe(revisionOf(cluster(peers.toReversed(), { url: undefined })));
  });
});
