import { MOST_CHANGES } from '../live/changelog/history-page.ts';
import { builder, requires } from './builder.ts';
import { ClusterChangeKindType, ClusterChangeType } from './cluster-change.ts';
import { DateTime } from './scalars.ts';

builder.queryFields((t) => ({
  history: t.connection(
    {
      type: ClusterChangeType,
      ...requires(
        'viewer',
        'What has become of the cluster, as `clusterChanged` told it, the newest last. ' +
          'Without HISTORY_FILE: since the cluster is watched. ' +
          `A page has at most ${MOST_CHANGES} changes; the newest 100 where neither \`first\` nor \`last\` is given.`,
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
      async resolve(_, request, context) {
        const { events, hasNext, hasPrevious } = await context.history(request);
        return {
          edges: events.map(({ cursor, change }) => ({ cursor, node: { cursor, ...change } })),
          pageInfo: {
            hasNextPage: hasNext,
            hasPreviousPage: hasPrevious,
            startCursor: events[0]?.cursor ?? null,
            endCursor: events.at(-1)?.cursor ?? null,
          },
        };
      },
    },
    { name: 'ChangeConnection', description: 'Some of the changes, in order.' },
    { name: 'ChangeEdge', description: 'One change with its place.' },
  ),
}));
