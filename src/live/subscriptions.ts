import { ChangeSource } from './change-source.ts';
import type { ChangeEvent } from './changelog/changelog.ts';
import type { Change } from './diff.ts';
import type { LiveStatus } from './freshness.ts';
import { type Latest, LatestSource } from './latest-source.ts';
import { type Lifetime, LiveStream } from './stream.ts';
import type { Watcher } from './watcher.ts';

/** What a reader of changes asked for. */
export interface ChangesRequest {
  /** Only changes of these peers, and those that are of no peer; all when left out. */
  readonly nodes?: readonly string[] | null | undefined;
  /** Only changes of these nodes' views, and those that are of none; all when left out. */
  readonly views?: readonly string[] | null | undefined;
  /** Only changes of these databases, and those that are of no database; all when left out. */
  readonly databases?: readonly string[] | null | undefined;
  /** Goes on after this cursor. */
  readonly after?: string | null | undefined;
  /** Begins with one SNAPSHOT per socket; without effect beside `after`. */
  readonly snapshot?: boolean | null | undefined;
}

/**
 * Subscribes to the changes of a watched cluster: it registers, replays what came after the cursor, then goes live.
 * What the reader does not take stays in the change log, and a reader that the log overtakes ends with SLOW_CONSUMER.
 * @throws to whoever reads: GatewayError CURSOR_EXPIRED, SLOW_CONSUMER, or the refusal of the credentials
 */
export function subscribeToChanges(
  watcher: Watcher,
  request: ChangesRequest,
  lifetime: Lifetime,
): LiveStream<ChangeEvent> {
  const source = new ChangeSource<Change>(watcher, {
    changelog: watcher.changelog,
    begin: request.after ?? watcher.lostAt,
    isWanted: filterOf(request),
    isSnapshotWanted: request.snapshot === true && !request.after,
    snapshotEvents: () => watcher.snapshotEvents,
    // That Harper cannot be read is in no snapshot.
    isToldBefore: ({ peerName }) => peerName === null,
  });
  return new LiveStream(watcher, lifetime, source);
}

function filterOf({ nodes, databases, views }: ChangesRequest): (change: Change) => boolean {
  if (!nodes && !databases && !views) return EVERYTHING;
  return ({ nodeName, peerName, database }) =>
    (nodeName === null || (views?.includes(nodeName) ?? true)) &&
    (peerName === null || (nodes?.includes(peerName) ?? true)) &&
    (database === null || (databases?.includes(database) ?? true));
}

const EVERYTHING = (): boolean => true;

/**
 * Subscribes to the status of a watched cluster: at once, then whenever anything in it, or its freshness, has changed.
 * A slow reader gets the latest and misses what was in between.
 * @param minInterval least milliseconds between two statuses
 * @throws to whoever reads: the refusal of the credentials
 */
export function subscribeToStatus(watcher: Watcher, minInterval: number, lifetime: Lifetime): LiveStream<LiveStatus> {
  return new LiveStream(watcher, lifetime, new LatestSource(watcher, STATUS, minInterval));
}

const STATUS: Latest<LiveStatus> = {
  listeners: ({ listeners }) => listeners,
  read({ version, state, status }) {
    return version === undefined || status === undefined
      ? undefined
      : { value: status, version: `${version} ${state}` };
  },
};
