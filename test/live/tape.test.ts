import { describe, expect, it } from 'vitest';
import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import { type Change, diff } from '../../src/live/diff.ts';
import { type Snapshot, toSnapshot } from '../../src/live/snapshot.ts';
import { connection, socket, status } from '../support/answers.ts';

const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };

/**
 * What one node of a real three-node cluster said of the other two over 175 s, asked every 400 ms, in shorthand.
 * Seconds, then `peer: database=state …` where + is connected, - is not, and ? is not said; # is a shard. Meanwhile
 * records were inserted, one node was killed and restarted, and one was frozen and thawed. Then a database was made, a
 * node was removed and added, one was given a shard, and one was stopped and started.
 */
const TAPE: readonly [seconds: number, ...peers: string[]][] = [
  [0.1, '.3: system+ dev+', '.4: system+ dev+'],
  [3.2, '.3: system+ dev-', '.4: system+ dev-'],
  [4.0, '.3: system+ dev+', '.4: system+ dev+'],
  [8.4, '.3: system+ dev+', '.4: system- dev-'],
  [16.8, '.3: system+ dev+', '.4: system- dev-'],
  [22.1, '.3: system+ dev+', '.4: system- dev-copying'],
  [22.4, '.3: system+ dev+', '.4: system+ dev+'],
  [52.5, '.3: system+ dev+', '.4: system+ dev+'],
  [76.9, '.3: system- dev+', '.4: system+ dev+'],
  [82.5, '.3: system- dev+', '.4: system+ dev+'],
  [90.5, '.3: system+ dev+', '.4: system+ dev+'],
  [101.3, '.3: system+ dev+ extra+', '.4: system+ dev+ extra+'],
  [108.1, '.3: system+ dev+ extra+'],
  [118.1, '.3: system+ dev+ extra+', '.4: system? dev? extra?'],
  [118.5, '.3: system+ dev+ extra+', '.4: system+ dev+ extra+'],
  [130.1, '.4: system+ dev+ extra+', '.3#2: system+ dev+ extra+'],
  [138.2, '.4: system- dev- extra-', '.3#2: system+ dev+ extra+'],
  [153.0, '.4: system+ dev+ extra+', '.3#2: system+ dev+ extra+'],
  [161.4, '.4: system+ dev+ extra+', '.3#2: system+ dev+ extra+'],
];

function look([seconds, ...peers]: (typeof TAPE)[number], previous?: Snapshot): Snapshot {
  const connections = peers.map((text) => {
    const [, name = '', shard, list = ''] = text.match(/^([^:#]+)(?:#(\d+))?: (.*)$/) ?? [];
    const sockets = list.split(' ').map((entry) => {
      const [, database = '', mark = '', extra] = entry.match(/^(\w+)([+?-])(\w*)$/) ?? [];
      const connected = mark === '?' ? {} : { connected: mark === '+' };
      const { connected: _, ...base } = socket({ database });
      // The first latency after the freeze was its length.
      return {
        ...base,
        ...connected,
        latency: seconds === 90.5 ? 26_625 : seconds % 3,
        ...(extra && { sendingMessage: 'Copying' }),
      };
    });
    return connection({ name, database_sockets: sockets, ...(shard && { shard: Number(shard) }) });
  });
  const at = new Date(1_795_404_296_000 + seconds * 1000);
  return toSnapshot(toClusterStatus(statusAnswer.parse(status(connections)), at), THRESHOLDS, previous);
}

function describeChange({ kind, peerName, database, message }: Change): string {
  const state = message.match(/to (\w+)\./)?.[1];
  return [kind, peerName, database ?? (kind === 'STATE_CHANGED' ? state : undefined)].filter(Boolean).join(' ');
}

describe('the tape of a real cluster', () => {
  it('gives exactly the changes that a person reading it would write down', () => {
    const seen: string[] = [];
    let last: Snapshot | undefined;
    for (const line of TAPE) {
      const next = look(line, last);
      if (last !== undefined) seen.push(...diff(last, next).map((change) => `${line[0]} ${describeChange(change)}`));
      last = next;
    }
    const both = (second: number, kind: string, state: string, databases: string[]) =>
      ['.3', '.4'].flatMap((peer) => [
        ...databases.map((database) => `${second} ${kind} ${peer} ${database}`),
        `${second} STATE_CHANGED ${peer} ${state}`,
      ]);
    expect(seen).toEqual([
      // A table appears: its database's sockets dip for a moment.
      ...both(3.2, 'DISCONNECTED', 'PARTIAL', ['dev']),
      ...both(4, 'CONNECTED', 'HEALTHY', ['dev']),
      // .4 is killed, and comes back.
      '8.4 DISCONNECTED .4 dev',
      '8.4 DISCONNECTED .4 system',
      '8.4 STATE_CHANGED .4 DISCONNECTED',
      '22.4 CONNECTED .4 dev',
      '22.4 CONNECTED .4 system',
      '22.4 STATE_CHANGED .4 HEALTHY',
      // .3 freezes: one of its sockets is given up, the other never is.
      '76.9 DISCONNECTED .3 system',
      '76.9 STATE_CHANGED .3 PARTIAL',
      '90.5 CONNECTED .3 system',
      '90.5 STATE_CHANGED .3 HEALTHY',
      // A database is made.
      '101.3 DATABASE_ADDED .3 extra',
      '101.3 CONNECTED .3 extra',
      '101.3 DATABASE_ADDED .4 extra',
      '101.3 CONNECTED .4 extra',
      // .4 is removed, and added again.
      '108.1 PEER_REMOVED .4',
      '118.1 PEER_ADDED .4',
      ...['dev', 'extra', 'system'].map((database) => `118.1 DATABASE_ADDED .4 ${database}`),
      ...['dev', 'extra', 'system'].map((database) => `118.5 CONNECTED .4 ${database}`),
      '118.5 STATE_CHANGED .4 HEALTHY',
      // .3 gets a shard, and moves in the answer.
      '130.1 TOPOLOGY_CHANGED .3',
      // .4 is stopped and started.
      ...['dev', 'extra', 'system'].map((database) => `138.2 DISCONNECTED .4 ${database}`),
      '138.2 STATE_CHANGED .4 DISCONNECTED',
      ...['dev', 'extra', 'system'].map((database) => `153 CONNECTED .4 ${database}`),
      '153 STATE_CHANGED .4 HEALTHY',
    ]);
  });
});
