import type { Credentials } from '../auth/credentials.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { GatewayError } from '../errors.ts';
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

/** The history of a login. Whom Harper did not let see the cluster just now has to be let see it first. */
export async function openHistory({ cluster, hub, history }: HistoryServices, credentials: Credentials) {
  const watcher = hub.find(credentials);
  if (credentials.kind !== 'own' && watcher?.snapshot === undefined) await cluster.readStatus(credentials);
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
