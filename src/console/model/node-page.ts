import type { NodeDetailQuery } from '../graphql/graphql.ts';
import { byName, type Cluster, endsOf, type Link } from './cluster.ts';
import { linkSeverity } from './words.ts';

type Whole = NonNullable<NodeDetailQuery['cluster']>;
export type PeerState = NonNullable<Whole['nodes'][number]['view']>['connections'][number];

/** What a node says of another, and what that one says of it; undefined where nobody says anything. */
export interface Opinions {
  readonly peer: string;
  readonly own: PeerState | undefined;
  readonly others: PeerState | undefined;
  /** Whether the other could be asked. */
  readonly isAsked: boolean;
}

/** A node's own view beside the views that the others have of it, by the name of the other. */
export function opinionsOf(name: string, detail: Whole): Opinions[] {
  const own = new Map(detail.subject[0]?.view?.connections.map((peer) => [peer.name, peer]));
  const others = new Map(detail.nodes.map(({ name: other, view }) => [other, view]));
  return [...new Set([...own.keys(), ...others.keys()])]
    .filter((peer) => peer !== name)
    .sort(byName)
    .map((peer) => ({
      peer,
      own: own.get(peer),
      others: others.get(peer)?.connections.find((each) => each.name === name),
      isAsked: (others.get(peer) ?? null) !== null,
    }));
}

/** The links of a node, worst first, then by the other node and database. */
export function linksOf(name: string, { links }: Pick<Cluster, 'links'>): Link[] {
  const otherOf = (link: Link) => endsOf(link).find((end) => end !== name) ?? name;
  return links
    .filter(({ nodes }) => nodes.includes(name))
    .sort(
      (one, other) =>
        linkSeverity(one.state) - linkSeverity(other.state) ||
        byName(otherOf(one), otherOf(other)) ||
        byName(one.database, other.database),
    );
}
