import type { Disagreement } from '../cluster/topology/disagreement.ts';
import { DISAGREEMENT_KINDS } from '../cluster/topology/disagreement.ts';
import type { Island } from '../cluster/topology/islands.ts';
import { LINK_STATES, type Link, type LinkView } from '../cluster/topology/links.ts';
import { type ClusterNode, linksOfNode, type Topology } from '../cluster/topology/topology.ts';
import { NODE_STATES } from '../cluster/topology/view.ts';
import type { WholeWatch } from '../live/whole/whole-watch.ts';
import { AT_LEAST_SINCE, builder, enumOf, nullable, requires } from './builder.ts';
import { ClusterStateType, ClusterStatusType, FreshnessType } from './cluster-status.ts';
import type { SchemaContext } from './context.ts';
import { DateTime, idOf } from './scalars.ts';
import { DatabaseSocketType } from './socket.ts';

const NodeStateType = enumOf('NodeState', 'Whether a node could be asked.', NODE_STATES);
export const LinkStateType = enumOf('LinkState', 'State of the link between two nodes for one database.', LINK_STATES);
const DisagreementKindType = enumOf('DisagreementKind', 'What nodes can disagree about.', DISAGREEMENT_KINDS);

/** A node or a link with the whole that it is a part of. */
interface NodeInWhole {
  readonly node: ClusterNode;
  readonly whole: WholeCluster;
}

/** The whole cluster as clients see it. */
export interface WholeCluster {
  readonly topology: Topology;
  readonly freshness: 'LIVE' | 'STALE' | 'LOST';
  /** The watch that knows since when nodes and links are as they are; undefined without one. */
  readonly seen: Pick<WholeWatch, 'sinceOfNode' | 'sinceOfLink'> | undefined;
}

const LinkViewType = builder.objectRef<LinkView>('LinkView').implement({
  description: "What one end of a link says of its own connection to the other, by which it gets the other's changes.",
  fields: (t) => ({
    nodeName: t.string({ description: 'The node that says so.', resolve: ({ socket }) => socket.nodeName }),
    connected: t.boolean({ description: 'Whether it is connected.', resolve: ({ socket }) => socket.connected }),
    isWanted: t.exposeBoolean('isWanted', {
      description: 'Whether replication needs this connection: an end that only publishes needs none.',
    }),
    latency: t.float({
      ...nullable('Round trip of its last ping in milliseconds; null before the first.'),
      resolve: ({ socket }) => socket.latency,
    }),
    lag: t.float({
      ...nullable('How old the last change received was on arrival, in milliseconds; null when none came yet.'),
      resolve: ({ socket }) => socket.lag,
    }),
    socket: t.field({ type: DatabaseSocketType, description: 'All it says.', resolve: ({ socket }) => socket }),
  }),
});

interface LinkInWhole {
  readonly link: Link;
  readonly whole: WholeCluster;
}

const LinkType = builder.objectRef<LinkInWhole>('Link').implement({
  description: 'The replication between two nodes for one database, by what both of its ends say.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and stable as long as the nodes and the database keep their names.',
      resolve: ({ link }) => idOf('Link', ...link.nodes, link.database),
    }),
    nodes: t.stringList({ description: 'The two nodes, by name.', resolve: ({ link }) => [...link.nodes] }),
    database: t.string({ description: 'Name of the database.', resolve: ({ link }) => link.database }),
    state: t.field({ type: LinkStateType, description: 'By what both ends say.', resolve: ({ link }) => link.state }),
    reason: t.string({
      ...nullable('What each end says, as sentences; null where the link is CONNECTED.'),
      resolve: ({ link }) => link.reason,
    }),
    since: t.field({
      type: DateTime,
      ...nullable(AT_LEAST_SINCE),
      resolve: ({ link, whole }) => whole.seen?.sinceOfLink(link) ?? null,
    }),
    latency: t.float({
      ...nullable('The shortest round trip that a connected end has measured, in milliseconds; null where none has.'),
      resolve: ({ link }) => {
        const known = link.views.flatMap(({ socket }) =>
          socket.connected && socket.latency !== null ? [socket.latency] : [],
        );
        return known.length === 0 ? null : Math.min(...known);
      },
    }),
    views: t.field({
      type: [LinkViewType],
      description: 'What each end says that has a socket for it.',
      resolve: ({ link }) => [...link.views],
    }),
  }),
});

