import type { z } from 'zod';
import type { Operation } from '../harper/operations.ts';
import { operations } from '../harper/operations.ts';
import { redact, withoutUserinfo } from '../redact.ts';
import { builder } from './builder.ts';
import { ClusterStatusType, findPeer } from './cluster.ts';
import type { SchemaContext } from './context.ts';
import { AddNodeInput, ConfigureClusterInput, RemoveNodeInput, UpdateNodeInput } from './inputs.ts';
import { type ClusterPayload, outcomeOf, readAfter } from './payload.ts';
import { PeerType } from './peer.ts';

interface NodePayload extends ClusterPayload {
  readonly nodeName: string;
}

const clusterPayloadFields = (
  t: PothosSchemaTypes.ObjectFieldBuilder<typeof builder.$inferSchemaTypes, ClusterPayload>,
) => ({
  message: t.exposeString('message', { description: "Harper's own words." }),
  warnings: t.stringList({
    description: 'What went wrong although the change was made; empty when nothing did.',
    resolve: ({ warnings }) => [...warnings],
  }),
  partial: t.exposeBoolean('partial', {
    description:
      'Whether only a part was done, with the reason in warnings: typically the change is stored here, but the other node could not be told.',
  }),
  clusterStatus: t.field({
    type: ClusterStatusType,
    description: 'The cluster after the change, read afresh, only when selected.',
    resolve: ({ status }) => status(),
  }),
});

const nodePayloadFields = (t: PothosSchemaTypes.ObjectFieldBuilder<typeof builder.$inferSchemaTypes, NodePayload>) => ({
  ...clusterPayloadFields(t as never),
  peer: t.field({
    type: PeerType,
    nullable: true,
    description:
      'The node as it is listed after the change, read afresh, only when selected; null when it is not listed. Its sockets open after the answer, so its state may not be the final one.',
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

const RemoveNodePayload = builder.objectRef<ClusterPayload>('RemoveNodePayload').implement({
  description: 'Outcome of removeNode.',
  fields: clusterPayloadFields,
});

const ConfigureClusterPayload = builder.objectRef<ClusterPayload>('ConfigureClusterPayload').implement({
  description: 'Outcome of configureCluster.',
  fields: clusterPayloadFields,
});

/** Sends a change of the cluster and reads its outcome. */
async function changeCluster<I>(
  context: SchemaContext,
  operation: Operation<I, { message: string; failed_nodes?: unknown[] | null | undefined }>,
  input: NoInfer<I>,
): Promise<ClusterPayload> {
  const harper = context.harper();
  const { message, failed_nodes: failed } = await harper.change(operation, input);
  const warnings = (failed ?? []).map((node) => `Failed on ${failedName(node)}.`);
  const outcome = outcomeOf(message, warnings);
  return { ...outcome, status: readAfter(outcome, harper.status) };
}

/** What names a failed node; the rest of an entry may hold its login. */
function failedName(node: unknown): string {
  if (typeof node !== 'object' || node === null) return redact(String(node));
  const { hostname, name, url } = node as Record<string, unknown>;
  const known = [hostname, name, url].find((value) => typeof value === 'string');
  return known === undefined ? 'a node that Harper does not name' : withoutUserinfo(known as string);
}

function nameOf(input: { hostname?: string | null | undefined; url?: string | null | undefined }): string {
  return input.hostname ?? URL.parse(input.url ?? '')?.hostname.replace(/^\[|\]$/g, '') ?? '';
}

builder.mutationFields((t) => ({
  addNode: t.field({
    type: AddNodePayload,
    description: 'Adds a node to the cluster: add_node. Adding a member again is a success and updates it.',
    args: { input: t.arg({ type: AddNodeInput, required: true, description: 'The node.' }) },
    resolve: async (_, { input }, context) => ({
      ...(await changeCluster(context, operations.addNode, input as z.input<typeof operations.addNode.input>)),
      nodeName: nameOf(input),
    }),
  }),
  updateNode: t.field({
    type: UpdateNodePayload,
    description:
      'Changes how the cluster replicates with a node: update_node. Harper adds a node that it does not know.',
    args: { input: t.arg({ type: UpdateNodeInput, required: true, description: 'The node and its changes.' }) },
    resolve: async (_, { input }, context) => ({
      ...(await changeCluster(context, operations.updateNode, input as z.input<typeof operations.updateNode.input>)),
      nodeName: input.hostname,
    }),
  }),
  removeNode: t.field({
    type: RemoveNodePayload,
    description:
      'Removes a node from the cluster: remove_node. It succeeds also when the node cannot be told; that node may then go on listing this one as not connected.',
    args: { input: t.arg({ type: RemoveNodeInput, required: true, description: 'The node.' }) },
    resolve: (_, { input }, context) => changeCluster(context, operations.removeNode, input),
  }),
  configureCluster: t.field({
    type: ConfigureClusterPayload,
    description:
      'Replaces all connections by the given ones: configure_cluster. Harper removes every existing connection first, so replication pauses meanwhile.',
    args: { input: t.arg({ type: ConfigureClusterInput, required: true, description: 'The wanted peers.' }) },
    resolve: (_, { input }, context) =>
      changeCluster(context, operations.configureCluster, input as z.input<typeof operations.configureCluster.input>),
  }),
}));
