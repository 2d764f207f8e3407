import { revisionOf } from '../cluster/revision.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import type { LockMode } from './lock.ts';
import type { Sender } from './sender.ts';

/** The topology that a change was planned for. */
export interface Planned {
  /** Its revision; not checked where there is none. */
  readonly expectedRevision?: string | null | undefined;
}

/** What other nodes' views had as their revisions, with their names. */
export type RevisionsOfOthers = ReadonlyMap<string, string>;

export function isChecked({ expectedRevision }: Planned): boolean {
  return expectedRevision !== null && expectedRevision !== undefined;
}

/** How the lock of the topology is held: of two changes that were planned for one revision, the second is refused. */
export function lockModeOf(planned: Planned): LockMode {
  return isChecked(planned) ? 'exclusive' : 'shared';
}

/**
 * Reads the status afresh, and refuses a change that was planned for another topology than that of the called node.
 * @throws GatewayError CONFLICT
 */
export async function readPlannedStatus(
  sender: Sender,
  { expectedRevision: expected }: Planned,
  { operation, others }: { readonly operation: { readonly name: string }; readonly others: RevisionsOfOthers },
): Promise<ClusterStatus> {
  const status = await sender.status();
  const actual = revisionOf(status);
  if (expected === null || expected === undefined || expected === actual) return status;
  const other = others.get(expected);
  const message =
    other === undefined
      ? 'The cluster is no longer the one this change was planned for: plan it again. Nothing was sent.'
      : `The revision is that of the view of ${other}, and another node is called: plan it there. Nothing was sent.`;
  throw new GatewayError('CONFLICT', message, { operation: operation.name, expected, actual });
}
