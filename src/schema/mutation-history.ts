import type { MutationRecord, MutationStep } from '../live/changelog/audit/mutation-record.ts';
import { MOST_ENTRIES, USUAL_ENTRIES } from '../live/changelog/page.ts';
import { builder, nullable, requires } from './builder.ts';
import { toConnection } from './connection.ts';
import { DateTime } from './scalars.ts';

const MutationStepType = builder.objectRef<MutationStep>('MutationStep').implement({
  description: 'One step of a mutation that took several, and what became of it.',
  fields: (t) => ({
    at: t.exposeString('at', nullable('Node that was called; null where the mutation was sent to one node only.')),
    node: t.exposeString('node', { description: 'Name of the node that was to be changed.' }),
    kind: t.exposeString('kind', nullable('A PlannedChangeKind; null where the mutation says what was to be done.')),
    result: t.exposeString('result', { description: 'What became of it, a ConfigureStepResult.' }),
    message: t.exposeString('message', {
      description: "Harper's own words, or why it was not begun; without secrets.",
    }),
  }),
});

const MutationRecordType = builder
  .objectRef<MutationRecord & { readonly cursor: string; readonly isRunning: boolean }>('MutationRecord')
  .implement({
    description: 'One mutation that was asked for, as the audit log has it. It holds no input and no secret.',
    fields: (t) => ({
      cursor: t.exposeID('cursor', { description: 'Opaque; give it back as `after` or `before`.' }),
      changeId: t.exposeID('changeId', nullable('That of its audit lines; null where its caller may not run it.')),
      requestId: t.exposeID('requestId', { description: 'Id of the request, which all lines of the log have.' }),
      user: t.exposeString(
        'user',
        nullable(
          'Name in the login; null where it has none. It counts once Harper has accepted the login: beside ' +
            'UNAUTHENTICATED it is a mere claim.',
        ),
      ),
      mutation: t.exposeString('mutation', { description: 'Name of the mutation, such as `removeNode`.' }),
      targets: t.stringList({
        description: 'What it changes: names of nodes, or hosts of routes. Of more than 20 the rest is counted.',
        resolve: ({ targets }) => [...targets],
      }),
      begunAt: t.expose('begunAt', { type: DateTime, description: 'When it began.' }),
      endedAt: t.expose('endedAt', {
        type: DateTime,
        ...nullable('When it ended; null as long as it runs, and for good where its gateway was ended meanwhile.'),
      }),
      isRunning: t.exposeBoolean('isRunning', {
        description:
          'Whether the gateway that answers is running it at this moment. Where it is false and `endedAt` null, ' +
          'another gateway runs it, or nobody knows what came of it: look at the cluster.',
      }),
      outcome: t.exposeString('outcome', nullable('DONE, PARTIAL or an error code; null as long as it has not ended.')),
      outcomeUnknown: t.exposeBoolean('outcomeUnknown', {
        description: 'Whether it may have been carried out although it failed, because no answer came.',
      }),
      reason: t.exposeString('reason', nullable('Why it failed or was refused; null for others.')),
      warnings: t.stringList({
        description: 'What went wrong although the change was made; empty when nothing did.',
        resolve: ({ warnings }) => [...warnings],
      }),
      steps: t.field({
        type: [MutationStepType],
        description: 'What became of each step, where there were several; empty otherwise.',
        resolve: ({ steps }) => [...steps],
      }),
      durationMs: t.exposeInt('durationMs', nullable('Milliseconds it took; null as long as it has not ended.')),
      gateway: t.exposeString('gateway', { description: 'Name of the machine whose gateway was asked for it.' }),
    }),
  });

builder.queryFields((t) => ({
  mutations: t.connection(
    {
      type: MutationRecordType,
      ...requires(
        'operator',
        'The mutations that were asked for, of all callers, in the order in which they began, the newest last. ' +
          'One that runs, or was never ended, has no `endedAt`. Without HISTORY_FILE: those of this process. ' +
          `A page has at most ${MOST_ENTRIES} of them; the newest ${USUAL_ENTRIES} where neither \`first\` nor ` +
          '`last` is given.',
      ),
      args: {
        since: t.arg({ type: DateTime, description: 'Only mutations that began then or later.' }),
        until: t.arg({ type: DateTime, description: 'Only mutations that began before.' }),
        nodes: t.arg.stringList({ description: 'Only mutations with one of these as a target; all when left out.' }),
        users: t.arg.stringList({ description: 'Only mutations of these callers; all when left out.' }),
        mutations: t.arg.stringList({ description: 'Only these, such as `removeNode`; all when left out.' }),
        outcomes: t.arg.stringList({
          description: 'Only those that ended so: DONE, PARTIAL or an error code; all when left out.',
        }),
        hasEnded: t.arg.boolean({
          description: 'False: only those that run or were never ended. True: only the others. All when left out.',
        }),
      },
      resolve: async (_, request, context) =>
        toConnection(await context.mutations(request), (record) => ({ cursor: record.id, ...record })),
    },
    { name: 'MutationConnection', description: 'Some of the mutations, in order.' },
    { name: 'MutationEdge', description: 'One mutation with its place.' },
  ),
}));
