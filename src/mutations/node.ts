import type { z } from 'zod';
import { badInput } from '../errors.ts';
import type { Peer, TableSubscription } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import { nameOf } from '../harper/requests.ts';
import type { Locks } from './locks.ts';
import { lostRows } from './plan.ts';
import { type MutationResult, resultOf } from './result.ts';
import { isChecked, lockModeOf, type RevisionsOfOthers, readPlannedStatus } from './revision.ts';
import type { Sender } from './sender.ts';

export type AddNodeRequest = z.input<typeof operations.addNode.input>;
export type UpdateNodeRequest = z.input<typeof operations.updateNode.input>;
export type RemoveNodeRequest = z.input<typeof operations.removeNode.input>;

export interface NodeChangeOptions {
  readonly locks: Locks;
  readonly others: RevisionsOfOthers;
}

/**
 * Adds a node; adding a member again updates it.
 * @throws GatewayError BAD_USER_INPUT when it is a member from which tables would have to take something away; CONFLICT
 */
export async function addNode(
  sender: Sender,
  input: AddNodeRequest,
  { locks: { topology }, others }: NodeChangeOptions,
): Promise<MutationResult> {
  const operation = operations.addNode;
  if (!input.subscriptions && !isChecked(input))
    return resultOf((await sender.sendShared(topology, operation, input)).message);
  sender.check(operation, input);
  return sender.locked(topology, lockModeOf(input), async () => {
    const name = nameOf(input);
    const { connections } = await readPlannedStatus(sender, input, { operation, others });
    const peer = connections.find((each) => each.name === name);
    refuseLosses({ subscriptions: input.subscriptions }, peer, operation);
    return resultOf((await sender.send(operation, input)).message);
  });
}

/**
 * Changes a node, by add_node where Harper has no update_node: both are one upsert (docs/harper.md, "add_node"). An
 * upsert without an address or tables sets the usual address and full replication, so the present ones are sent along.
 * It only ever adds to tables and revoked certificates.
 * @throws GatewayError BAD_USER_INPUT when the change would have to take something away; CONFLICT
 */
export async function updateNode(
  sender: Sender,
  input: UpdateNodeRequest,
  { locks, others }: NodeChangeOptions,
): Promise<MutationResult> {
  const operation = operations.updateNode;
  sender.check(operation, input);
  return sender.locked(locks.topology, lockModeOf(input), () =>
    sender.locked(locks.node(input.hostname), 'exclusive', async () => {
      const { connections } = await readPlannedStatus(sender, input, { operation, others });
      const peer = connections.find(({ name }) => name === input.hostname);
      refuseLosses(input, peer, operation);
      const whole = peer === undefined ? input : { ...input, ...presentOf(input, peer) };
      const result = await sender.either(
        operation,
        async () => resultOf((await sender.send(operation, whole)).message),
        async () => resultOf((await sender.send(operations.addNode, whole)).message, [], true),
      );
      return { ...result, warnings: [...result.warnings, ...flowWarnings(input, peer)] };
    }),
  );
}

/** What a peer has of what was left out. */
function presentOf(input: UpdateNodeRequest, peer: Peer): { url?: string; subscriptions?: TableSubscription[] } {
  return {
    ...(!input.url && peer.url !== null && { url: peer.url }),
    ...(!input.subscriptions && peer.subscriptions !== null && { subscriptions: [...peer.subscriptions] }),
  };
}

/**
 * Refuses an update by which something would have to be taken away. Harper takes tables for a peer that replicates
 * everything as a success, and goes on replicating everything (docs/harper.md, "add_node").
 */
function refuseLosses(
  input: Pick<UpdateNodeRequest, 'subscriptions' | 'revokedCertificates'>,
  peer: Peer | undefined,
  operation: { readonly name: string },
): void {
  const isWhole = input.subscriptions && peer !== undefined && replicatesAll(peer);
  const tables = isWhole ? ['all databases'] : lostRows(peer?.subscriptions, input.subscriptions);
  const certificates = input.revokedCertificates
    ? (peer?.revokedCertificates ?? []).filter((serial) => !input.revokedCertificates?.includes(serial))
    : [];
  const losses: [field: string, lost: readonly string[]][] = [
    ['subscriptions', tables],
    ['revokedCertificates', certificates],
  ];
  const issues = losses
    .filter(([, lost]) => lost.length > 0)
    .map(([field, lost]) => ({
      path: ['input', field],
      message: `must hold ${lost.join(', ')}, which Harper cannot take away from a node: remove the node and add it`,
    }));
  if (issues.length > 0) throw badInput(issues, operation.name);
}

function replicatesAll({ subscriptions, replication }: Peer): boolean {
  return subscriptions === null && (replication === null || replication.sends || replication.receives);
}

function flowWarnings(input: UpdateNodeRequest, peer: Peer | undefined): string[] {
  const flow = peer?.replication;
  if (input.subscriptions || !flow || peer.subscriptions !== null || (flow.sends && flow.receives)) return [];
  return [`${input.hostname} was replicated in one direction only; with every update Harper makes it both.`];
}

/**
 * Removes a node.
 * @throws GatewayError CONFLICT
 */
export async function removeNode(
  sender: Sender,
  input: RemoveNodeRequest,
  { locks: { topology }, others }: NodeChangeOptions,
): Promise<MutationResult> {
  const operation = operations.removeNode;
  if (!isChecked(input)) return resultOf((await sender.sendShared(topology, operation, input)).message);
  sender.check(operation, input);
  return sender.locked(topology, lockModeOf(input), async () => {
    await readPlannedStatus(sender, input, { operation, others });
    return resultOf((await sender.send(operation, input)).message);
  });
}
