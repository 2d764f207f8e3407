import type { ChangeEvent } from './changelog.ts';
import { snapshotChanges } from './diff.ts';
import type { Snapshot } from './snapshot.ts';

/** The SNAPSHOT events of one snapshot at one place in the change log. */
export interface SnapshotEvents {
  /** Their cursor leads nowhere: who is cut off in the middle of a snapshot has to begin again. */
  readonly events: readonly ChangeEvent[];
  /** The same events as the last one that a reader gets: their cursor leads on after the snapshot. */
  readonly lastEvents: readonly ChangeEvent[];
}

/**
 * Creates the SNAPSHOT events of one watch.
 * Readers who come at about the same time get the very same events, so that they can share what is made of them.
 */
export function createSnapshotEvents(): (snapshot: Snapshot, cursor: string) => SnapshotEvents {
  let latest: (SnapshotEvents & { readonly snapshot: Snapshot; readonly cursor: string }) | undefined;
  return (snapshot, cursor) => {
    if (latest?.snapshot !== snapshot || latest.cursor !== cursor) {
      const changes = snapshotChanges(snapshot);
      latest = {
        snapshot,
        cursor,
        events: changes.map((change) => ({ cursor: `${cursor}~`, change })),
        lastEvents: changes.map((change) => ({ cursor, change })),
      };
    }
    return latest;
  };
}
