import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { availabilityOf, within } from '../../../src/live/whole/availability.ts';
import type { ClusterChange, ClusterChangeKind } from '../../../src/live/whole/cluster-change.ts';
import { type Span, WatchedTime } from '../../../src/live/whole/watched-time.ts';

function change(at: number, kind: ClusterChangeKind, nodes: string[], databases: string[] = []): ClusterChange {
  return {
    ...{ kind, observedAt: new Date(at), nodes, databases, state: 'HEALTHY', message: '', disagreement: null },
    ...{ isSnapshot: false, isLate: false },
  };
}

const NODE = { nodes: ['a'], database: undefined };
const LINK = { nodes: ['a', 'b'], database: 'dev' };

describe('availability', () => {
  it('is that of the watched time only', () => {
    const changes = [change(200, 'NODE_DOWN', ['a']), change(500, 'NODE_UP', ['a'])];
    const spans: Span[] = [
      [0, 300],
      [400, 600],
    ];
    // Up from 0 to 200 and from 500 to 600, of 500 watched.
    expect(availabilityOf(NODE, changes, spans, () => true)).toEqual({ watched: 500, up: 300 });
  });

  it('of what nothing has become is as it was told', () => {
    expect(availabilityOf(NODE, [], [[0, 100]], () => true)).toEqual({ watched: 100, up: 100 });
    expect(availabilityOf(NODE, [], [[0, 100]], () => false)).toEqual({ watched: 100, up: 0 });
    expect(availabilityOf(NODE, [], [], () => true)).toEqual({ watched: 0, up: 0 });
  });

  it('of a link ends with that of its nodes, and is of one database', () => {
    const changes = [
      change(100, 'NODE_DOWN', ['b']),
      change(200, 'NODE_UP', ['b']),
      change(300, 'LINK_DOWN', ['a', 'b'], ['system']),
      change(400, 'LINK_ONE_SIDED', ['a', 'b'], ['dev', 'system']),
      change(450, 'LINK_DOWN', ['a', 'c'], ['dev']),
      change(500, 'LINK_UP', ['a', 'b'], ['dev']),
    ];
    expect(availabilityOf(LINK, changes, [[0, 1000]], () => true)).toEqual({ watched: 1000, up: 800 });
  });

  it('is what a look at every millisecond gives, for random changes', () => {
    const kinds = fc.constantFrom<ClusterChangeKind>('NODE_UP', 'NODE_DOWN', 'LINK_UP', 'LINK_DOWN', 'SPLIT');
    const step = fc.record({ after: fc.integer({ min: 1, max: 20 }), kind: kinds, node: fc.constantFrom('a', 'b') });
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), gaps, fc.boolean(), (steps, pieces, isUp) => {
        let time = 0;
        const changes = steps.map(({ after, kind, node }) => {
          time += after;
          return kind.startsWith('LINK') ? change(time, kind, ['a', 'b'], ['dev']) : change(time, kind, [node]);
        });
        let end = 0;
        const spans = pieces.map(([gap, length]): Span => {
          const from = end + gap;
          end = from + length;
          return [from, end];
        });
        const stateAt = (moment: number, of: (each: ClusterChange) => boolean | undefined): boolean => {
          const all = changes.flatMap((each) => {
            const to = of(each);
            return to === undefined ? [] : [{ at: each.observedAt.getTime(), to }];
          });
          const last = all.findLast(({ at }) => at <= moment);
          return last?.to ?? (all[0] === undefined ? isUp : !all[0].to);
        };
        const node = (name: string) => (each: ClusterChange) =>
          each.kind.startsWith('NODE') && each.nodes[0] === name ? each.kind === 'NODE_UP' : undefined;
        const link = (each: ClusterChange) => (each.kind.startsWith('LINK') ? each.kind === 'LINK_UP' : undefined);
        let [watched, up] = [0, 0];
        for (const [from, to] of spans) {
          for (let moment = from; moment < to; moment += 1) {
            watched += 1;
            if ([node('a'), node('b'), link].every((of) => stateAt(moment, of))) up += 1;
          }
        }
        expect(availabilityOf(LINK, changes, spans, () => isUp)).toEqual({ watched, up });
      }),
    );
  });
});

describe('the watched time', () => {
  it('goes on from look to look, and ends where nothing can be seen, or nobody has looked', () => {
    const time = new WatchedTime(1000);
    for (const [now, isSeen] of [
      [0, false],
      [100, true],
      [900, true],
      [1800, false],
      [2000, false],
      [2500, true],
      [3000, true],
      // A process that was stopped for a while.
      [9000, true],
      [9500, true],
      // A clock that was set back.
      [9400, true],
    ] as const) {
      time.look(now, isSeen);
    }
    expect(time.spans).toEqual([
      [100, 1800],
      [2500, 3000],
      [9000, 9500],
      [9400, 9400],
    ]);
    const later = new WatchedTime(1000, time.save());
    later.look(9500, true);
    later.look(9600, true);
    // What was between the two processes is not known.
    expect(later.spans.at(-1)).toEqual([9500, 9600]);
    expect(within(time.spans, 1000, 2600)).toEqual([
      [1000, 1800],
      [2500, 2600],
    ]);
  });

  it('keeps the last thousand spans', () => {
    const time = new WatchedTime(10);
    for (let at = 0; at < 1500; at += 1) time.look(at * 100, true);
    expect(time.spans).toHaveLength(1000);
    expect(time.spans[0]).toEqual([50_000, 50_000]);
  });
});
