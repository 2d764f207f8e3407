import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectionKind, PairState } from '../../src/console/model/directions.ts';
import { groupsOf, layoutOf } from '../../src/console/model/map-layout.ts';
import { drawingOf } from '../../src/console/model/map-lines.ts';
import { cluster, node } from './clusters.ts';

const named = (count: number, prefix = 'node') => Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
const pair = (one: string, other: string, kind: DirectionKind = 'ok', receiver?: string): PairState => ({
  ends: [one, other],
  kind,
  receiver,
});

describe('the map', () => {
  it('places every node within the picture, and none on another', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3 }), (counts, columns) => {
        const groups = counts.map((count, index) => ({ names: named(count, `group${index}`), isIsland: true }));
        const { width, height, nodes } = layoutOf(groups, columns);
        const all = [...nodes.values()];
        expect(all.length).toBe(counts.reduce((sum, count) => sum + count, 0));
        for (const { x, y } of all) expect(x >= 0 && x <= width && y >= 0 && y <= height).toBe(true);
        const distances = all.flatMap((one, index) =>
          all.slice(index + 1).map((other) => Math.hypot(one.x - other.x, one.y - other.y)),
        );
        expect(Math.min(...distances, 100)).toBeGreaterThan(20);
      }),
      { numRuns: 50 },
    );
  });

  it('stays as it is whatever becomes of the states', () => {
    const before = cluster();
    const after = cluster({ nodes: [node('c'), node('b', { state: 'UNREACHABLE' }), node('a')] });
    expect(layoutOf(groupsOf(after), 3)).toEqual(layoutOf(groupsOf(before), 3));
  });

  it('has islands apart, the largest first, and nodes that are in none last', () => {
    const whole = cluster({
      nodes: ['a', 'b', 'c', 'spare'].map((name) => node(name)),
      islands: [
        { database: null, nodes: ['c'] },
        { database: null, nodes: ['b', 'a'] },
        { database: 'shop', nodes: ['a', 'b', 'c'] },
      ],
    });
    expect(groupsOf(whole).map(({ names }) => names)).toEqual([['a', 'b'], ['c'], ['spare']]);
    expect(groupsOf(whole, 'shop').map(({ names, isIsland }) => [names, isIsland])).toEqual([
      [['a', 'b', 'c'], true],
      [['spare'], false],
    ]);
    expect(groupsOf(whole, 'system').map(({ names }) => names)).toEqual([['a', 'b'], ['c'], ['spare']]);
  });

  it('draws a line to the end that gets changes, and one for all that is down between two islands', () => {
    const groups = [
      ['a', 'b'],
      ['c', 'd'],
    ].map((names) => ({ names, isIsland: true }));
    const layout = layoutOf(groups, 3);
    const across = [pair('a', 'c', 'down'), pair('b', 'd', 'down'), pair('a', 'd', 'one-way', 'a')];
    const { lines, rifts } = drawingOf([pair('a', 'b', 'down'), ...across, pair('c', 'd')], layout, () => true);
    expect(lines.map(({ pair: { ends, kind } }) => [...ends, kind])).toEqual([
      ['c', 'd', 'ok'],
      ['a', 'b', 'down'],
      ['a', 'd', 'one-way'],
    ]);
    expect(rifts.map(({ pairs }) => pairs)).toEqual([2]);
    const [from, to] = [layout.nodes.get('d'), layout.nodes.get('a')];
    const drawn = lines[2];
    expect(Math.hypot((drawn?.from.x ?? 0) - (from?.x ?? 0), (drawn?.from.y ?? 0) - (from?.y ?? 0))).toBeCloseTo(16);
    expect(Math.hypot((drawn?.to.x ?? 0) - (to?.x ?? 0), (drawn?.to.y ?? 0) - (to?.y ?? 0))).toBeCloseTo(16);
  });

  it('leaves out what is well among many nodes, and what only says that a node does not answer', () => {
    const names = named(30);
    const layout = layoutOf([{ names, isIsland: true }], 3);
    const pairs = [pair('node-1', 'node-2'), pair('node-1', 'node-3', 'down'), pair('node-4', 'node-5', 'unconfirmed')];
    const drawing = drawingOf(pairs, layout, (name) => name !== 'node-4');
    expect(drawing.lines.map((line) => line.pair.kind)).toEqual(['down']);
    expect(drawing.leftOut).toBe(1);
  });
});
