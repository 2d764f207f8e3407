import type { Credentials } from '../auth/credentials.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { StartedNode } from '../cluster/nodes/start-node.ts';
import { GatewayError } from '../errors.ts';
import { OwnLoginFault } from '../harper/login.ts';

/** A result with the node that it was had from. */
export type Placed<T> = T & { readonly at: StartedNode };

/**
 * Runs work at the node of a name, or at the preferred one that can be reached.
 * @param path where the name stands in the caller's request
 * @throws GatewayError BAD_USER_INPUT for a name that is not known, and what the work throws
 */
export type AtNode = <T extends object>(
  name: string | null | undefined,
  path: readonly string[],
  work: (node: StartedNode) => Promise<T>,
  where?: Where,
) => Promise<Placed<T>>;

/** Which nodes work may be done at where the caller names none. */
export interface Where {
  /** Not at the node of this name, where there are others: what is meant for its peers is something else there. */
  readonly but?: string;
  /** At the preferred node only, whether it can be reached or not: elsewhere the same input means something else. */
  readonly preferredOnly?: boolean;
}

/**
 * Creates that for one caller. Work that has failed is done at the next node where it has certainly changed
 * nothing, unless the caller has named the node.
 */
export function createAtNode(cluster: Cluster, credentials: Credentials): AtNode {
  /** Whether a node has a name; asks those that never told theirs. */
  async function isNamed(node: StartedNode, name: string): Promise<boolean> {
    return (node.name ?? (await cluster.readStatus(credentials, { node })).nodeName) === name;
  }

  return async (name, path, work, { but, preferredOnly = false } = {}) => {
    const pinned = name === null || name === undefined ? undefined : await cluster.nodeNamed(name, path, credentials);
    const free = preferredOnly ? [cluster.nodes.first] : cluster.nodes.choose();
    const candidates = pinned === undefined ? free : [pinned];
    let first: unknown;
    for (const at of candidates) {
      try {
        if (but !== undefined && candidates.length > 1 && (await isNamed(at, but))) continue;
        return { ...(await work(at)), at };
      } catch (error) {
        if (!hasChangedNothing(error)) throw error;
        first ??= error;
      }
    }
    throw first ?? new GatewayError('UPSTREAM_UNAVAILABLE', `No other node than ${but} can be asked.`);
  };
}

/** Whether a node could not be reached, and has certainly not been sent a change. */
function hasChangedNothing(error: unknown): boolean {
  if (!(error instanceof GatewayError) || error instanceof OwnLoginFault) return false;
  const { outcomeUnknown } = error.details;
  if (error.code === 'UPSTREAM_UNAVAILABLE') return outcomeUnknown !== true;
  // A wait for another change of the same cluster would only begin anew.
  return error.code === 'UPSTREAM_TIMEOUT' && outcomeUnknown === undefined;
}
