import { GatewayError, type Issue } from '../../errors.ts';
import type { ClusterChange, ClusterChangeKind } from '../whole/cluster-change.ts';
import type { ChangeEvent, Changelog } from './changelog.ts';
import { clusterCodec } from './codec.ts';
import { isWanted } from './is-wanted.ts';
import type { Found, HistoryQuery } from './store.ts';

/** Which changes are wanted, and how many, as Relay's connections say it. */
export interface PageRequest {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
  readonly nodes?: readonly string[] | null | undefined;
  readonly databases?: readonly string[] | null | undefined;
  readonly kinds?: readonly ClusterChangeKind[] | null | undefined;
}

/** Changes in order, the newest last. */
export interface HistoryPage {
  readonly events: readonly ChangeEvent<ClusterChange>[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** Most changes of a page, and how many there are in one that does not say. */
export const MOST_CHANGES = 1000;
const USUAL_CHANGES = 100;

/**
 * Reads one page.
 * @param find finds changes
 * @throws GatewayError BAD_USER_INPUT for a count out of range, CURSOR_EXPIRED for a cursor that is not of this log
 */
export async function readPage(
  find: (query: HistoryQuery) => Promise<Found> | Found,
  request: PageRequest,
): Promise<HistoryPage> {
  const { first, last, after, before } = request;
  check(request);
  const from = first == null ? 'end' : 'start';
  const count = first ?? last ?? USUAL_CHANGES;
  const cursors = { after: positionOf(after), before: positionOf(before) };
  const found = await find({
    ...{ after: cursors.after?.position, before: cursors.before?.position, from },
    ...{ since: request.since?.getTime(), until: request.until?.getTime() },
    ...{ nodes: request.nodes ?? undefined, databases: request.databases ?? undefined },
    kinds: request.kinds ?? undefined,
    // One more tells whether there are more.
    limit: count + 1,
  });
  for (const cursor of [cursors.after, cursors.before]) {
    if (cursor !== undefined && cursor.epoch !== found.epoch) throw expired();
  }
  const isMore = found.changes.length > count;
  const changes = from === 'start' ? found.changes.slice(0, count) : found.changes.slice(isMore ? 1 : 0);
  return {
    events: changes.map(({ position, text }) => ({
      cursor: `${found.epoch}.${position}`,
      change: clusterCodec.decode(text),
    })),
    hasNext: from === 'start' ? isMore : before != null,
    hasPrevious: from === 'end' ? isMore : after != null,
  };
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

function check({ first, last, since, until }: PageRequest): void {
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries({ first, last })) {
    if (value != null && (value < 0 || value > MOST_CHANGES))
      issues.push({ path: [name], message: `must be between 0 and ${MOST_CHANGES}` });
  }
  if (first != null && last != null) issues.push({ path: ['last'], message: 'must be left out beside first' });
  if (since != null && until != null && since > until)
    issues.push({ path: ['until'], message: 'must not be before since' });
  if (issues.length === 0) return;
  const message = issues.map(({ path, message: fault }) => `${path.join('.')} ${fault}.`).join(' ');
  throw new GatewayError('BAD_USER_INPUT', message, { issues });
}

/** Where a cursor is; undefined where there is none. */
function positionOf(
  cursor: string | null | undefined,
): { readonly epoch: string; readonly position: number } | undefined {
  if (cursor == null) return undefined;
  const [, epoch, position] = cursor.match(/^([\w-]+)\.(\d{1,15})$/) ?? [];
  if (epoch === undefined) throw expired();
  return { epoch, position: Number(position) };
}

function expired(): GatewayError {
  return new GatewayError('CURSOR_EXPIRED', 'This cursor is not of the present history: ask again without it.');
}
