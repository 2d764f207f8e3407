import { expect, it } from 'vitest';
import type { Link } from '../../src/cluster/topology/links.ts';
import type { Topology } from '../../src/cluster/topology/topology.ts';
import { groupsOf } from '../../src/schema/link-group.ts';

const link = (nodes: [string, string], database: string, differs: Partial<Link> = {}): Link => ({
  ...{ nodes, database, state: 'CONNECTED', isUp: true, reason: null, views: [] },
  ...differs,
});

/** The nodes and databases of each group. */
function grouped(links: readonly Link[], since?: (link: Link) => Date | null) {
  const seen = since && { sinceOfLink: since, sinceOfNode: () => null };
  return groupsOf({ topology: { links } as Topology, seen }).map((each) => [each.link.nodes, each.databases]);
}

it.each<[string, Link, Link]>([
  ['nodes', link(['a', 'b'], 'shop'), link(['a', 'c'], 'shop')],
  ['names that hold what could separate them', link(['a', 'b\0c'], 'shop'), link(['a\0b', 'c'], 'shop')],
  ['names with commas and quotes', link(['a","b', 'c'], 'shop'), link(['a', 'b","c'], 'shop')],
  ['a state', link(['a', 'b'], 'shop'), link(['a', 'b'], 'yard', { state: 'DOWN' })],
  ['a reason', link(['a', 'b'], 'shop', { reason: '' }), link(['a', 'b'], 'yard')],
])('links that differ in %s are two groups', (_, one, other) => {
  expect(grouped([one, other])).toHaveLength(2);
});

it('links that differ in their database only are one group, and two where one is so for longer', () => {
  const links = [link(['a', 'b'], 'shop'), link(['a', 'b'], 'yard')];
  expect(grouped(links)).toEqual([
    [
      ['a', 'b'],
      ['shop', 'yard'],
    ],
  ]);
  expect(grouped(links, ({ database }) => new Date(database.charCodeAt(0)))).toHaveLength(2);
});
