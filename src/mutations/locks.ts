import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import { createLock, type Lock } from './lock.ts';

/**
 * The locks of one Harper. Gateways that have the same object keep their mutations apart, as do those that share a
 * Redis (shared-locks.ts). Any other has other locks: docs/changing-a-cluster.md says what that means.
 */
export interface Locks {
  /** Guards the set of peers: shared by mutations of one node, exclusive for those of the whole cluster. */
  readonly topology: Lock;
  /** Guards the configured routes. */
  readonly configuration: Lock;
  /** Guards the settings of one peer. */
  node(hostname: string): Lock;
}

/** How many locks all nodes share: two nodes that have the same one only wait for each other. */
const NODE_LOCKS = 64;

/** Creates free locks. */
export function createLocks(clock: Clock = SYSTEM_CLOCK): Locks {
  const nodes = Array.from({ length: NODE_LOCKS }, () => createLock(clock));
  return {
    topology: createLock(clock),
    configuration: createLock(clock),
    node(hostname) {
      const sum = [...hostname].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
      return nodes[sum % NODE_LOCKS] as Lock;
    },
  };
}
