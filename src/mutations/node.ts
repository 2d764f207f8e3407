import type { z } from 'zod';
import { badInput } from '../harper/checks.ts';
import type { Peer, TableSubscription } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import { type Lock, lockOf } from './lock.ts';
import { lostRows } from './plan.ts';
import { type Outcome, outcomeOf } from './result.ts';
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

/** How many locks keep updates of the same node apart; two nodes that share one by chance only wait for each other. */
const STRIPES = 64;

/**
 * Changes a node. Where Harper has no update_node, add_node does the same: it is one upsert (harper.md). Sent without an address or
 * tables both make the usual address and full replication of them, so what there is is sent along; and they only ever add to
 * tables and revoked certificates, so what could not be taken away is refused.
 */
export async function updateNode(
  sender: Sender,
  backend: string,
  topology: Lock,
  input: UpdateNodeRequest,
): Promise<Outcome> {
  sender.check(operations.updateNode, input);
  const stripe = [...input.hostname].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % STRIPES;
  const own = lockOf(`node ${stripe} ${backend}`);
  return sender.locked(topology, 'shared', () =>
    sender.locked(own, 'exclusive', async () => {
      const peer = (await sender.status()).connections.find(({ name }) => name === input.hostname);
      refuseLosses(input, peer);
      const whole = peer === undefined ? input : { ...input, ...presentOf(input, peer) };
      const warnings = flowWarnings(input, peer);
      const outcome = await sender.either(
        operations.updateNode,
        async () => outcomeOf((await sender.send(operations.updateNode, whole)).message),
        async () => outcomeOf((await sender.send(operations.addNode, whole)).message, [], true),
      );
      return { ...outcome, warnings: [...outcome.warnings, ...warnings] };
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

/** Refuses an update by which something would have to be taken away. */
function refuseLosses(input: UpdateNodeRequest, peer: Peer | undefined): void {
  const tables = lostRows(peer?.subscriptions, input.subscriptions);
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
  if (issues.length > 0) throw badInput(issues, operations.updateNode.name);
}

function flowWarnings(input: UpdateNodeRequest, peer: Peer | undefined): string[] {
  const flow = peer?.replication;
  if (input.subscriptions || !flow || peer.subscriptions !== null || (flow.sends && flow.receives)) return [];
  return [`${input.hostname} was replicated in one direction only; with every update Harper makes it both.`];
}

/** Removes a node. */
export async function removeNode(sender: Sender, topology: Lock, input: RemoveNodeRequest): Promise<Outcome> {
  sender.check(operations.removeNode, input);
  const { message } = await sender.locked(topology, 'shared', () => sender.send(operations.removeNode, input));
  return outcomeOf(message);
}
