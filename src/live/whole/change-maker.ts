import type { Disagreement } from '../../cluster/topology/disagreement.ts';
import type { Link } from '../../cluster/topology/links.ts';
import type { Topology, WholeState } from '../../cluster/topology/topology.ts';
import type { ClusterChange, ClusterChangeKind } from './cluster-change.ts';
import type { Settled } from './settling.ts';

/** What can be told of a link. */
export type LinkValue = 'up' | 'down' | 'one-sided' | 'none';

/** Names a link. */
export function linkKey({ nodes, database }: Pick<Link, 'nodes' | 'database'>): string {
  return JSON.stringify([...nodes, database]);
}

/** Names the two nodes of a link, given its name. */
export function pairOf(key: string): string {
  return JSON.stringify((JSON.parse(key) as string[]).slice(0, 2));
}

const LINK_KINDS = { up: 'LINK_UP', down: 'LINK_DOWN', 'one-sided': 'LINK_ONE_SIDED' } as const;
const LINK_WORDS = {
  up: 'are connected',
  down: 'are not connected',
  'one-sided': 'are connected one way only',
} as const;

/** Makes changes of what has settled in a topology. */
export function changeMaker(topology: Topology, isSnapshot = false) {
  const { state } = topology;
  const members = topology.nodes.filter(({ isMember }) => isMember).map(({ name }) => name);
  const byName = new Map(topology.nodes.map((node) => [node.name, node]));

  type About = Partial<Pick<ClusterChange, 'nodes' | 'databases' | 'disagreement'>>;
  type Seen = Pick<Settled<unknown>, 'since' | 'isLate'>;
  function make(kind: ClusterChangeKind, message: string, { since, isLate }: Seen, about: About): ClusterChange {
    const observedAt = new Date(since);
    return {
      kind,
      observedAt,
      nodes: members,
      databases: [],
      state,
      message,
      disagreement: null,
      ...{ isSnapshot, isLate },
      ...about,
    };
  }

  return {
    node({ key, to, ...seen }: Settled<'up' | 'down' | 'none'>): ClusterChange[] {
      const about = { nodes: [key] };
      if (to === 'none') return [];
      if (to === 'up') return [make('NODE_UP', `${key} answers.`, seen, about)];
      const node = byName.get(key);
      const reason = node?.reason ? ` ${node.reason}` : '';
      const word = node?.state === 'REFUSED' ? 'does not accept the login.' : 'does not answer any more.';
      return [make('NODE_DOWN', `${key} ${word}${reason}`, seen, about)];
    },
    member: ({ key, to, ...seen }: Settled<boolean>) =>
      to
        ? make('NODE_ADDED', `${key} is a member now.`, seen, { nodes: [key] })
        : make('NODE_REMOVED', `${key} is no member any more.`, seen, { nodes: [key] }),
    /** One change for each pair and what became of it, with the databases. */
    links(settled: readonly Settled<LinkValue>[]): ClusterChange[] {
      const groups = new Map<
        string,
        {
          readonly from: LinkValue;
          readonly to: LinkValue;
          since: number;
          isLate: boolean;
          readonly databases: string[];
        }
      >();
      for (const { key, from, to, since, isLate } of settled) {
        const [, , database = ''] = JSON.parse(key) as string[];
        const name = JSON.stringify([pairOf(key), to]);
        const group = groups.get(name) ?? { from, to, since, isLate, databases: [] };
        group.since = Math.min(group.since, since);
        group.isLate &&= isLate;
        group.databases.push(database);
        groups.set(name, group);
      }
      return [...groups].flatMap(([name, { from, to, databases, ...seen }]) => {
        if (to === 'none') return [];
        const pair = JSON.parse((JSON.parse(name) as string[])[0] ?? '[]') as [string, string];
        databases.sort();
        const words = to === 'down' && from !== 'none' ? `${LINK_WORDS.down} any more` : LINK_WORDS[to];
        const message = `${pair[0]} and ${pair[1]} ${words} for ${databases.join(', ')}.`;
        return [make(LINK_KINDS[to], message, seen, { nodes: pair, databases })];
      });
    },
    split({ to, ...seen }: Settled<string>): ClusterChange {
      if (to === '') return make('JOINED', 'All members are connected with one another again.', seen, {});
      const islands = (JSON.parse(to) as string[][]).map((names) => names.join(', '));
      return make('SPLIT', `The cluster is split: ${islands.join(' | ')}.`, seen, {});
    },
    disagreement({ to, ...seen }: Settled<boolean>, about: Disagreement | undefined): ClusterChange {
      const message = about?.message ?? '';
      const details = { nodes: about?.nodes ?? [], databases: about?.database ? [about.database] : [] };
      return to
        ? make('DISAGREEMENT', message, seen, { ...details, disagreement: about ?? null })
        : make('AGREEMENT', `No longer so: ${message}`, seen, { ...details, disagreement: about ?? null });
    },
    state: ({ from, to, ...seen }: Settled<WholeState | ''>) =>
      make(
        'STATE_CHANGED',
        from === '' ? `The cluster is ${to}.` : `The cluster went from ${from} to ${to}.`,
        seen,
        {},
      ),
  };
}
