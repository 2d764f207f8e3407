import { mergeViews, type Topology } from '../../../src/cluster/topology/topology.ts';
import type { NodeView } from '../../../src/cluster/topology/view.ts';
import { play } from '../../live/whole/play.ts';
import { THRESHOLDS, up, view } from '../../support/views.ts';

/** A situation, and how the views of it come about. */
type Situation = readonly [title: string, topology: () => Topology];

const of =
  (...views: NodeView[]) =>
  () =>
    mergeViews(views, THRESHOLDS);
const tape = (name: string, seconds: number) => () => play(name).at(seconds);

/** Moments of real clusters: those whose names end in A are of Harper 4.7, in B of 5.2. */
const MOMENTS: readonly Situation[] = [
  ['Three lone nodes', tape('join-remove-B', 0.3)],
  ['n2 has added n3 a moment ago, 5.2', tape('join-remove-B', 3.3)],
  ['n2 and n3 are joined, n4 is alone', tape('join-remove-B', 4)],
  ['n4 is being added, 5.2', tape('join-remove-B', 13.5)],
  ['Three nodes, all well', tape('join-remove-B', 27)],
  ['A database has just been created', tape('join-remove-B', 25.9)],
  ['n2 has removed n4, 4.7', tape('join-remove-A', 45)],
  ['n2 has removed n4, 5.2', tape('join-remove-B', 45)],
  ['n4 was added again, and does not receive, 4.7', tape('join-remove-A', 65)],
  ['n3 was killed, 4.7', tape('kill-freeze-A', 20)],
  ['n3 was killed, 5.2', tape('kill-freeze-B', 20)],
  ['n3 is back, and its peers have not reached it yet, 5.2', tape('kill-freeze-B', 35)],
  ['n3 is frozen for 20 s: its peers still say connected, 4.7', tape('kill-freeze-A', 70)],
  ['n3 is frozen for 50 s, 4.7', tape('kill-freeze-A', 100)],
  ['n2 and n3 are cut for 20 s: nobody has noticed, 5.2', tape('partition-B', 28)],
  ['n2 and n3 are cut for 55 s: one database has, 5.2', tape('partition-B', 63)],
  ['n2 and n3 are cut for 85 s; n4 reaches both, 5.2', tape('partition-B', 93)],
  ['n4 is cut off for 50 s, 4.7', tape('island-A', 70)],
  ['n4 is cut off for 60 s, 5.2', tape('island-B', 68)],
  ['n4 is cut off for 80 s, 5.2', tape('island-B', 90)],
  ['n5 was added with a wrong password, 5.2', tape('four-nodes-B', 20)],
  ['The same, where n5 lets everybody in', tape('four-nodes-authorize-local-B', 20)],
  ['n5 was removed while it was down', tape('four-nodes-B', 100)],
  ['n5 is back, and was not told', tape('four-nodes-B', 130)],
  ['n4 was started under another name', tape('renamed-node-B', 30)],
  ['It was added under that name; the old one is listed', tape('renamed-node-B', 50)],
  ['The old name was removed', tape('renamed-node-B', 76)],
  ['It was started under the name of n3', tape('renamed-node-B', 100)],
  ['Table subscriptions only, both ways, 4.7', tape('table-subscriptions-A', 10)],
  ['n3 publishes only, 4.7', tape('subscriptions-mismatch-A', 8)],
  ['Table subscriptions that do not match, 4.7', tape('subscriptions-mismatch-A', 40)],
  ['n4 has heard of n3, which has not of n4, 4.7', tape('subscriptions-mismatch-A', 55)],
  ['Table subscriptions, which do not work, 5.2', tape('table-subscriptions-B', 15)],
  ['The first full copy runs to n3, 5.2', tape('full-copy-B', 8)],
];

const ABC = 'system+ dev+';
const trio = (a: string, b: string, c: string): NodeView[] => [
  up('a', a),
  up('b', b, { rank: 1 }),
  up('c', c, { rank: 2 }),
];

/** What no tape shows. */
const OTHERS: readonly Situation[] = [
  ['Only one address is known, and all is well', of(up('a', `b: ${ABC}, c: ${ABC}`))],
  ['Only one address is known, and c is down', of(up('a', `b: ${ABC}, c: system- dev-`))],
  [
    'c does not accept the login',
    of(up('a', `b: ${ABC}, c: ${ABC}`), up('b', `a: ${ABC}, c: ${ABC}`), view('c', 'REFUSED')),
  ],
  ['All three are cut from one another', of(...trio('b: dev-, c: dev-', 'a: dev-, c: dev-', 'a: dev-, b: dev-'))],
  [
    'One database is split, another is not',
    of(...trio('b: dev+ shop+, c: dev+ shop-', 'a: dev+ shop+, c: dev+ shop-', 'a: dev+ shop-, b: dev+ shop-')),
  ],
  [
    'c cannot be reached by the gateway, and is by its peers',
    of(up('a', `b: ${ABC}, c: ${ABC}`), up('b', `a: ${ABC}, c: ${ABC}`), view('c', 'UNREACHABLE')),
  ],
  ['b sends only, and a expects both ways', of(up('a', `b: ${ABC}`), up('b', `a>: ${ABC}`))],
  [
    'Two nodes have other URLs for c',
    of(...trio(`b: ${ABC}, c@ws://x:1: ${ABC}`, `a: ${ABC}, c: ${ABC}`, `a: ${ABC}, b: ${ABC}`)),
  ],
  [
    'Two nodes have other shards for c',
    of(...trio(`b: ${ABC}, c#1: ${ABC}`, `a: ${ABC}, c#2: ${ABC}`, `a: ${ABC}, b: ${ABC}`)),
  ],
  [
    'The nodes run different releases',
    of(up('a', `b: ${ABC}`, { version: '4.7.15' }), up('b', `a: ${ABC}`, { version: '5.2.4' })),
  ],
  ['One node replicates everything, the other one table', of(up('a', `b: ${ABC}`), up('b', 'a[dev.dog><]: dev+'))],
  ['A node of another cluster is among the addresses', of(...trio('b: dev+', 'a: dev+', 'x: dev+'))],
];

/** What `cluster` says in each situation, as a table in Markdown. */
export function situationTable(): string {
  const rows = [...MOMENTS, ...OTHERS].map(([title, topology]) => `| ${[title, ...cellsOf(topology())].join(' | ')} |`);
  return [
    '| situation | state | nodes | links | islands | disagreements |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function cellsOf({ state, nodes, links, islands, disagreements }: Topology): string[] {
  const notUp = nodes.filter((node) => node.state !== 'UP' || !node.isMember);
  const words = notUp.map((node) => `${node.name} ${node.state}${node.isMember ? '' : ', no member'}`);
  const counts = Map.groupBy(links, (link) => link.state);
  const groups = islands.map(
    ({ database, nodes: names }) => `${database === null ? '' : `${database}: `}${names.join(' ')}`,
  );
  return [
    state,
    words.join('; ') || 'all UP',
    [...counts]
      .map(([each, list]) => `${list.length} ${each}`)
      .sort()
      .join(', ') || 'none',
    groups.join('; '),
    disagreements
      .map(({ kind, nodes: names, database }) => [kind, ...names, database ?? ''].join(' ').trim())
      .join('; '),
  ];
}
