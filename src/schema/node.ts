import { nameOf } from '../harper/requests.ts';
import type { RemovalStep, RemoveResult } from '../mutations/also-remove.ts';
import { builder, requires } from './builder.ts';
import { findPeer } from './cluster-status.ts';
import { StepResultType } from './configure.ts';
import { AddNodeInput, RemoveNodeInput, UpdateNodeInput } from './inputs.ts';
import {
  type ClusterPayload,
  clusterPayloadFields,
  type PayloadFields,
  toClusterPayload,
  toNodePayload,
} from './payload.ts';
import { PeerType } from './peer.ts';

interface NodePayload extends ClusterPayload {
  readonly nodeName: string;
}

const nodePayloadFields = (t: PayloadFields<NodePayload>) => ({
  ...clusterPayloadFields(t),
  peer: t.field({
    type: PeerType,
    nullable: true,
    description:
      'The node as it is listed after the change. Read afresh, only when selected; null when it is not listed. ' +
      'Its sockets open after the answer, so its state may not be the final one: see waitForConnected.',
    resolve: async ({ status, nodeName }, _, context) => findPeer(await status(), nodeName, context),
  }),
});

const AddNodePayload = builder.objectRef<NodePayload>('AddNodePayload').implement({
  description: 'Outcome of addNode.',
  fields: nodePayloadFields,
});

const UpdateNodePayload = builder.objectRef<NodePayload>('UpdateNodePayload').implement({
  description: 'Outcome of updateNode.',
  fields: nodePayloadFields,
});

const RemovalStepType = builder.objectRef<RemovalStep>('RemovalStep').implement({
  description: 'One further removal that `alsoAt` asked for, and what became of it.',
  fields: (t) => ({
    at: t.exposeString('at', { description: 'Name of the node that was called.' }),
    node: t.exposeString('node', { description: 'Name of the node that was to be removed there.' }),
    ok: t.boolean({ description: 'Whether it was done.', resolve: ({ result }) => result === 'DONE' }),
    result: t.expose('result', { type: StepResultType, description: 'What became of it.' }),
    message: t.exposeString('message', { description: "Harper's own words, or why it was not begun." }),
  }),
});

const RemoveNodePayload = builder.objectRef<RemoveResult & ClusterPayload>('RemoveNodePayload').implement({
  description: 'Outcome of removeNode.',
  fields: (t) => ({
    ...clusterPayloadFields(t),
    steps: t.expose('steps', {
      type: [RemovalStepType],
      description: 'The further removals, in the order in which they were made; none without `alsoAt`.',
    }),
  }),
});

builder.mutationFields((t) => ({
  addNode: t.field({
    type: AddNodePayload,
    ...requires('operator', 'Adds a node to the cluster: add_node. Adding a member again is a success and updates it.'),
    args: { input: t.arg({ type: AddNodeInput, required: true, description: 'The node.' }) },
    resolve: async (_, { input }, context) =>
      toNodePayload(await context.changes().addNode(input), nameOf(input), context),
  }),
  updateNode: t.field({
    type: UpdateNodePayload,
    ...requires(
      'operator',
      'Changes how the cluster replicates with a node: update_node, or add_node where Harper lacks that. ' +
        'Harper adds a node that it does not know.',
    ),
    args: { input: t.arg({ type: UpdateNodeInput, required: true, description: 'The node and its changes.' }) },
    resolve: async (_, { input }, context) =>
      toNodePayload(await context.changes().updateNode(input), input.hostname, context),
  }),
  removeNode: t.field({
    type: RemoveNodePayload,
    ...requires(
      'operator',
      'Removes a node from the cluster: remove_node. It succeeds also when that node cannot be told. ' +
        'That node may then go on listing this one as not connected.',
    ),
    args: { input: t.arg({ type: RemoveNodeInput, required: true, description: 'The node.' }) },
    resolve: async (_, { input }, context) => toClusterPayload(await context.changes().removeNode(input), context),
  }),
}));
