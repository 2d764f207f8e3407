import type { ClusterChange, ClusterChangeKind } from '../whole/cluster-change.ts';
import type { ChangeEvent, Changelog } from './changelog.ts';
import { clusterCodec } from './codec.ts';
import { isWanted } from './is-wanted.ts';
import { cursorExpired, type Page, type PageRange, readPageOf } from './page.ts';
import type { Found, HistoryQuery } from './store.ts';

/** Which changes are wanted, and how many, as Relay's connections say it. */
export interface PageRequest extends PageRange {
  readonly nodes?: readonly string[] | null | undefined;
  readonly databases?: readonly string[] | null | undefined;
  readonly kinds?: readonly ClusterChangeKind[] | null | undefined;
}

/** Changes in order, the newest last. */
export type HistoryPage = Page<ChangeEvent<ClusterChange>>;

/**
 * Reads one page.
 * @param find finds changes
 * @throws GatewayError BAD_USER_INPUT for a count out of range, CURSOR_EXPIRED for a cursor that is not of this log
 */
export function readPage(
  find: (query: HistoryQuery) => Promise<Found> | Found,
  request: PageRequest,
): Promise<HistoryPage> {
  return readPageOf(request, async (part) => {
    const cursors = { after: positionOf(request.after), before: positionOf(request.before) };
    const { epoch, changes } = await find({
      ...part,
      ...{ after: cursors.after?.position, before: cursors.before?.position },
      ...{ nodes: request.nodes ?? undefined, databases: request.databases ?? undefined },
      kinds: request.kinds ?? undefined,
    });
    for (const cursor of [cursors.after, cursors.before]) {
      if (cursor !== undefined && cursor.epoch !== epoch) throw cursorExpired();
    }
    return changes.map(({ position, text }) => ({
      cursor: `${epoch}.${position}`,
      change: clusterCodec.decode(text),
    }));
  });
}

/** Finds changes in a log that is in memory only. */
export function findInMemory(log: Changelog<ClusterChange>, query: HistoryQuery): Found {
  const { after = 0, before = Number.POSITIVE_INFINITY } = query;
  const [epoch = ''] = log.end.split('.');
  const found = log.held().flatMap(({ cursor, change }) => {
    const position = Number(cursor.split('.')[1]);
    const isFound =
      position > after && position < before && isWanted({ ...change, at: change.observedAt.getTime() }, query);
    return isFound ? [{ change, position }] : [];
  });
  const some = query.from === 'start' ? found.slice(0, query.limit) : found.slice(-query.limit);
  return { epoch, changes: some.map(({ change, position }) => clusterCodec.encode(change, position)) };
}

/** Where a cursor is; undefined where there is none. */
function positionOf(
  cursor: string | null | undefined,
): { readonly epoch: string; readonly position: number } | undefined {
  if (cursor == null) return undefined;
  const [, epoch, position] = cursor.match(/^([\w-]+)\.(\d{1,15})$/) ?? [];
  if (epoch === undefined) throw cursorExpired();
  return { epoch, position: Number(position) };
}
