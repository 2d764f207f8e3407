import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import { type Change, diff, snapshotChanges } from '../../src/live/diff.ts';
import { type Snapshot, toSnapshot } from '../../src/live/snapshot.ts';
import { connection, socket, status } from '../support/answers.ts';

const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };
const NOW = new Date('2026-11-23T02:13:00Z');

function snapshot(connections: unknown[], previous?: Snapshot): Snapshot {
  return toSnapshot(toClusterStatus(statusAnswer.parse(status(connections)), NOW), THRESHOLDS, previous);
}

const node = (name: string, sockets: Record<string, Record<string, unknown>>, fields: Record<string, unknown> = {}) =>
  connection({
    name,
    database_sockets: Object.entries(sockets).map(([database, each]) => socket({ database, ...each })),
    ...fields,
  });

const UP = { connected: true };
const DOWN = { connected: false };

const short = ({ kind, peerName, database, connected, previouslyConnected }: Change) =>
  [kind, peerName, database, connected === null ? null : `${previouslyConnected}→${connected}`]
    .filter((part) => part !== null)
    .join(' ');

const changes = (before: unknown[], after: unknown[]) => {
  const previous = snapshot(before);
  return diff(previous, snapshot(after, previous)).map(short);
};

describe('the changes between two snapshots', () => {
  it.each<[string, unknown[], unknown[], string[]]>([
    ['nothing', [node('a', { dev: UP })], [node('a', { dev: UP })], []],
    [
      'figures that move',
      [node('a', { dev: UP })],
      [node('a', { dev: { ...UP, latency: 99, lastReceivedVersion: 5 } })],
      [],
    ],
    ['the order of an answer', [node('a', {}), node('b', {})], [node('b', {}), node('a', {})], []],
    [
      'a socket that goes down',
      [node('a', { dev: UP, x: UP })],
      [node('a', { dev: DOWN, x: UP })],
      ['DISCONNECTED a dev true→false', 'STATE_CHANGED a'],
    ],
    [
      'a socket that comes up',
      [node('a', { dev: DOWN })],
      [node('a', { dev: UP })],
      ['CONNECTED a dev false→true', 'STATE_CHANGED a'],
    ],
    [
      'connected that was absent',
      [node('a', { dev: { connected: undefined } })],
      [node('a', { dev: UP })],
      ['CONNECTED a dev false→true', 'STATE_CHANGED a'],
    ],
    [
      'another thread',
      [node('a', { dev: UP })],
      [node('a', { dev: { ...UP, threadId: 2 } })],
      ['RECONNECTED a dev true→true'],
    ],
    [
      'a newer error',
      [node('a', { dev: { ...UP, lastConnectionError: { code: 1006, time: 1000 } } })],
      [node('a', { dev: { ...UP, lastConnectionError: { code: 1006, time: 2000 } } })],
      ['RECONNECTED a dev true→true'],
    ],
    [
      'a first error',
      [node('a', { dev: UP })],
      [node('a', { dev: { ...UP, lastConnectionError: { code: 1006, time: 2000 } } })],
      ['RECONNECTED a dev true→true'],
    ],
    [
      'life that began anew',
      [node('a', { dev: { ...UP, lastLiveness: 2000 } })],
      [node('a', { dev: { ...UP, lastLiveness: 1000 } })],
      ['RECONNECTED a dev true→true'],
    ],
    [
      'another thread of a socket that is down',
      [node('a', { dev: DOWN })],
      [node('a', { dev: { ...DOWN, threadId: 2 } })],
      [],
    ],
    [
      'a new peer',
      [],
      [node('a', { dev: UP, x: DOWN })],
      [
        'PEER_ADDED a',
        'DATABASE_ADDED a dev undefined→false',
        'CONNECTED a dev false→true',
        'DATABASE_ADDED a x undefined→false',
      ],
    ],
    ['a new peer without sockets', [], [node('a', {})], ['PEER_ADDED a']],
    ['a peer that is gone', [node('a', { dev: UP })], [], ['PEER_REMOVED a']],
    [
      'a peer whose sockets are gone',
      [node('a', { dev: UP })],
      [node('a', {})],
      ['DATABASE_REMOVED a dev', 'STATE_CHANGED a'],
    ],
    [
      'a new database',
      [node('a', { dev: UP })],
      [node('a', { dev: UP, x: UP })],
      ['DATABASE_ADDED a x undefined→false', 'CONNECTED a x false→true'],
    ],
    ['another shard', [node('a', { dev: UP })], [node('a', { dev: UP }, { shard: 2 })], ['TOPOLOGY_CHANGED a']],
    ['another url', [node('a', { dev: UP })], [node('a', { dev: UP }, { url: 'ws://b:1' })], ['TOPOLOGY_CHANGED a']],
    [
      'peers by name, each with its state last',
      [node('b', { dev: UP }), node('a', { dev: UP })],
      [node('b', { dev: DOWN }, { shard: 1 }), node('a', { dev: DOWN })],
      [
        'DISCONNECTED a dev true→false',
        'STATE_CHANGED a',
        'TOPOLOGY_CHANGED b',
        'DISCONNECTED b dev true→false',
        'STATE_CHANGED b',
      ],
    ],
  ])('are right for %s', (_, before, after, expected) => {
    expect(changes(before, after).map((text) => text.replace('null→', 'undefined→'))).toEqual(expected);
  });

  it('do not flap when a value jitters around a threshold', () => {
    const at = (percent: number, previous?: Snapshot) =>
      snapshot([node('a', { dev: { ...UP, backPressurePercent: percent } })], previous);
    const states: string[] = [];
    let last = at(0);
    for (const percent of [74, 76, 74, 70, 76, 61, 59, 74, 76]) {
      const next = at(percent, last);
      states.push(...diff(last, next).map(({ message }) => message.replace(/^a went from (\w+) to (\w+)\..*$/, '$2')));
      last = next;
    }
    expect(states).toEqual(['LAGGING', 'HEALTHY', 'LAGGING']);
  });

  it('say in a sentence what happened', () => {
    const [first, second] = diff(snapshot([node('a', { dev: UP })]), snapshot([node('a', { dev: DOWN })]));
    expect([first?.message, second?.message]).toEqual([
      'a is not connected any more for dev.',
      'a went from HEALTHY to DISCONNECTED. Not connected: dev.',
    ]);
  });
});

