import type { Credentials } from '../../auth/credentials.ts';
import type { Answered, CallOptions, HarperClient, PendingRead } from '../../harper/client.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import { operations } from '../../harper/operations.ts';
import { type StatusAnswer, toClusterStatus } from '../../harper/status/dialect.ts';

/**
 * Reads cluster_status into the gateway's model, by a call that begins after this one.
 * @throws what the client throws
 */
export type ReadStatus = (
  credentials: Credentials,
  options?: Omit<CallOptions, 'credentials' | 'inputPath'>,
) => Promise<ClusterStatus>;

/** Whoever waits for a status. Exactly one of the two is called, and none after `cancel`. */
export interface StatusWaiter {
  resolve(status: ClusterStatus): void;
  reject(error: unknown): void;
}

/** Reads cluster_status as `ReadStatus` does, without a promise: for many who wait at once. */
export type AwaitStatus = (credentials: Credentials, waiter: StatusWaiter) => PendingRead;

/** Reads that one answer of the client serves get the very same status, so that texts made of it can be shared. */
export interface StatusReader {
  readonly read: ReadStatus;
  readonly await: AwaitStatus;
  /** Name of the node as the last answer gave it; undefined before the first. */
  readonly nodeName: () => string | undefined;
}

/**
 * Creates the reader of one client.
 * @param onStatus told of each new status, once
 */
export function createStatusReader(
  client: Pick<HarperClient, 'call' | 'read'>,
  onStatus: (status: ClusterStatus) => void = () => undefined,
): StatusReader {
  const statuses = new WeakMap<Answered<StatusAnswer>, ClusterStatus>();

  let nodeName: string | undefined;

  function statusOf(answered: Answered<StatusAnswer>): ClusterStatus {
    const known = statuses.get(answered);
    if (known !== undefined) return known;
    const { data, receivedAt, nodeTime } = answered;
    const status = toClusterStatus(data, receivedAt, nodeTime ?? receivedAt);
    statuses.set(answered, status);
    nodeName = status.nodeName;
    onStatus(status);
    return status;
  }

  return {
    nodeName: () => nodeName,
    read: async (credentials, options) =>
      statusOf(await client.call(operations.clusterStatus, {}, { ...options, credentials })),
    await: (credentials, waiter) =>
      client.read(operations.clusterStatus, credentials, {
        resolve: (answered) => waiter.resolve(statusOf(answered)),
        reject: (error) => waiter.reject(error),
      }),
  };
}
