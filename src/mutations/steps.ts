import { type ErrorCode, GatewayError } from '../errors.ts';
import { operations } from '../harper/operations.ts';
import type { NodeRequest } from '../harper/requests.ts';
import type { PlannedChange, PlannedChangeKind } from './plan.ts';
import type { Sender } from './sender.ts';

/** What can become of a step. */
export const STEP_RESULTS = {
  DONE: 'It was made.',
  PARTIAL: 'It was made on the called node, but the other node could not be told; the message says why.',
  FAILED: 'Harper refused it, names it as failed, or it could not be sent.',
  LOST: 'It was removed to be made anew, and could not be added again: it is no member any more.',
  UNKNOWN: 'No answer came: it may have been made or not.',
  NOT_RUN: 'It was not begun, because of what became of the steps before it.',
} as const;
export type StepResult = keyof typeof STEP_RESULTS;

/** One step of configuring a cluster, and what became of it. */
export interface ConfigureStep {
  readonly node: string;
  readonly kind: PlannedChangeKind;
  readonly result: StepResult;
  /** Harper's own words, or why it was not begun. */
  readonly message: string;
}

interface Taken {
  readonly steps: readonly ConfigureStep[];
  /** What kept the run from its end: of the step whose outcome is not known, or else of the first that failed. */
  readonly failure: GatewayError | undefined;
}

/** After these nothing that is sent to the same Harper with the same login would fare better. */
const LASTING = new Set<ErrorCode>(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UNAUTHENTICATED', 'FORBIDDEN']);

/**
 * Carries out a plan by single operations, in its order: adds and updates, then removals. When a node could not be added or
 * updated nothing is removed: the cluster would be left with neither the old nor the new member. Running the same request
 * again makes a new plan out of what is still missing.
 */
export async function takeSteps(
  sender: Sender,
  changes: readonly PlannedChange[],
  connections: readonly NodeRequest[],
  stopping: AbortSignal,
): Promise<Taken> {
  const steps: ConfigureStep[] = [];
  let failure: GatewayError | undefined;
  let hindrance: string | undefined;
  for (const change of changes) {
    const { kind, node } = change;
    if (kind === 'KEEP') continue;
    const reason = hindrance ?? (stopping.aborted ? 'The gateway is stopping.' : undefined) ?? whyNot(kind, steps);
    if (reason !== undefined) {
      steps.push({ node, kind, result: 'NOT_RUN', message: reason });
      continue;
    }
    const step = await take(sender, change, change.index === undefined ? undefined : connections[change.index]);
    steps.push(step.taken);
    if (failure === undefined || step.taken.result === 'UNKNOWN') failure = step.failure ?? failure;
    if (step.failure && LASTING.has(step.failure.code)) hindrance = `Harper failed on ${node} before.`;
  }
  return { steps, failure };
}

/** Nothing is removed for a new member that is not certainly there; one that is changed and cannot be told is still a member. */
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
): Promise<{ taken: ConfigureStep; failure?: GatewayError }> {
  let removed = false;
  try {
    if (kind === 'REMOVE' || recreates) {
      const { message } = await sender.send(operations.removeNode, { hostname: node });
      if (request === undefined) return { taken: { node, kind, result: 'DONE', message } };
      removed = true;
    }
    const { message } = await sender.send(operations.addNode, {
      ...request,
      hostname: node,
      // An upsert keeps what it is not told; what the plan says must hold whatever there was.
      ...(kind === 'UPDATE' && after && { revokedCertificates: [...after.revokedCertificates], url: after.url }),
    });
    const result = message.includes(' but there was an error ') ? 'PARTIAL' : 'DONE';
    return { taken: { node, kind, result, message } };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const unknown = error.extensions.outcomeUnknown === true;
    const message = removed ? `It was removed, but could not be added again: ${error.message}` : error.message;
    return {
      taken: { node, kind, result: unknown ? 'UNKNOWN' : removed ? 'LOST' : 'FAILED', message },
      failure: error,
    };
  }
}
