import type { z } from 'zod';
import { GatewayError } from '../errors.ts';
import { badInput } from '../harper/checks.ts';
import { operations } from '../harper/operations.ts';
import type { NodeRequest } from '../harper/requests.ts';
import { redact, withoutUserinfo } from '../observability/redact.ts';
import type { Lock } from './lock.ts';
import { type ClusterPlan, type PlannedChange, type PlannedChangeKind, planOf } from './plan.ts';
import { type Outcome, outcomeOf } from './result.ts';
import type { Sender } from './sender.ts';
import { type ConfigureStep, takeSteps } from './steps.ts';

export type ConfigureClusterRequest = z.input<typeof operations.configureCluster.input> & {
  /** Revision of the topology that the change was planned against. */
  readonly expectedRevision?: string | null | undefined;
};

/** What configuring a cluster comes to. */
export interface ConfigureOutcome extends Outcome {
  readonly steps: readonly ConfigureStep[];
}

/** What configuring a cluster would change, from a fresh status; nothing is changed. */
export async function planCluster(sender: Sender, connections: readonly NodeRequest[]): Promise<ClusterPlan> {
  return planOf(await sender.status(), connections);
}

/**
 * Replaces all connections. The plan is made while nobody else may change the cluster through this process, and where
 * `expectedRevision` is given nothing is sent unless the topology is still the one it names.
 * @param stopping fires when the gateway stops: no further step is begun then
 * @throws GatewayError CONFLICT, BAD_USER_INPUT, or what kept the first step from being made
 */
export async function configureCluster(
  sender: Sender,
  topology: Lock,
  { expectedRevision, ...input }: ConfigureClusterRequest,
  stopping: AbortSignal,
): Promise<ConfigureOutcome> {
  sender.check(operations.configureCluster, input);
  return sender.locked(topology, 'exclusive', async () => {
    const plan = await planCluster(sender, input.connections);
    if (expectedRevision !== null && expectedRevision !== undefined && expectedRevision !== plan.revision) {
      const message = 'The cluster is no longer the one this change was planned for: plan it again. Nothing was sent.';
      throw new GatewayError('CONFLICT', message, {
        operation: operations.configureCluster.name,
        expected: expectedRevision,
        actual: plan.revision,
      });
    }
    refuseWithoutLogin(plan.changes, input.connections);
    const emulated = sender.lacks(operations.configureCluster);
    // configure_cluster would take every connection down and up again for nothing.
    if (plan.isNoop) return { ...outcomeOf('The cluster is configured so already.', [], emulated), steps: [] };
    if (stopping.aborted)
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'The gateway is stopping; nothing was sent.', NOT_SENT);
    return sender.either(
      operations.configureCluster,
      () => natively(sender, plan, input.connections),
      () => stepByStep(sender, plan, input.connections, stopping),
    );
  });
}

const NOT_SENT = { read: false, outcomeUnknown: false } as const;

async function natively(
  sender: Sender,
  plan: ClusterPlan,
  requests: readonly NodeRequest[],
): Promise<ConfigureOutcome> {
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
  return { ...outcomeOf(answer.message, warnings), steps };
}

/** What names a failed node; the rest of an entry may hold its login. */
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
  connections: readonly NodeRequest[],
  stopping: AbortSignal,
): Promise<ConfigureOutcome> {
  const { steps, failure } = await takeSteps(sender, changes, connections, stopping);
  const faults = steps.filter(({ result }) => result !== 'DONE');
  // Nothing was certainly done: that is a failure and no success, of whatever kind.
  if (failure !== undefined && !steps.some(({ result }) => ['DONE', 'PARTIAL', 'LOST'].includes(result))) {
    throw new GatewayError(failure.code, failure.message, {
      ...failure.extensions,
      read: false,
      ...(steps.some(({ result }) => result === 'UNKNOWN') && { outcomeUnknown: true }),
      steps: steps.map(({ node, kind, result, message }) => ({ node, kind, result, message })),
      cause: failure,
    });
  }
  const done = steps.length - faults.length;
  return {
    message: `${done} of ${steps.length} steps are done.`,
    warnings: faults.map((step) => `${VERBS[step.kind]} ${step.node}: ${step.message}`),
    partial: faults.length > 0,
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

/** A removed peer forgets this node, too: without a login it could not be added again, and would be lost. */
function refuseWithoutLogin(changes: readonly PlannedChange[], connections: readonly NodeRequest[]): void {
  const issues = changes.flatMap(({ recreates, index, summary }) => {
    if (!recreates || index === undefined || connections[index]?.authorization) return [];
    const path = ['input', 'connections', index, 'authorization'];
    return [{ path, message: `must be given: ${summary}` }];
  });
  if (issues.length > 0) throw badInput(issues, operations.configureCluster.name);
}
