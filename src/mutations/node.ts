import type { z } from 'zod';
import { badInput } from '../errors.ts';
import type { Peer, TableSubscription } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import { nameOf } from '../harper/requests.ts';
import type { Locks } from './locks.ts';
import { lostRows } from './plan.ts';
import { type MutationResult, resultOf } from './result.ts';
import type { Sender } from './sender.ts';

export type AddNodeRequest = z.input<typeof operations.addNode.input>;
export type UpdateNodeRequest = z.input<typeof operations.updateNode.input>;
export type RemoveNodeRequest = z.input<typeof operations.removeNode.input>;

/**
 * Adds a node; adding a member again updates it.
 * @throws GatewayError BAD_USER_INPUT when it is a member from which tables would have to take something away
 */
export async function addNode(sender: Sender, { topology }: Locks, input: AddNodeRequest): Promise<MutationResult> {
  if (!input.subscriptions) return resultOf((await sender.sendShared(topology, operations.addNode, input)).message);
  sender.check(operations.addNode, input);
  return sender.locked(topology, 'shared', async () => {
    const name = nameOf(input);
    const peer = (await sender.status()).connections.find((each) => each.name === name);
    refuseLosses({ subscriptions: input.subscriptions }, peer, operations.addNode);
    return resultOf((await sender.send(operations.addNode, input)).message);
  });
}

/**
 * Changes a node, by add_node where Harper has no update_node: both are one upsert (docs/harper.md, "add_node"). An
 * upsert without an address or tables sets the usual address and full replication, so the present ones are sent along.
 * It only ever adds to tables and revoked certificates.
 * @throws GatewayError BAD_USER_INPUT when the change would have to take something away
 */
export async function updateNode(sender: Sender, locks: Locks, input: UpdateNodeRequest): Promise<MutationResult> {
  sender.check(operations.updateNode, input);
  return sender.locked(locks.topology, 'shared', () =>
    sender.locked(locks.node(input.hostname), 'exclusive', async () => {
      const peer = (await sender.status()).connections.find(({ name }) => name === input.hostname);
      refuseLosses(input, peer, operations.updateNode);
      const whole = peer === undefined ? input : { ...input, ...presentOf(input, peer) };
      const result = await sender.either(
        operations.updateNode,
        async () => resultOf((await sender.send(operations.updateNode, whole)).message),
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

/** Removes a node. */
export async function removeNode(
  sender: Sender,
  { topology }: Locks,
  input: RemoveNodeRequest,
): Promise<MutationResult> {
  return resultOf((await sender.sendShared(topology, operations.removeNode, input)).message);
}
