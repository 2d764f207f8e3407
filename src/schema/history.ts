import { MOST_ENTRIES, USUAL_ENTRIES } from '../live/changelog/page.ts';
import type { Availability } from '../live/whole/availability.ts';
import { builder, nullable, requires } from './builder.ts';
import { ClusterChangeKindType, ClusterChangeType } from './cluster-change.ts';
import { toConnection } from './connection.ts';
import { DateTime } from './scalars.ts';

const AvailabilityType = builder.objectRef<Availability>('Availability').implement({
  description: 'How long something was up while the cluster was watched.',
  fields: (t) => ({
    ratio: t.float({
      ...nullable('Share of the watched time in which it was up, from 0 to 1; null where nobody has watched.'),
      resolve: ({ up, watched }) => (watched === 0 ? null : up / watched),
    }),
    upMs: t.exposeFloat('up', { description: 'Milliseconds in which it was up and watched.' }),
    watchedMs: t.exposeFloat('watched', {
      description:
        'Milliseconds in which the cluster was really watched. What was before, or in between, does not count.',
    }),
  }),
});

builder.queryFields((t) => ({
  availability: t.field({
    type: AvailabilityType,
    ...requires(
      'viewer',
      'How much of the watched time a node answered or, with `peer` and `database`, a link was connected both ways.',
    ),
    args: {
      node: t.arg.string({ required: true, description: 'Name of the node, or of one end of the link.' }),
      peer: t.arg.string({ description: 'Name of the other end of the link; left out for a node.' }),
      database: t.arg.string({ description: 'Database of the link; left out for a node.' }),
      since: t.arg({ type: DateTime, description: 'Begin of the time; all that is kept when left out.' }),
    },
    resolve: (_, request, context) => context.availability(request),
  }),

  history: t.connection(
    {
      type: ClusterChangeType,
      ...requires(
        'viewer',
        'What has become of the cluster, as `clusterChanged` told it, the newest last. ' +
          'Without HISTORY_FILE: since the cluster is watched. ' +
          `A page has at most ${MOST_ENTRIES} changes; the newest ${USUAL_ENTRIES} where neither \`first\` nor ` +
          '`last` is given.',
      ),
      args: {
        since: t.arg({ type: DateTime, description: 'Only changes that were first seen then or later.' }),
        until: t.arg({ type: DateTime, description: 'Only changes that were first seen before.' }),
        nodes: t.arg.stringList({ description: 'Only changes that are about one of these nodes; all when left out.' }),
        databases: t.arg.stringList({
          description: 'Only changes that are about one of these databases, or about none; all when left out.',
        }),
        kinds: t.arg({
          type: [ClusterChangeKindType],
          description: 'Only changes of these kinds; all when left out.',
        }),
      },
      resolve: async (_, request, context) =>
        toConnection(await context.history(request), ({ cursor, change }) => ({ cursor, ...change })),
    },
    { name: 'ChangeConnection', description: 'Some of the changes, in order.' },
    { name: 'ChangeEdge', description: 'One change with its place.' },
  ),
}));
