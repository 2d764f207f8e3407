import { describe, expect, it } from 'vitest';
import {
  type Column,
  matches,
  nodeRows,
  parseSorting,
  sortRows,
  WORST_FIRST,
} from '../../src/console/model/node-rows.ts';
import { BEGUN, cluster, link, node } from './clusters.ts';

const figure = (nodes: [string, string], lags: readonly (number | null)[], failedAt: number | null = null) => ({
  nodes,
  database: 'shop',
  latency: 1,
  views: nodes.map((nodeName, index) => ({
    nodeName,
    lag: lags[index] ?? null,
    socket: { lastConnectionError: failedAt === null ? null : { at: new Date(failedAt).toISOString(), code: 1006 } },
  })),
});

const whole = cluster({
  nodes: [
    node('node-10', { version: '5.1.0' }),
    node('node-2', { stateSince: new Date(BEGUN + 5000).toISOString() }),
    node('node-1', { state: 'UNREACHABLE', reason: 'It refused.', version: null }),
    node('spare', { state: 'UNREACHABLE', isMember: false, stateSince: null }),
  ],
  links: [link(['node-10', 'node-2'], 'shop'), link(['node-1', 'node-2'], 'shop', 'UNCONFIRMED')],
});
const rows = nodeRows(whole, [
  figure(['node-10', 'node-2'], [2000, 500], BEGUN),
  figure(['node-1', 'node-2'], [null, 900]),
]);
const order = (column: Column, isReversed = false) => sortRows(rows, { column, isReversed }).map(({ name }) => name);

describe('the table of nodes', () => {
  it('has members that are down first, then others that are, then those that miss links', () => {
    expect(sortRows(rows, WORST_FIRST).map(({ name }) => name)).toEqual(['node-1', 'spare', 'node-2', 'node-10']);
  });

  it('sorts names as people do, and back', () => {
    expect(order('name')).toEqual(['node-1', 'node-2', 'node-10', 'spare']);
    expect(order('name', true)).toEqual(['spare', 'node-10', 'node-2', 'node-1']);
  });

  it('has the largest lag and the latest error first, and nodes without any last, either way', () => {
    expect(rows.map(({ name, lag }) => [name, lag])).toEqual([
      ['node-1', undefined],
      ['node-2', 900],
      ['node-10', 2000],
      ['spare', undefined],
    ]);
    expect(order('lag')).toEqual(['node-10', 'node-2', 'node-1', 'spare']);
    expect(order('lag', true)).toEqual(['node-2', 'node-10', 'node-1', 'spare']);
    expect(order('error')).toEqual(['node-2', 'node-10', 'node-1', 'spare']);
  });

  it('finds a node by a part of its name, state, version or reason', () => {
    const found = (search: string) => rows.filter((row) => matches(row, search)).map(({ name }) => name);
    expect([found('NODE-1'), found('unreach'), found('5.1'), found(' refused '), found('nothing')]).toEqual([
      ['node-1', 'node-10'],
      ['node-1', 'spare'],
      ['node-10'],
      ['node-1'],
      [],
    ]);
  });

  it('begins with the worst where the address names no column', () => {
    expect([undefined, '', '-', 'constructor', '-lag'].map(parseSorting)).toEqual([
      WORST_FIRST,
      WORST_FIRST,
      WORST_FIRST,
      WORST_FIRST,
      { column: 'lag', isReversed: true },
    ]);
  });
});
