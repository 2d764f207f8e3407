import type { HarperAddress } from '../../config/backend.ts';
import type { HarperClient } from '../../harper/client.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import type { NodeHealth } from './node-health.ts';
import type { StatusReader } from './read-status.ts';

/** One address at which a node of the cluster is asked, and all that is known of it. */
export interface ClusterAddress {
  readonly address: HarperAddress;
  /** Its place among the preferred ones, 0 first. */
  readonly rank: number;
  /** Whether it was configured. Any other was discovered. */
  readonly isConfigured: boolean;
  readonly client: HarperClient;
  readonly status: StatusReader;
  readonly health: NodeHealth;
  /** Asks whether it is there at all, without a login. Rejects with why it is not. */
  readonly ping: (signal: AbortSignal) => Promise<void>;
  /** What the node calls itself, and the last answer that said so; undefined before the first. */
  readonly name: string | undefined;
  readonly formerNames: readonly string[];
  readonly latest: ClusterStatus | undefined;
  /** Version of its Harper; null where it does not say. */
  readonly version: string | null;
  /** The other address of the same process, where that has been seen; then this one adds nothing. */
  readonly aliasOf: ClusterAddress | undefined;
  close(graceMs: number): Promise<void>;
}
