import type { Credentials } from '../auth/credentials.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { GatewayError } from '../errors.ts';
import type { MutationLog } from '../live/changelog/audit/mutation-log.ts';
import { type MutationPageRequest, readMutationPage } from '../live/changelog/audit/mutation-page.ts';
import type { History, StoreState } from '../live/changelog/history.ts';
import { findInMemory } from '../live/changelog/history-page.ts';
import type { Found, HistoryQuery } from '../live/changelog/store.ts';
import type { Hub } from '../live/hub.ts';

/** What the history of a caller is read with. */
export interface HistoryServices {
  readonly cluster: Cluster;
  readonly hub: Hub;
  /** undefined: changes are kept in memory only. */
  readonly history: History | undefined;
}

/** What keeps changes, and how that does. */
export interface ChangeLogInfo extends Omit<StoreState, 'since'> {
  readonly kind: 'MEMORY' | 'FILE' | 'REDIS';
  readonly since: Date | null;
}

const NOTHING_FAILED = { failure: null, since: null, lost: 0 } as const;

/** What keeps the changes of a gateway. */
export function changeLogOf(history: History | undefined): ChangeLogInfo {
  if (history === undefined) return { kind: 'MEMORY', ...NOTHING_FAILED };
  return { kind: history.shared === undefined ? 'FILE' : 'REDIS', ...history.state };
}

function unavailable(error: unknown): never {
  const message = `The history cannot be read: ${(error as Error).message}.`;
  throw new GatewayError('HISTORY_UNAVAILABLE', message, { cause: error });
}

/** Whom Harper did not let see the cluster just now has to be let see it first. */
async function checkLogin({ cluster, hub }: HistoryServices, credentials: Credentials): Promise<void> {
  const isSeen = hub.find(credentials)?.snapshot !== undefined;
  if (credentials.kind !== 'own' && !isSeen) await cluster.readStatus(credentials);
}

/** The history of a login. */
export async function openHistory(services: HistoryServices, credentials: Credentials) {
  const { hub, history } = services;
  const watcher = hub.find(credentials);
  await checkLogin(services, credentials);
  const NOTHING: Found = { epoch: '', changes: [] };
  return {
    find: (query: HistoryQuery) =>
      history?.find(credentials, query).catch(unavailable) ??
      (watcher ? findInMemory(watcher.whole.changelog, query) : NOTHING),
    // A watch knows more than was noted.
    notes: async () =>
      watcher?.whole.saved() ?? (await history?.notes(credentials).catch(unavailable)) ?? new Map<string, string>(),
  };
}

/** A page of the records of mutations. They are the same for all who may see them. */
export async function readMutations(
  { records, ...services }: HistoryServices & { readonly records: MutationLog },
  credentials: Credentials,
  request: MutationPageRequest,
) {
  await checkLogin(services, credentials);
  const page = await readMutationPage((query) => records.find(query).catch(unavailable), request);
  return { ...page, events: page.events.map((record) => ({ ...record, isRunning: records.isRunning(record.id) })) };
}