const ClusterNodeType = builder.objectRef<NodeInWhole>('ClusterNode').implement({
  description: 'One node, and whether it could be asked.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and stable as long as the node keeps its name.',
      resolve: ({ node }) => idOf('ClusterNode', node.name),
    }),
    name: t.string({
      description: 'What it calls itself. Where it never said so: what its peers call it, or its address.',
      resolve: ({ node }) => node.name,
    }),
    url: t.string({
      ...nullable('Its replication URL: its own word, or that of a peer; null where nobody says.'),
      resolve: ({ node, whole }) => node.status?.url ?? urlByPeers(node.name, whole.topology),
    }),
    operationsUrl: t.string({
      ...nullable('Address of its operations API, without credentials; null where none is known or allowed.'),
      resolve: ({ node }) => node.operationsUrl,
    }),
    state: t.field({
      type: NodeStateType,
      description: 'Whether it could be asked.',
      resolve: ({ node }) => node.state,
    }),
    reason: t.string({ ...nullable('Why it is not UP; null where it is.'), resolve: ({ node }) => node.reason }),
    stateSince: t.field({
      type: DateTime,
      ...nullable(AT_LEAST_SINCE),
      resolve: ({ node, whole }) => whole.seen?.sinceOfNode(node) ?? null,
    }),
    isMember: t.boolean({
      description: 'Whether it belongs to the cluster: the members list it, as it lists them.',
      resolve: ({ node }) => node.isMember,
    }),
    view: t.field({
      type: ClusterStatusType,
      ...nullable('The cluster as it sees it; null where it could not be asked.'),
      resolve: ({ node }) => node.status,
    }),
    version: t.string({
      ...nullable('Version of its Harper; null where it has not told.'),
      resolve: ({ node }) => node.version,
    }),
    links: t.field({
      type: [LinkType],
      description: 'Its links, by the other node and database.',
      resolve: ({ node, whole }) => linksOfNode(whole.topology, node.name).map((link) => ({ link, whole })),
    }),
  }),
});

function urlByPeers(name: string, { nodes }: Topology): string | null {
  for (const { status } of nodes) {
    const entry = status?.connections.find((peer) => peer.name === name);
    if (entry?.url) return entry.url;
  }
  return null;
}

const IslandType = builder.objectRef<Island>('Island').implement({
  description: 'Nodes that are connected with one another, directly or by others.',
  fields: (t) => ({
    database: t.exposeString('database', {
      nullable: true,
      description: 'The database for which they are; null for those over all databases.',
    }),
    nodes: t.stringList({ description: 'Their names.', resolve: ({ nodes }) => [...nodes] }),
  }),
});

export const DisagreementType = builder.objectRef<Disagreement>('Disagreement').implement({
  description: 'One thing in which the views of the nodes do not fit together, and which will not pass by itself.',
  fields: (t) => ({
    kind: t.expose('kind', { type: DisagreementKindType, description: 'What it is about.' }),
    nodes: t.stringList({
      description: 'The nodes it is about, the one it is most about first.',
      resolve: ({ nodes }) => [...nodes],
    }),
    database: t.exposeString('database', nullable('The database it is about; null where it is about none.')),
    message: t.exposeString('message', { description: 'It, as a sentence a person can read.' }),
    remedy: t.exposeString('remedy', nullable('What an operator can do about it; null where that is not known.')),
  }),
});

