import type { ChangeEvent } from './changelog/changelog.ts';
import { type Change, snapshotChanges } from './diff.ts';
import type { Snapshot } from './snapshot.ts';

/** The SNAPSHOT events of the snapshots of all nodes at one place in the change log. */
export interface SnapshotEvents<C = Change> {
  /** Their cursor leads nowhere: who is cut off in the middle of a snapshot has to begin again. */
  readonly events: readonly ChangeEvent<C>[];
  /** The same events as the last one that a reader gets: their cursor leads on after the snapshot. */
  readonly lastEvents: readonly ChangeEvent<C>[];
}

/**
 * Creates the SNAPSHOT events of one watch.
 * Before them come the NODE_LOST of nodes that cannot be read: of those it is what was seen last. Readers who come at
 * about the same time get the very same events, so that they can share what is made of them.
 */
export function createSnapshotEvents(): (
  snapshots: readonly Snapshot[],
  lost: readonly Change[],
  cursor: string,
) => SnapshotEvents {
  let latest: (SnapshotEvents & { readonly snapshots: readonly Snapshot[]; readonly cursor: string }) | undefined;
  return (snapshots, lost, cursor) => {
    const isSame =
      latest?.snapshots.length === snapshots.length && snapshots.every((each, at) => each === latest?.snapshots[at]);
    if (latest === undefined || !isSame || latest.cursor !== cursor) {
      const changes = [...lost, ...snapshots.flatMap(snapshotChanges)];
      latest = {
        snapshots,
        cursor,
        ...snapshotEventsOf(changes, cursor),
      };
    }
    return latest;
  };
}

/** The events of how things are at one place in a change log. */
export function snapshotEventsOf<C>(changes: readonly C[], cursor: string): SnapshotEvents<C> {
  return {
    events: changes.map((change) => ({ cursor: `${cursor}~`, change })),
    lastEvents: changes.map((change) => ({ cursor, change })),
  };
}
