import { type Cluster, pairKey, timeOf } from './cluster.ts';
import { isOfLink, linkProblems } from './link-problems.ts';
import { nodeProblems } from './node-problems.ts';
import { distinct, type Problem, sortProblems } from './problem.ts';
import { names, sentence } from './sentence.ts';
import { isAcross, splitProblems, splitsOf } from './split-problems.ts';
import { connectionWord } from './words.ts';

/** Everything that is wrong with a cluster, each thing once, worst first. */
export function problemsOf(cluster: Cluster): Problem[] {
  const splits = splitsOf(cluster);
  const links = linkProblems(cluster, (link) => splits.some((split) => isAcross(link, split)));
  return sortProblems([
    ...splitProblems(splits, cluster.links),
    ...nodeProblems(cluster),
    ...links,
    ...disagreementProblems(cluster),
    ...connectionProblems(cluster),
  ]);
}

function disagreementProblems({ disagreements }: Cluster): Problem[] {
  return disagreements
    .filter((disagreement) => !isOfLink(disagreement))
    .map(({ kind, nodes, database, message, remedy }) => ({
      key: ['disagreement', kind, ...nodes, database].join('\0'),
      tone: 'warn',
      title: [{ name: message }],
      reasons: [],
      remedy: remedy ?? undefined,
      since: undefined,
      nodes,
      pairs: [],
    }));
}

/** Connections that are behind or copy. Those that are down are told of as links, or by the node that is down. */
function connectionProblems({ nodes, links }: Cluster): Problem[] {
  const notUp = new Set(nodes.filter(({ state }) => state !== 'UP').map(({ name }) => name));
  const faulty = new Set(
    links.filter(({ state }) => state !== 'CONNECTED' && state !== 'UNWANTED').map((link) => pairKey(link.nodes)),
  );
  return nodes.flatMap(({ name: observer, view }) =>
    (view?.connections ?? [])
      .filter(({ name, state }) => {
        if (state === 'LAGGING' || state === 'COPYING') return true;
        return !notUp.has(name) && !faulty.has(pairKey([observer, name])) && nodes.some((node) => node.name === name);
      })
      .filter(({ reasons, state }) => state === 'LAGGING' || state === 'COPYING' || reasons.length > 0)
      .map(({ name, state, stateSince, reasons }): Problem => {
        const { tone, word } = connectionWord(state);
        return {
          key: `connection\0${observer}\0${name}`,
          tone: tone === 'bad' ? 'warn' : tone,
          title: sentence`${names([observer])} sees its connection to ${names([name])} as: ${word.toLowerCase()}.`,
          reasons: distinct(reasons.map(({ message }) => message)),
          remedy: undefined,
          since: timeOf(stateSince),
          nodes: [],
          pairs: [observer < name ? [observer, name] : [name, observer]],
        };
      }),
  );
}