export const ClusterType = builder.objectRef<WholeCluster>('Cluster').implement({
  description: 'The whole cluster, by the views of all nodes.',
  fields: (t) => ({
    id: t.id({ description: 'Opaque and always the same.', resolve: () => idOf('Cluster') }),
    state: t.field({
      type: ClusterStateType,
      description: 'State of the members and of their links. HEALTHY only where no member is unreachable.',
      resolve: ({ topology }) => topology.state,
    }),
    nodes: t.field({
      type: [ClusterNodeType],
      description: 'Every node that is known, by name.',
      args: {
        names: t.arg.stringList({ description: 'Only nodes of these names; all when left out.' }),
        states: t.arg({ type: [NodeStateType], description: 'Only nodes in these states; all when left out.' }),
      },
      resolve: (whole, { names, states }) =>
        whole.topology.nodes
          .filter(({ name, state }) => (names?.includes(name) ?? true) && (states?.includes(state) ?? true))
          .map((node) => ({ node, whole })),
    }),
    links: t.field({
      type: [LinkType],
      description: 'Every link, by its nodes and database.',
      args: {
        nodes: t.arg.stringList({ description: 'Only links that end at one of these nodes; all when left out.' }),
        databases: t.arg.stringList({ description: 'Only links for these databases; all when left out.' }),
        states: t.arg({ type: [LinkStateType], description: 'Only links in these states; all when left out.' }),
      },
      resolve: (whole, { nodes, databases, states }) =>
        whole.topology.links
          .filter((link) => !nodes || link.nodes.some((name) => nodes.includes(name)))
          .filter(({ database }) => databases?.includes(database) ?? true)
          .filter(({ state }) => states?.includes(state) ?? true)
          .map((link) => ({ link, whole })),
    }),
    islands: t.field({
      type: [IslandType],
      description:
        'The groups of members that are connected with one another: over all databases, and for each database in ' +
        'which they are others. One when the cluster is whole.',
      resolve: ({ topology }) => [...topology.islands],
    }),
    disagreements: t.field({
      type: [DisagreementType],
      description: 'Everything in which the views do not fit together; empty when they do.',
      resolve: ({ topology }) => [...topology.disagreements],
    }),
    revision: t.id({
      description: 'Changes when the configured topology does, in any view. Opaque: compare it with another one.',
      resolve: ({ topology }) => topology.revision,
    }),
    isComplete: t.boolean({
      description: 'Whether every known node could be asked.',
      resolve: ({ topology }) => topology.isComplete,
    }),
    observedAt: t.field({
      type: DateTime,
      description: 'When the gateway received the oldest of the views.',
      resolve: ({ topology }) => topology.observedAt,
    }),
    freshness: t.expose('freshness', {
      type: FreshnessType,
      description: 'LIVE in queries. In the subscription STALE or LOST, when no node can be read any more.',
    }),
  }),
});

/** What a query answers; a watch that goes on knows how it was before. */
export function toWholeCluster(topology: Topology, context: SchemaContext): WholeCluster {
  return { topology, freshness: 'LIVE', seen: context.watched()?.whole };
}

builder.queryFields((t) => ({
  cluster: t.field({
    type: ClusterType,
    ...requires(
      'viewer',
      'The whole cluster, by the views of all nodes, which are asked at the same time: cluster_status at each. ' +
        'A node that is slow or down costs its own view and nothing else. It fails only where no node answers.',
    ),
    resolve: async (_, __, context) => toWholeCluster(await context.harper().whole(), context),
  }),
  clusterNode: t.field({
    type: ClusterNodeType,
    ...requires('viewer', 'One node out of `cluster`. Null when no node has that name.'),
    args: { name: t.arg.string({ required: true, description: 'Name of the node.' }) },
    resolve: async (_, { name }, context) => {
      const whole = toWholeCluster(await context.harper().whole(), context);
      const node = whole.topology.nodes.find((each) => each.name === name);
      return node ? { node, whole } : null;
    },
  }),
}));
