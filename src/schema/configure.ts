import type { ConfigureResult } from '../mutations/configure.ts';
import { type ConfigureStep, STEP_RESULTS } from '../mutations/steps.ts';
import { builder, enumOf, requires } from './builder.ts';
import { ConfigureClusterInput } from './inputs.ts';
import { type ClusterPayload, clusterPayloadFields, toClusterPayload } from './payload.ts';
import { PlannedChangeKindType } from './plan.ts';

export const StepResultType = enumOf('ConfigureStepResult', 'What became of a step.', STEP_RESULTS);

const ConfigureStepType = builder.objectRef<ConfigureStep>('ConfigureStep').implement({
  description: 'One peer that was to be changed, and what became of that.',
  fields: (t) => ({
    node: t.exposeString('node', { description: 'Name of the peer.' }),
    kind: t.expose('kind', { type: PlannedChangeKindType, description: 'What was to be done with it.' }),
    ok: t.boolean({ description: 'Whether it was done, wholly.', resolve: ({ result }) => result === 'DONE' }),
    result: t.expose('result', { type: StepResultType, description: 'What became of it.' }),
    message: t.exposeString('message', { description: "Harper's own words, or why it was not begun." }),
  }),
});

const ConfigureClusterPayload = builder
  .objectRef<ConfigureResult & ClusterPayload>('ConfigureClusterPayload')
  .implement({
    description: 'Outcome of configureCluster.',
    fields: (t) => ({
      ...clusterPayloadFields(t),
      steps: t.expose('steps', {
        type: [ConfigureStepType],
        description:
          'Every peer that was to be changed, in the order in which that was done. ' +
          'Those that stay as they are are left out.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  configureCluster: t.field({
    type: ConfigureClusterPayload,
    ...requires(
      'operator',
      'Replaces all connections by the given ones: configure_cluster. Harper removes every existing connection ' +
        'first, so replication pauses meanwhile. Where Harper lacks the operation, the steps of clusterPlan are made ' +
        'one by one: adds and updates first, removals last. A field that a connection leaves out is as for a new peer.',
    ),
    args: { input: t.arg({ type: ConfigureClusterInput, required: true, description: 'The wanted peers.' }) },
    resolve: async (_, { input }, context) =>
      toClusterPayload(await context.changes().configureCluster(input), context),
  }),
}));
