import type { StartedNode } from '../cluster/nodes/start-node.ts';
import { isFive } from '../cluster/nodes/version.ts';
import { GatewayError } from '../errors.ts';
import { operations } from '../harper/operations.ts';
import type { Lock } from './lock.ts';
import type { MutationResult } from './result.ts';
import type { Sender } from './sender.ts';
import type { StepResult } from './steps.ts';

/** One further removal, and what became of it. */
export interface RemovalStep {
  /** Name of the node that was called. */
  readonly at: string;
  /** Name of the node that was to be removed there. */
  readonly node: string;
  readonly result: StepResult;
  /** Harper's own words, or why it was not begun. */
  readonly message: string;
}

/** What removing a node returns. */
export interface RemoveResult extends MutationResult {
  readonly steps: readonly RemovalStep[];
}

export interface AlsoRemoveOptions {
  /** The removed node. */
  readonly hostname: string;
  readonly topology: Lock;
  /** Where something is to be removed as well. */
  readonly further: readonly StartedNode[];
  /** Aborted when the gateway stops; no further step is started then. */
  readonly stopping: AbortSignal;
  readonly senderOf: (node: StartedNode) => Sender;
  /** null where it does not say. */
  readonly readVersion: (node: StartedNode) => Promise<string | null>;
}

/**
 * Removes a node at further nodes, one after the other. At the removed node itself all its peers are removed: it lists
 * them for good otherwise (docs/harper.md, "remove_node"). A step that fails keeps none of the others from being taken.
 */
export async function alsoRemove(result: MutationResult, options: AlsoRemoveOptions): Promise<RemoveResult> {
  const steps: RemovalStep[] = [];
  for (const node of options.further) steps.push(...(await removalsAt(node, options)));
  const undone = steps.filter((step) => step.result !== 'DONE');
  return {
    ...result,
    warnings: [...result.warnings, ...undone.map((step) => `Removing ${step.node} at ${step.at}: ${step.message}`)],
    partial: result.partial || undone.length > 0,
    steps,
  };
}

async function removalsAt(node: StartedNode, options: AlsoRemoveOptions): Promise<RemovalStep[]> {
  const { hostname, topology, stopping, senderOf, readVersion } = options;
  const sender = senderOf(node);
  const at = node.name ?? '';
  const notRun = (message: string): RemovalStep[] => [{ at, node: hostname, result: 'NOT_RUN', message }];
  if (stopping.aborted) return notRun('The gateway is stopping.');
  if (at !== hostname) return [await removal(sender, topology, { at, node: hostname })];
  if (isFive(await readVersion(node))) {
    return notRun('The members of a Harper 5 cluster would obey what a removed node tells them: shut it down instead.');
  }
  try {
    const { connections } = await sender.status();
    const steps: RemovalStep[] = [];
    for (const { name } of connections) steps.push(await removal(sender, topology, { at, node: name }));
    return steps;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return notRun(error.message);
  }
}

async function removal(
  sender: Sender,
  topology: Lock,
  { at, node }: Pick<RemovalStep, 'at' | 'node'>,
): Promise<RemovalStep> {
  try {
    const { message } = await sender.sendShared(topology, operations.removeNode, { hostname: node });
    return { at, node, result: 'DONE', message };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    // Gossip may have been there before.
    const isGone = error.code === 'OPERATION_REFUSED' && error.message.endsWith('does not exist');
    const result = isGone ? 'DONE' : error.details.outcomeUnknown === true ? 'UNKNOWN' : 'FAILED';
    return { at, node, result, message: error.message };
  }
}
