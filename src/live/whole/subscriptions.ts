import { ChangeSource } from '../change-source.ts';
import type { ChangeEvent } from '../changelog/changelog.ts';
import { type Latest, LatestSource } from '../latest-source.ts';
import { snapshotEventsOf } from '../snapshot-events.ts';
import { type Lifetime, LiveStream } from '../stream.ts';
import type { Watcher } from '../watcher.ts';
import type { ClusterChange, ClusterChangeKind } from './cluster-change.ts';
import type { LiveWhole } from './whole-watch.ts';

/** What a reader of the changes of the whole cluster asked for. */
export interface ClusterChangesRequest {
  /** Only changes that are about one of these nodes; all when left out. */
  readonly nodes?: readonly string[] | null | undefined;
  readonly kinds?: readonly ClusterChangeKind[] | null | undefined;
  /** Goes on after this cursor. */
  readonly after?: string | null | undefined;
  /** Begins with how things are; without effect beside `after`. */
  readonly snapshot?: boolean | null | undefined;
}

/**
 * Subscribes to what becomes of the whole cluster, with the same promises as the changes of one view.
 * @throws to whoever reads: GatewayError CURSOR_EXPIRED, SLOW_CONSUMER, or the refusal of the credentials
 */
export function subscribeToClusterChanges(
  watcher: Watcher,
  { nodes, kinds, after, snapshot }: ClusterChangesRequest,
  lifetime: Lifetime,
): LiveStream<ChangeEvent<ClusterChange>> {
  const { whole } = watcher;
  const source = new ChangeSource<ClusterChange>(watcher, {
    changelog: whole.changelog,
    begin: after ?? undefined,
    isWanted: (change) =>
      (kinds?.includes(change.kind) ?? true) && (nodes ? change.nodes.some((name) => nodes.includes(name)) : true),
    isSnapshotWanted: snapshot === true && !after,
    snapshotEvents: () => {
      whole.refresh();
      const changes = whole.snapshot();
      return changes && snapshotEventsOf(changes, whole.changelog.end);
    },
    isToldBefore: () => false,
  });
  return new LiveStream(watcher, lifetime, source);
}

/**
 * Subscribes to the whole cluster: at once, then whenever something in it, or its freshness, has changed. A slow reader
 * gets the latest and misses what was in between.
 * @param minInterval least milliseconds between two of them
 * @throws to whoever reads: the refusal of the credentials
 */
export function subscribeToWhole(watcher: Watcher, minInterval: number, lifetime: Lifetime): LiveStream<LiveWhole> {
  return new LiveStream(watcher, lifetime, new LatestSource(watcher, WHOLE, minInterval));
}

const WHOLE: Latest<LiveWhole> = {
  listeners: ({ whole }) => whole.listeners,
  read({ whole }, isFirst) {
    if (isFirst) whole.refresh();
    const { latest } = whole;
    return latest && { value: latest, version: latest.version };
  },
};
