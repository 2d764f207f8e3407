import { type ErrorCode, GatewayError } from '../errors.ts';
import { operations } from '../harper/operations.ts';
import type { NodeRequest } from '../harper/requests.ts';
import { LockLost } from './lock.ts';
import type { PlannedChange, PlannedChangeKind } from './plan.ts';
import { resultOf } from './result.ts';
import type { Sender } from './sender.ts';

/** The results of a step, and what they mean. */
export const STEP_RESULTS = {
  DONE: 'It was made.',
  PARTIAL: 'It was made on the called node, but the other node could not be told; the message says why.',
  FAILED: 'Harper refused it, names it as failed, or it could not be sent.',
  LOST: 'It was removed to be made anew, and could not be added again: it is no member any more.',
  UNKNOWN: 'No answer came: it may have been made or not.',
  NOT_RUN: 'It was not begun, because of what became of the steps before it.',
} as const;
export type StepResult = keyof typeof STEP_RESULTS;

/** One step of configuring a cluster, and its result. */
export interface ConfigureStep {
  readonly node: string;
  readonly kind: PlannedChangeKind;
  readonly result: StepResult;
  /** Harper's own words, or why it was not started. */
  readonly message: string;
}

interface TakenSteps {
  readonly steps: readonly ConfigureStep[];
  /** The failure that counts: of a step whose outcome is not known, or else of the first that failed. */
  readonly failure: GatewayError | undefined;
}

/** After these, further calls of the same Harper with the same login would fail as well, or must not be sent. */
const LASTING = new Set<ErrorCode>(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UNAUTHENTICATED', 'FORBIDDEN']);

/**
 * Carries out a plan by single operations, in its order: adds and updates, then removals. Nothing is removed when a
 * node could not be added or updated: the cluster would have neither the old nor the new member. The same request sent
 * again makes a new plan of what is still missing.
 */
export async function takeSteps(
  sender: Sender,
  changes: readonly PlannedChange[],
  { connections, stopping }: { readonly connections: readonly NodeRequest[]; readonly stopping: AbortSignal },
): Promise<TakenSteps> {
  const steps: ConfigureStep[] = [];
  let failure: GatewayError | undefined;
  let obstacle: string | undefined;
  for (const change of changes) {
    const { kind, node } = change;
    if (kind === 'KEEP') continue;
    const reason = obstacle ?? (stopping.aborted ? 'The gateway is stopping.' : undefined) ?? whyNot(kind, steps);
    if (reason !== undefined) {
      steps.push({ node, kind, result: 'NOT_RUN', message: reason });
      continue;
    }
    const request = change.index === undefined ? undefined : connections[change.index];
    const taken = await take(sender, change, request);
    steps.push(taken.step);
    if (failure === undefined || taken.step.result === 'UNKNOWN') failure = taken.failure ?? failure;
    if (taken.failure && LASTING.has(taken.failure.code)) obstacle = obstacleOf(taken.failure, node);
  }
  return { steps, failure };
}

/** Why nothing is begun after a failure that lasts. */
function obstacleOf({ cause }: GatewayError, node: string): string {
  return cause instanceof LockLost ? 'The lock of this change was lost before.' : `Harper failed on ${node} before.`;
}

/**
 * Why a step is not run: nothing is removed for a new member that is not certainly there. A changed one that could not
 * be told of it is still a member.
 */
function whyNot(kind: PlannedChangeKind, steps: readonly ConfigureStep[]): string | undefined {
  if (kind !== 'REMOVE') return undefined;
  const missing = steps.find(
    (step) =>
      step.kind !== 'REMOVE' && step.result !== 'DONE' && !(step.kind === 'UPDATE' && step.result === 'PARTIAL'),
  );
  return missing && `Nothing is removed as long as ${missing.node} is not well.`;
}

async function take(
  sender: Sender,
  { kind, node, recreates, after }: PlannedChange,
  request: NodeRequest | undefined,
): Promise<{ step: ConfigureStep; failure?: GatewayError }> {
  let removed = false;
  try {
    if (kind === 'REMOVE' || recreates) {
      const { message } = await sender.send(operations.removeNode, { hostname: node });
      if (request === undefined) return { step: { node, kind, result: 'DONE', message } };
      removed = true;
    }
    const { message } = await sender.send(operations.addNode, {
      ...request,
      hostname: node,
      // An upsert keeps what it is not told; the peer must become what the plan says.
      ...(kind === 'UPDATE' && after && { revokedCertificates: [...after.revokedCertificates], url: after.url }),
    });
    return { step: { node, kind, result: resultOf(message).partial ? 'PARTIAL' : 'DONE', message } };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const result = error.details.outcomeUnknown === true ? 'UNKNOWN' : removed ? 'LOST' : 'FAILED';
    const message = removed ? `It was removed, but could not be added again: ${error.message}` : error.message;
    return { step: { node, kind, result, message }, failure: error };
  }
}
