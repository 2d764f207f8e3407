import { describe, expect, it } from 'vitest';
import { createFirstSeen } from '../../src/console/model/first-seen.ts';
import { problemsOf } from '../../src/console/model/problems.ts';
import { plain } from '../../src/console/model/sentence.ts';
import { countsOf, summaryOf } from '../../src/console/model/summary.ts';
import { BEGUN, cluster, link, links, node } from './clusters.ts';

const told = (whole: ReturnType<typeof cluster>) => problemsOf(whole).map(({ title }) => plain(title));
const summed = (whole: ReturnType<typeof cluster>) => plain(summaryOf(whole).text);

describe('how many nodes are up', () => {
  it('is counted of those in the cluster, or of all where there is none', () => {
    const outside = node('d', { isMember: false });
    const down = node('c', { state: 'UNREACHABLE' });
    expect(countsOf(cluster({ nodes: [node('a'), down, outside] })).nodes).toEqual({ part: 1, all: 2 });
    expect(countsOf(cluster({ nodes: [outside] })).nodes).toEqual({ part: 1, all: 1 });
  });
});

describe('the sentence of how a cluster is', () => {
  it('names members that nobody can ask, which are not counted as down', () => {
    const whole = cluster({ nodes: [node('a'), node('b'), node('c', { state: 'UNASKED' })] });
    expect(summed(whole)).toBe('2 of 3 nodes and all 6 links are connected. c cannot be asked.');
    expect(countsOf(whole)).toMatchObject({ nodes: { part: 2, all: 3 }, unasked: 1 });
  });

  it('says that the nodes disagree where no node and no link is at fault', () => {
    const whole = cluster({
      state: 'DEGRADED',
      disagreements: [{ kind: 'URL_DIFFERS', nodes: ['c', 'a'], database: null, message: 'Differ.', remedy: null }],
    });
    expect(summed(whole)).toBe('The nodes disagree about 1 thing.');
    expect(summed({ ...whole, state: 'DOWN' })).toBe('No node is connected.');
  });
});

describe('what is wrong with a cluster', () => {
  it('is nothing where all is well', () => {
    expect(told(cluster())).toEqual([]);
    expect(summed(cluster())).toBe('All 3 nodes and all 6 links are connected.');
    const outside = node('d', { isMember: false });
    expect(summed(cluster({ nodes: [...cluster().nodes, outside] }))).toBe(
      'All 3 nodes and all 6 links are connected. d is not in the cluster.',
    );
  });

  it('names a node that does not answer once, and not each of its links', () => {
    const whole = cluster({
      state: 'DEGRADED',
      nodes: [node('a'), node('b', { state: 'UNREACHABLE', reason: 'It refused.', view: null }), node('c')],
      links: links((nodes) => (nodes.includes('b') ? 'UNCONFIRMED' : 'CONNECTED')),
    });
    const [problem, ...others] = problemsOf(whole);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ tone: 'bad', since: BEGUN, nodes: ['b'] });
    expect(problem?.reasons).toEqual(['It refused.', 'What its peers say of 4 links cannot be confirmed.']);
    expect(told(whole)).toEqual(['b does not answer.']);
    expect(summed(whole)).toBe('b cannot be read.');
  });

  it('takes the links between islands for the split, and tells of other links besides', () => {
    const whole = cluster({
      state: 'SPLIT',
      links: links((nodes, database) =>
        nodes.includes('c') ? 'DOWN' : database === 'shop' ? 'ONE_SIDED' : 'CONNECTED',
      ),
      islands: [
        { database: null, nodes: ['c'] },
        { database: null, nodes: ['a', 'b'] },
      ],
    });
    expect(told(whole)).toEqual([
      'The cluster is split into 2 islands: a and b | c.',
      'Between a and b changes go one way only, for shop.',
    ]);
    expect(problemsOf(whole)[0]).toMatchObject({
      since: BEGUN,
      pairs: [
        ['a', 'c'],
        ['b', 'c'],
      ],
    });
    expect(summed(whole)).toBe('The nodes are in 2 groups that cannot reach each other. c is alone.');
  });

  it('puts the remedy of a disagreement beside its link, and tells it once', () => {
    const whole = cluster({
      state: 'DEGRADED',
      links: [link(['a', 'b'], 'shop', 'ONE_SIDED')],
      disagreements: [
        { kind: 'LINK_ONE_SIDED', nodes: ['b', 'a'], database: 'shop', message: 'One-sided.', remedy: 'Restart b.' },
        { kind: 'URL_DIFFERS', nodes: ['c', 'a'], database: null, message: 'URLs differ.', remedy: 'Update a.' },
      ],
    });
    expect(problemsOf(whole).map(({ title, remedy }) => [plain(title), remedy])).toEqual([
      ['Between a and b changes go one way only, for shop.', 'Restart b.'],
      ['URLs differ.', 'Update a.'],
    ]);
  });

  it('has the worst first, and what is no fault last', () => {
    const lagging = { name: 'b', state: 'LAGGING' as const, stateSince: null };
    const reasons = [{ code: 'BEHIND' as const, message: 'It is 90 s behind.', databases: ['shop'] }];
    const whole = cluster({
      state: 'DEGRADED',
      nodes: [
        node('a', { view: { connections: [{ ...lagging, reasons }] } }),
        node('b'),
        node('c'),
        node('spare', { state: 'UNREACHABLE', isMember: false, view: null }),
      ],
      links: links((nodes) => (nodes[0] === 'b' ? 'DOWN' : 'CONNECTED')),
    });
    expect(told(whole)).toEqual([
      'b and c are not connected for shop and system.',
      'a sees its connection to b as: lagging.',
      'spare, which is no member, does not answer.',
    ]);
  });

  it('shows states that a newer gateway may have as they are called', () => {
    const whole = cluster({ nodes: [node('a', { state: 'ASLEEP' as 'UP' })] });
    expect(told(whole)).toEqual(['a is ASLEEP.']);
  });
});

describe('since when something is so', () => {
  it('is as the page has seen it where the gateway does not say, until the state is another one', () => {
    const fill = createFirstSeen();
    const down = cluster({ nodes: [node('a', { state: 'UNREACHABLE', stateSince: null }), node('b')] });
    const sinceOf = (now: number, whole = down) => fill(whole, now).nodes.map(({ stateSince }) => stateSince);
    const [first, begun] = [new Date(BEGUN + 5000).toISOString(), new Date(BEGUN).toISOString()];
    expect(sinceOf(BEGUN + 5000)).toEqual([first, begun]);
    expect(sinceOf(BEGUN + 9000)).toEqual([first, begun]);
    const up = cluster({ nodes: [node('a', { stateSince: null }), node('b')] });
    expect(sinceOf(BEGUN + 10_000, up)).toEqual([new Date(BEGUN + 10_000).toISOString(), begun]);
  });
});
