import { post, type RawAnswer } from '../support/harper.ts';

/** A Harper to put the questions to, with a super user's login. */
export interface Subject {
  readonly url: string;
  readonly authorization: string;
}

/** A name no cluster has; everything the contract suite adds is called so and removed again. */
export const UNUSED_NAME = 'harper-gateway-contract.invalid';
export const UNUSED_ROUTE = { hostname: UNUSED_NAME, port: 9933 };

/** Removes the peer that the suite adds. */
export function removeAdded({ url, authorization }: Subject): Promise<RawAnswer> {
  const target = { hostname: UNUSED_NAME, name: UNUSED_NAME, node_name: UNUSED_NAME };
  return post(url, { operation: 'remove_node', ...target }, authorization);
}

/**
 * Removes whatever the suite has left behind.
 * @returns what that was
 */
export async function cleanUp(subject: Subject): Promise<string[]> {
  const { url, authorization } = subject;
  const removed: string[] = [];
  const { body } = await post(url, { operation: 'cluster_status' }, authorization);
  const peers: { name?: unknown }[] = Array.isArray(body?.connections) ? body.connections : [];
  if (peers.some(({ name }) => name === UNUSED_NAME)) {
    await removeAdded(subject);
    removed.push(`the peer ${UNUSED_NAME}`);
  }
  const routes = await post(url, { operation: 'cluster_get_routes' }, authorization);
  if (routes.status === 200 && routes.text.includes(UNUSED_NAME)) {
    await post(url, { operation: 'cluster_delete_routes', routes: [UNUSED_ROUTE] }, authorization);
    removed.push('its route');
  }
  return removed;
}
