import { describe, expect, it } from 'vitest';
import { pastOf } from '../../src/console/model/past.ts';
import { change } from './changes.ts';
import { BEGUN, cluster, link, node } from './clusters.ts';

const now = cluster({
  nodes: [node('a'), node('b'), node('c', { state: 'UNREACHABLE' })],
  links: [link(['a', 'b'], 'shop'), link(['a', 'b'], 'system'), link(['a', 'c'], 'shop', 'UNCONFIRMED')],
});

describe('how things were at a change', () => {
  it('is what the last change before it told, or the other way round than the first after it', () => {
    const past = pastOf(
      {
        until: [
          change(1, 'NODE_DOWN', { nodes: ['a'] }),
          change(2, 'NODE_UP', { nodes: ['a'] }),
          change(3, 'LINK_ONE_SIDED', { nodes: ['a', 'b'], databases: ['shop'] }),
        ],
        later: [
          change(4, 'LINK_UP', { nodes: ['a', 'b'], databases: ['shop', 'system'] }),
          change(5, 'NODE_DOWN', { nodes: ['c'] }),
        ],
        isUntilNow: true,
      },
      now,
    );
    expect(past.nodes).toEqual([
      { name: 'a', state: 'up', since: BEGUN + 2000 },
      { name: 'b', state: 'up', since: undefined },
      { name: 'c', state: 'up', since: undefined },
    ]);
    expect(past.links).toEqual([
      { nodes: ['a', 'b'], database: 'shop', state: 'one-sided', since: BEGUN + 3000 },
      { nodes: ['a', 'b'], database: 'system', state: 'not-up', since: undefined },
    ]);
    expect(past.untold).toBe(1);
  });

  it('is not told of a link that became one-sided later: it may have been up or down', () => {
    const later = [
      change(2, 'LINK_ONE_SIDED', { nodes: ['a', 'b'], databases: ['shop'] }),
      change(3, 'LINK_UP', { nodes: ['a', 'b'], databases: ['shop'] }),
    ];
    const past = pastOf({ until: [change(1)], later, isUntilNow: true }, now);
    expect(past.links.map(({ database }) => database)).toEqual(['system']);
    expect(past.untold).toBe(2);
  });

  it('was split, or disagreed, also where only the end of that is known', () => {
    const later = [
      change(2, 'AGREEMENT', { message: 'No longer so: URLs differ.' }),
      change(3, 'JOINED'),
      change(4, 'DISAGREEMENT', { message: 'Shards differ.' }),
      change(5, 'AGREEMENT', { message: 'No longer so: Shards differ.' }),
    ];
    const past = pastOf({ until: [change(1)], later, isUntilNow: true }, now);
    expect(past.disagreements).toEqual(['URLs differ.']);
    expect(past.split).toMatch(/^The cluster was split\./);
    const split = [change(2, 'SPLIT'), change(3, 'JOINED')];
    expect(pastOf({ until: [change(1)], later: split, isUntilNow: true }, now).split).toBe(undefined);
  });

  it('is not taken from now where not all that came since is known', () => {
    const past = pastOf({ until: [change(1)], later: [], isUntilNow: false }, now);
    expect(past.nodes.map(({ name }) => name)).toEqual(['a']);
    expect(past.untold).toBe(3);
  });

  it('has only nodes that were there, and the islands and disagreements that were told and not taken back', () => {
    const past = pastOf(
      {
        until: [
          change(1, 'NODE_UP', { nodes: ['old'] }),
          change(2, 'NODE_REMOVED', { nodes: ['old'] }),
          change(3, 'SPLIT', { message: 'First.' }),
          change(4, 'JOINED'),
          change(5, 'SPLIT', { message: 'Second.' }),
          change(6, 'DISAGREEMENT', { message: 'URLs differ.' }),
          change(7, 'DISAGREEMENT', { message: 'Shards differ.' }),
          change(8, 'AGREEMENT', { message: 'No longer so: URLs differ.' }),
        ],
        later: [change(9, 'NODE_ADDED', { nodes: ['b'] })],
        isUntilNow: true,
      },
      now,
    );
    expect(past.nodes.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(past).toMatchObject({ split: 'Second.', disagreements: ['Shards differ.'] });
  });
});
