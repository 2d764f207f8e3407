import type { HarperAddress } from '../../config/backend.ts';
import type { HarperClient } from '../../harper/client.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import type { NodeHealth } from './node-health.ts';
import type { AwaitStatus } from './read-status.ts';

/** What is known of a node, besides its answers. */
export interface NodeInfo {
  readonly address: HarperAddress;
  /** Its place among the preferred ones, 0 first. */
  readonly rank: number;
  /** Whether it was configured. Any other was discovered. */
  readonly isConfigured: boolean;
  /** What the node calls itself; undefined before its first answer. */
  readonly name: string | undefined;
  readonly formerNames: readonly string[];
  /** Version of its Harper; null where it does not say. */
  readonly version: string | null;
  /** The other address of the same process, where that has been seen; then this one adds nothing. */
  aliasOf: NodeInfo | undefined;
}

/** One address at which a node of the cluster is asked. */
export interface ClusterAddress extends NodeInfo {
  readonly client: HarperClient;
  readonly awaitStatus: AwaitStatus;
  readonly health: NodeHealth;
  /** Asks whether it is there at all, without a login. Rejects with why it is not. */
  readonly ping: (signal: AbortSignal) => Promise<void>;
  /** Its last answer; undefined before the first. */
  readonly latest: ClusterStatus | undefined;
  close(graceMs: number): Promise<void>;
}
