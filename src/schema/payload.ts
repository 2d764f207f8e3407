import type { FieldMap } from '@pothos/core';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { Placed } from '../mutations/at-node.ts';
import type { MutationResult } from '../mutations/result.ts';
import { sleep } from '../util/clock.ts';
import type { builder } from './builder.ts';
import { ClusterType, toWholeCluster } from './cluster.ts';
import { ClusterStatusType } from './cluster-status.ts';
import type { SchemaContext } from './context.ts';

/**
 * A read that belongs to a payload, made once and only when one of its fields is selected. When it fails, the payload
 * is lost with it: the error says what the change came to, so that nobody repeats it.
 */
export function readAfter<T>(result: MutationResult, read: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= read().catch((error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
      const warnings = result.warnings.filter((warning) => !result.message.includes(warning));
      const words = [result.message, ...warnings].map((each) => `"${each}"`).join(', ');
      const message = `The change was made (${words}), but reading its effect failed: ${error.message}`;
      throw new GatewayError(error.code, message, {
        ...error.details,
        read: false,
        outcomeUnknown: false,
        cause: error,
      });
    });
    return pending;
  };
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof GatewayError)) throw error;
}

/** A payload about the cluster; its status is read afresh when asked for. */
export interface ClusterPayload extends Placed<MutationResult> {
  readonly status: () => Promise<ClusterStatus>;
}

/** A payload out of what a change came to. */
export function toClusterPayload<T extends Placed<MutationResult>>(
  result: T,
  context: SchemaContext,
): T & ClusterPayload {
  return { ...result, status: readAfter(result, () => context.harper().status(result.at)) };
}

/** How often, and after how many milliseconds each, a status is read again in which a new node is not listed yet. */
const MORE_READS = 5;
const PAUSE = 100;

/** A payload out of what adding or changing a node came to: a new node may be listed a moment later only. */
export function toNodePayload(result: Placed<MutationResult>, nodeName: string, context: SchemaContext) {
  async function readListed(): Promise<ClusterStatus> {
    for (let left = MORE_READS; ; left -= 1) {
      const status = await context.harper().status(result.at);
      const isListed = status.nodeName === nodeName || status.connections.some(({ name }) => name === nodeName);
      if (isListed || left === 0) return status;
      await sleep(context.gateway.clock, PAUSE);
    }
  }
  return { ...result, nodeName, status: readAfter(result, readListed) };
}

/** What the fields of a payload are defined with. */
export type PayloadFields<T> = PothosSchemaTypes.ObjectFieldBuilder<typeof builder.$inferSchemaTypes, T>;

/** The fields every payload has. */
export const resultFields = (t: PayloadFields<Placed<MutationResult>>): FieldMap => ({
  node: t.string({
    description: 'Name of the node that was called; its address where it does not tell its name.',
    // A node that has only ever been changed has not told it yet. The change is made, whether it does so now or not.
    async resolve({ at }, _, context) {
      if (at.name === undefined) await context.harper().status(at).catch(ignoreFailure);
      return at.name ?? at.address.displayUrl;
    },
  }),
  message: t.exposeString('message', {
    description: "Harper's own words, or the gateway's where several operations did the job.",
  }),
  warnings: t.exposeStringList('warnings', {
    description: 'What went wrong although the change was made; empty when nothing did.',
  }),
  partial: t.exposeBoolean('partial', {
    description:
      'Whether only a part was done, with the reason in warnings. ' +
      'Typically the change is stored here, but the other node could not be told.',
  }),
  emulated: t.exposeBoolean('emulated', {
    description: 'Whether other operations did the job of one that this Harper does not have.',
  }),
});

/** The fields of a payload about the cluster. */
export const clusterPayloadFields = (t: PayloadFields<ClusterPayload>): FieldMap => ({
  ...resultFields(t),
  clusterStatus: t.field({
    type: ClusterStatusType,
    description: 'The cluster after the change. Read afresh, only when selected.',
    resolve: ({ status }) => status(),
  }),
  cluster: t.field({
    type: ClusterType,
    description: "The whole cluster after the change, by every node's view. Read afresh, only when selected.",
    resolve: async (result, _, context) =>
      toWholeCluster(await readAfter(result, () => context.harper().freshWhole())(), context),
  }),
});
