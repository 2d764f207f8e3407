import { describe, expect, it } from 'vitest';
import type { Link } from '../../src/console/model/cluster.ts';
import { directionText } from '../../src/console/model/direction-text.ts';
import { directionsOf, type EndedLink, pairsOf } from '../../src/console/model/directions.ts';
import { link } from './clusters.ts';

const ends = (database: string, a: boolean | undefined, b: boolean | undefined, latency = 1.5): EndedLink => ({
  nodes: ['a', 'b'],
  database,
  views: [
    ...(a === undefined ? [] : [{ nodeName: 'a', connected: a, isWanted: true, latency }]),
    ...(b === undefined ? [] : [{ nodeName: 'b', connected: b, isWanted: true, latency: latency * 2 }]),
  ],
});

function seen(links: readonly Link[], views: readonly EndedLink[], database?: string) {
  const lookUp = directionsOf({ links: [...links] }, views, database);
  return { a: lookUp('a', 'b'), b: lookUp('b', 'a'), pairs: pairsOf(links, lookUp) };
}

describe('what a node sees of another', () => {
  it('is the worst of the databases, and the slowest of those that are as bad', () => {
    const links = ['quick', 'slow', 'unneeded'].map((name) => link(['a', 'b'], name));
    const views = [ends('quick', true, true, 1), ends('slow', true, true, 8)];
    const well = seen(links, views);
    expect(well.a).toEqual({ kind: 'ok', database: 'slow', latency: 8, links: 3 });
    expect(well.b).toMatchObject({ database: 'slow', latency: 16 });
    expect(directionText(well.a)).toBe('Connected, 8.0 ms for slow, the slowest of 3');
    const broken = seen([...links, link(['a', 'b'], 'gone', 'DOWN')], [...views, ends('gone', false, false)]);
    expect(broken.a).toEqual({ kind: 'down', database: 'gone', latency: undefined, links: 4 });
    expect(directionText(broken.a)).toBe('Down for gone, the worst of 4');
    expect(seen(links, views, 'quick').a).toMatchObject({ kind: 'ok', latency: 1, links: 1 });
  });

  it('tells the end that still gets changes from the one that gets none', () => {
    const links = [link(['a', 'b'], 'shop', 'ONE_SIDED')];
    const { a, b, pairs } = seen(links, [ends('shop', true, false)]);
    expect([a.kind, b.kind]).toEqual(['in', 'out']);
    expect(pairs).toEqual([{ ends: ['a', 'b'], kind: 'one-way', receiver: 'a' }]);
    expect(seen(links, [ends('shop', false, true)]).pairs).toMatchObject([{ receiver: 'b' }]);
  });

  it('says that it is one way only while the ends have not been asked, or were before', () => {
    const links = [link(['a', 'b'], 'shop', 'ONE_SIDED')];
    for (const views of [[], [ends('shop', true, true)], [ends('shop', undefined, undefined)]]) {
      const { a, b, pairs } = seen(links, views);
      expect([a.kind, b.kind, pairs[0]?.kind, pairs[0]?.receiver]).toEqual([
        'one-way',
        'one-way',
        'one-way',
        undefined,
      ]);
    }
  });

  it('has no receiver where changes go one way for one database, and the other way for another', () => {
    const links = ['one', 'other'].map((name) => link(['a', 'b'], name, 'ONE_SIDED'));
    const { pairs } = seen(links, [ends('one', true, false), ends('other', false, true)]);
    expect(pairs).toEqual([{ ends: ['a', 'b'], kind: 'one-way', receiver: undefined }]);
  });

  it('is missing where there is no link, and is no pair then', () => {
    const { a, pairs } = seen([link(['a', 'c'], 'shop')], []);
    expect(a).toEqual({ kind: 'missing', database: undefined, latency: undefined, links: 0 });
    expect(directionText(a)).toBe('No link');
    expect(pairs).toMatchObject([{ ends: ['a', 'c'], kind: 'ok' }]);
  });

  it('is unconfirmed in a state that the page does not know', () => {
    expect(seen([link(['a', 'b'], 'shop', 'ASLEEP' as 'DOWN')], []).a.kind).toBe('unconfirmed');
  });
});
