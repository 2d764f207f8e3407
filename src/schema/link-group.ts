import type { Link } from '../cluster/topology/links.ts';
import { AT_LEAST_SINCE, builder, nullable } from './builder.ts';
import { ClusterType, LinkStateType, type WholeCluster } from './cluster.ts';
import { DateTime } from './scalars.ts';

/** Links of two nodes that differ in nothing but their database. */
interface LinkGroup {
  readonly link: Link;
  readonly since: Date | null;
  readonly databases: string[];
}

/** All links, in their order, of which those that are alike are together. */
export function groupsOf({ topology, seen }: Pick<WholeCluster, 'topology' | 'seen'>): LinkGroup[] {
  const groups = new Map<string, LinkGroup>();
  for (const link of topology.links) {
    const since = seen?.sinceOfLink(link) ?? null;
    // Names come from Harper: no separator is certain not to be in them.
    const key = JSON.stringify([link.nodes, link.state, since?.getTime(), link.reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { link, since, databases: [link.database] });
    else group.databases.push(link.database);
  }
  return [...groups.values()];
}

const LinkGroupType = builder.objectRef<LinkGroup>('LinkGroup').implement({
  description: 'Links between two nodes that differ in nothing but their database.',
  fields: (t) => ({
    nodes: t.stringList({ description: 'The two nodes, by name.', resolve: ({ link }) => [...link.nodes] }),
    databases: t.exposeStringList('databases', { description: 'Names of the databases; at least one.' }),
    state: t.field({ type: LinkStateType, description: 'As `Link.state`.', resolve: ({ link }) => link.state }),
    reason: t.string({
      ...nullable('As `Link.reason`: null where they are CONNECTED.'),
      resolve: ({ link }) => link.reason,
    }),
    since: t.field({ type: DateTime, ...nullable(AT_LEAST_SINCE), resolve: ({ since }) => since }),
  }),
});

builder.objectField(ClusterType, 'linkGroups', (t) =>
  t.field({
    type: [LinkGroupType],
    description:
      'Every link, those together that differ in nothing but their database. Of many databases it says the same as ' +
      '`links` in a fraction of the bytes.',
    resolve: groupsOf,
  }),
);
