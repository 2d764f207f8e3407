import { describe, expect, it } from 'vitest';
import { mergeViews } from '../../../src/cluster/topology/topology.ts';
import type { NodeView } from '../../../src/cluster/topology/view.ts';
import { createClusterTracker } from '../../../src/live/whole/cluster-tracker.ts';
import { THRESHOLDS, up, view } from '../../support/views.ts';

const GRACES = { change: 1000, recovery: 13_000, cut: 30_000, confirmation: 1500 };
const topologyOf = (...views: NodeView[]) => mergeViews(views, THRESHOLDS);

describe('the tracker', () => {
  it('tells of a split in time, however often another node restarts', () => {
    const tracker = createClusterTracker(GRACES);
    const names = ['a', 'b', 'c', 'd', 'x'];
    const sides = [
      ['a', 'b'],
      ['c', 'd', 'x'],
    ];
    const peersOf = (own: string, isSplit: boolean, isUp: boolean) =>
      names
        .filter((name) => name !== own)
        .map((name) => {
          const isApart = isSplit && !sides.some((side) => side.includes(own) && side.includes(name));
          const isLost = name === 'x' && !isUp;
          return `${name}: s${isApart || isLost ? '-' : '+'}`;
        })
        .join(', ');
    const at = (isSplit: boolean, isUp: boolean) =>
      topologyOf(
        ...names.map((name) =>
          name === 'x' && !isUp ? view('x', 'UNREACHABLE') : up(name, peersOf(name, isSplit, isUp)),
        ),
      );
    tracker.take(at(false, true), 0);
    const told: [string, number][] = [];
    for (let now = 1000; now < 200_000; now += 500) {
      const isUp = Math.floor(now / 5000) % 2 === 0;
      for (const { kind } of tracker.take(at(now >= 100_000, isUp), now)) told.push([kind, now]);
    }
    const splits = told.filter(([kind]) => kind === 'SPLIT').map(([, now]) => now);
    expect(splits).toHaveLength(1);
    expect(splits[0]).toBeLessThanOrEqual(100_000 + GRACES.recovery + GRACES.confirmation);
  });

  it('tells of each disagreement of a node with its peers, and of the end of each', () => {
    const tracker = createClusterTracker(GRACES);
    const agreed = [up('a', 'b: s+, c: s+'), up('b', 'a: s+, c: s+'), up('c', 'a: s+, b: s+')] as const;
    const both = topologyOf(up('a', 'b>: s+, c>: s+'), up('b', 'a>: s+, c: s+'), up('c', 'a>: s+, b: s+'));
    expect(both.disagreements.map(({ kind, nodes }) => [kind, ...nodes])).toEqual([
      ['FLOW_DIFFERS', 'a', 'b'],
      ['FLOW_DIFFERS', 'a', 'c'],
    ]);
    const withOne = topologyOf(up('a', 'b: s+, c>: s+'), agreed[1], up('c', 'a>: s+, b: s+'));
    tracker.take(topologyOf(...agreed), 0);
    const told: string[] = [];
    for (const [topology, now] of [
      [both, 20_000],
      [withOne, 60_000],
      [topologyOf(...agreed), 100_000],
    ] as const) {
      for (const time of [now, now + 30_000]) {
        for (const { kind, nodes } of tracker.take(topology, time)) {
          if (kind.endsWith('AGREEMENT')) told.push(`${kind} ${nodes.join(' ')}`);
        }
      }
    }
    expect(told).toEqual(['DISAGREEMENT a b', 'DISAGREEMENT a c', 'AGREEMENT a b', 'AGREEMENT a c']);
  });

  it('goes on with what it has told, and says of what is different that it was seen late', () => {
    const before = createClusterTracker(GRACES);
    const whole = topologyOf(up('a', 'b: s+ t+'), up('b', 'a: s+ t+'));
    before.take(whole, 1000);
    const after = createClusterTracker(GRACES, before.save());
    const broken = topologyOf(up('a', 'b: s+ t-'), up('b', 'a: s+ t-'));
    expect(after.take(broken, 50_000)).toEqual([]);
    const told = after.take(broken, 60_000);
    expect(told.map(({ kind, isLate, databases }) => [kind, isLate, databases])).toEqual([
      ['LINK_DOWN', true, ['t']],
      ['STATE_CHANGED', true, []],
    ]);
    // What happens from now on is seen when it happens.
    after.take(whole, 70_000);
    expect(after.take(whole, 80_000).map(({ kind, isLate }) => [kind, isLate])).toEqual([
      ['LINK_UP', false],
      ['STATE_CHANGED', false],
    ]);
    // What has not changed is so since the first of them saw it.
    expect(after.sinceOfNode({ name: 'a', state: 'UP' })).toEqual(new Date(1000));
    expect(after.sinceOfNode({ name: 'a', state: 'UNREACHABLE' })).toBeNull();
  });
});
