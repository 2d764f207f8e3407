import type { Credentials } from '../../auth/credentials.ts';
import type { Answered, HarperClient } from '../../harper/client.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import { operations } from '../../harper/operations.ts';
import { type StatusAnswer, toClusterStatus } from '../../harper/status/dialect.ts';
import type { Pending, Waiter } from '../../util/waiter.ts';

/**
 * Reads cluster_status into the gateway's model, by a call that begins after this one. It makes no promise, for many
 * who wait at once. They are rejected with what the client rejects with.
 */
export type AwaitStatus = (credentials: Credentials, waiter: Waiter<ClusterStatus>) => Pending;

/**
 * Creates the reader of one client. Reads that one answer of the client serves get the very same status, so that texts
 * made of it can be shared.
 * @param onStatus told of each new status, once
 */
export function createStatusReader(
  client: Pick<HarperClient, 'read'>,
  onStatus: (status: ClusterStatus) => void = () => undefined,
): AwaitStatus {
  const statuses = new WeakMap<Answered<StatusAnswer>, ClusterStatus>();

  function statusOf(answered: Answered<StatusAnswer>): ClusterStatus {
    const known = statuses.get(answered);
    if (known !== undefined) return known;
    const { data, receivedAt, nodeTime } = answered;
    const status = toClusterStatus(data, receivedAt, nodeTime ?? receivedAt);
    statuses.set(answered, status);
    onStatus(status);
    return status;
  }

  return (credentials, waiter) =>
    client.read(operations.clusterStatus, credentials, {
      resolve: (answered) => waiter.resolve(statusOf(answered)),
      reject: (error) => waiter.reject(error),
    });
}
