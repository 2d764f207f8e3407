import type { z } from 'zod';
import { badInput, GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import type { NodeRequest } from '../harper/requests.ts';
import { redact, withoutUserinfo } from '../observability/redact.ts';
import type { Locks } from './locks.ts';
import { type ClusterPlan, type PlannedChange, type PlannedChangeKind, planOf } from './plan.ts';
import { type MutationResult, resultOf } from './result.ts';
import { type RevisionsOfOthers, readPlannedStatus } from './revision.ts';
import { readDestinations } from './routes.ts';
import type { Sender } from './sender.ts';
import { type ConfigureStep, takeSteps } from './steps.ts';

export type ConfigureClusterRequest = z.input<typeof operations.configureCluster.input>;

/** What configureCluster returns. */
export interface ConfigureResult extends MutationResult {
  readonly steps: readonly ConfigureStep[];
}

export interface ConfigureOptions {
  readonly locks: Locks;
  /** Aborted when the gateway stops; no further step is started then. */
  readonly stopping: AbortSignal;
  readonly revisionsOfOthers: RevisionsOfOthers;
}

/** What configuring a cluster would change, from a fresh status and fresh routes. Nothing is changed. */
export async function planCluster(sender: Sender, connections: readonly NodeRequest[]): Promise<ClusterPlan> {
  return planFor(sender, await sender.status(), connections);
}

async function planFor(
  sender: Sender,
  status: ClusterStatus,
  connections: readonly NodeRequest[],
): Promise<ClusterPlan> {
  return planOf(status, connections, await readDestinations(sender, status.url));
}

/**
 * Replaces all connections. The topology's lock is held from the plan to the last step. With `expectedRevision`,
 * nothing is sent unless the topology still has that revision.
 * @throws GatewayError CONFLICT, BAD_USER_INPUT, or the failure of the first step
 */
export async function configureCluster(
  sender: Sender,
  input: ConfigureClusterRequest,
  { locks, stopping, revisionsOfOthers: others }: ConfigureOptions,
): Promise<ConfigureResult> {
  sender.check(operations.configureCluster, input);
  return sender.locked(locks.topology, 'exclusive', async () => {
    const status = await readPlannedStatus(sender, input, { operation: operations.configureCluster, others });
    const plan = await planFor(sender, status, input.connections);
    refuseWithoutLogin(plan.changes, input.connections);
    // No server is known that has one of these operations and not the other; the plan has asked for the routes.
    const emulated = sender.lacks(operations.configureCluster) || sender.lacks(operations.getRoutes);
    // configure_cluster would disconnect every peer and connect it again for nothing.
    if (plan.isNoop) return { ...resultOf('The cluster is configured so already.', [], emulated), steps: [] };
    if (stopping.aborted) {
      const message = 'The gateway is stopping; nothing was sent.';
      throw new GatewayError('UPSTREAM_UNAVAILABLE', message, { read: false, outcomeUnknown: false });
    }
    return sender.either(
      operations.configureCluster,
      () => atOnce(sender, plan, input.connections),
      () => stepByStep(sender, plan, { connections: input.connections, stopping }),
    );
  });
}

/** A removed peer forgets this node, too. Without a login it could not be added again and would be lost. */
function refuseWithoutLogin(changes: readonly PlannedChange[], connections: readonly NodeRequest[]): void {
  const issues = changes.flatMap(({ recreates, index, summary }) => {
    if (!recreates || index === undefined || connections[index]?.authorization) return [];
    const path = ['input', 'connections', index, 'authorization'];
    return [{ path, message: `must be given: ${summary}` }];
  });
  if (issues.length > 0) throw badInput(issues, operations.configureCluster.name);
}

async function atOnce(sender: Sender, plan: ClusterPlan, requests: readonly NodeRequest[]): Promise<ConfigureResult> {
  // Under the names that the cluster knows them by.
  const connections = plan.changes.flatMap(({ index, node }) => {
    const request = index === undefined ? undefined : requests[index];
    return request === undefined ? [] : [{ ...request, hostname: node }];
  });
  const answer = await sender.send(operations.configureCluster, { connections });
  const failed = new Set((answer.failed_nodes ?? []).map((each) => wantedName(failedName(each), connections)));
  const steps = plan.changes
    .filter(({ kind, node }) => kind !== 'KEEP' || failed.has(node))
    .map(({ kind, node }): ConfigureStep => {
      return failed.has(node)
        ? { node, kind, result: 'FAILED', message: `Harper names ${node} among the nodes it failed on.` }
        : { node, kind, result: 'DONE', message: answer.message };
    });
  const warnings = [...failed].map((node) => `Failed on ${node}.`);
  return { ...resultOf(answer.message, warnings), steps };
}

/** The name of a failed node. The rest of an entry is dropped, since it may hold the node's login. */
function failedName(node: unknown): string {
  if (typeof node !== 'object' || node === null) return redact(String(node));
  const { hostname, name, url } = node as Record<string, unknown>;
  const known = [hostname, name, url].find((value) => typeof value === 'string');
  return known === undefined ? 'a node that Harper does not name' : withoutUserinfo(known as string);
}

/** The name of a wanted node that Harper names by its name or its address. */
function wantedName(text: string, connections: readonly NodeRequest[]): string {
  return connections.find(({ hostname, url }) => hostname === text || url === text)?.hostname ?? text;
}

async function stepByStep(
  sender: Sender,
  { changes }: ClusterPlan,
  options: { readonly connections: readonly NodeRequest[]; readonly stopping: AbortSignal },
): Promise<ConfigureResult> {
  const { steps, failure } = await takeSteps(sender, changes, options);
  const undone = steps.filter(({ result }) => result !== 'DONE');
  // When nothing was certainly done, the mutation has failed.
  if (failure !== undefined && !steps.some(({ result }) => ['DONE', 'PARTIAL', 'LOST'].includes(result))) {
    throw new GatewayError(failure.code, failure.message, {
      ...failure.details,
      read: false,
      ...(steps.some(({ result }) => result === 'UNKNOWN') && { outcomeUnknown: true }),
      steps,
      cause: failure,
    });
  }
  return {
    message: `${steps.length - undone.length} of ${steps.length} steps are done.`,
    warnings: undone.map((step) => `${VERBS[step.kind]} ${step.node}: ${step.message}`),
    partial: undone.length > 0,
    emulated: true,
    steps,
  };
}

const VERBS: Record<PlannedChangeKind, string> = {
  ADD: 'Adding',
  UPDATE: 'Updating',
  REMOVE: 'Removing',
  KEEP: 'Keeping',
};