/** What a reader knows who has only ever read changes. */
type Known = Map<string, Map<string, boolean>>;

function known(from: Snapshot): Known {
  const result: Known = new Map(from.status.connections.map(({ name }) => [name, new Map<string, boolean>()]));
  for (const { peerName, database, connected } of snapshotChanges(from)) {
    result.get(peerName ?? '')?.set(database ?? '', connected ?? false);
  }
  return result;
}

function apply(to: Known, { kind, peerName, database, connected }: Change): void {
  const peer = peerName ?? '';
  if (kind === 'PEER_ADDED') to.set(peer, new Map());
  else if (kind === 'PEER_REMOVED') to.delete(peer);
  else if (kind === 'DATABASE_REMOVED') to.get(peer)?.delete(database ?? '');
  else if (database !== null) to.get(peer)?.set(database, connected ?? false);
}

const arbitraryCluster = fc
  .dictionary(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.dictionary(
      fc.constantFrom('system', 'dev', 'x'),
      fc.record({
        connected: fc.boolean(),
        threadId: fc.integer({ min: 1, max: 2 }),
        backPressurePercent: fc.constantFrom(0, 70, 90),
      }),
    ),
  )
  .map((peers) => Object.entries(peers).map(([name, sockets]) => node(name, sockets)));

describe('changes applied to what was known', () => {
  it('give what is, for any two clusters, in any order of their answers', () => {
    fc.assert(
      fc.property(arbitraryCluster, arbitraryCluster, (before, after) => {
        const previous = snapshot(before);
        const next = snapshot(after, previous);
        const reader = known(previous);
        for (const change of diff(previous, next)) apply(reader, change);
        expect(reader).toEqual(known(next));
        expect(diff(previous, snapshot(after.toReversed(), previous)).map(short)).toEqual(
          diff(previous, next).map(short),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are none between a cluster and itself', () => {
    fc.assert(
      fc.property(arbitraryCluster, (cluster) => {
        const one = snapshot(cluster);
        expect(diff(one, snapshot(cluster.toReversed(), one))).toEqual([]);
      }),
    );
  });
});
