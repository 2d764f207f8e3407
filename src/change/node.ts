import type { z } from 'zod';
import type { TableSubscription } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import type { Lock } from './lock.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Sender } from './sender.ts';

export type AddNodeRequest = z.input<typeof operations.addNode.input>;
export type UpdateNodeRequest = z.input<typeof operations.updateNode.input>;
export type RemoveNodeRequest = z.input<typeof operations.removeNode.input>;

/** Adds a node; adding a member again updates it. */
export async function addNode(sender: Sender, topology: Lock, input: AddNodeRequest): Promise<Outcome> {
  sender.check(operations.addNode, input);
  const { message } = await sender.locked(topology, 'shared', () => sender.send(operations.addNode, input));
  return outcomeOf(message);
}

/**
 * Changes a node. Where Harper has no update_node, add_node does the same: it is one upsert (harper.md). Both make a peer
 * fully replicating again when they are sent without table subscriptions, so what there is is sent along, and nobody else
 * may change the cluster meanwhile.
 */
export async function updateNode(sender: Sender, topology: Lock, input: UpdateNodeRequest): Promise<Outcome> {
  sender.check(operations.updateNode, input);
  return sender.locked(topology, input.subscriptions ? 'shared' : 'exclusive', async () => {
    const whole = input.subscriptions ? input : { ...input, ...(await presentTables(sender, input.hostname)) };
    return sender.either(
      operations.updateNode,
      async () => outcomeOf((await sender.send(operations.updateNode, whole)).message),
      async () => outcomeOf((await sender.send(operations.addNode, whole)).message, [], true),
    );
  });
}

async function presentTables(sender: Sender, name: string): Promise<{ subscriptions?: TableSubscription[] }> {
  const { connections } = await sender.status();
  const present = connections.find((peer) => peer.name === name)?.subscriptions;
  return present ? { subscriptions: [...present] } : {};
}

/** Removes a node. */
export async function removeNode(sender: Sender, topology: Lock, input: RemoveNodeRequest): Promise<Outcome> {
  sender.check(operations.removeNode, input);
  const { message } = await sender.locked(topology, 'shared', () => sender.send(operations.removeNode, input));
  return outcomeOf(message);
}
