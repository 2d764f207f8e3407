import { revisionOf } from '../cluster/revision.ts';
import { wantedSockets } from '../cluster/state.ts';
import type { ClusterStatus, Peer, TableSubscription } from '../harper/domain.ts';
import { type NodeRequest, nameOf } from '../harper/requests.ts';
import { destinationOf, replicationAddressOf } from '../harper/routes.ts';

/** What is done with a peer. */
export type PlannedChangeKind = 'ADD' | 'UPDATE' | 'REMOVE' | 'KEEP';

/** How replication with a peer is configured. A wanted `url` is null where Harper makes it in a way not known here. */
export type PeerConfiguration = Pick<
  Peer,
  'url' | 'subscriptions' | 'shard' | 'startTime' | 'revokedCertificates' | 'replication'
>;

/** What would be done with one peer. */
export interface PlannedChange {
  readonly kind: PlannedChangeKind;
  readonly node: string;
  readonly before: PeerConfiguration | null;
  readonly after: PeerConfiguration | null;
  /** One sentence a person can read. */
  readonly summary: string;
  /** Index in `connections`; undefined for a peer that is removed. */
  readonly index: number | undefined;
  /** Whether Harper can only make the change by removing the peer and adding it again. */
  readonly recreates: boolean;
}

/** What configuring a cluster would change. */
export interface ClusterPlan {
  /** Revision of the topology the plan was made against. */
  readonly revision: string;
  readonly changes: readonly PlannedChange[];
  readonly isNoop: boolean;
}

/**
 * Compares a cluster with the wanted set of peers, by name. configure_cluster makes every connection anew. So what a
 * request leaves out is what a new peer has: everything replicated, no shard, no start time, nothing revoked.
 * @param connections requests that have passed the check of configure_cluster's input
 * @param routed where routes lead, as `host:port`: Harper reads them whenever it starts
 */
export function planOf(
  status: ClusterStatus,
  connections: readonly NodeRequest[],
  routed: ReadonlySet<string | undefined>,
): ClusterPlan {
  const found = connections.map((request) => peerOf(request, status));
  const wanted = new Set(found);
  const changes = [
    ...connections.map((request, index) => plannedFor(request, status, { index, peer: found[index] })),
    ...status.connections
      .filter((peer) => !wanted.has(peer))
      .map((peer) => removal(peer, isRouted(peer, status, routed))),
  ].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.node < b.node ? -1 : 1));
  return { revision: revisionOf(status), changes, isNoop: changes.every(({ kind }) => kind === 'KEEP') };
}

/** Adds and updates come before removals, so that a cluster always has its new members before it loses old ones. */
const ORDER: readonly PlannedChangeKind[] = ['ADD', 'UPDATE', 'REMOVE', 'KEEP'];

/** The peer that a request is about: of that name or, since a node has one address, of that address. */
function peerOf(request: NodeRequest, { connections }: ClusterStatus): Peer | undefined {
  const name = nameOf(request);
  return (
    connections.find((peer) => peer.name === name) ??
    connections.find(({ url }) => request.url && url !== null && isSameUrl(url, request.url))
  );
}

/** Tables that are replicated and not wanted, which an upsert cannot take away; none where a side is everything. */
export function lostRows(
  before: readonly TableSubscription[] | null | undefined,
  after: readonly TableSubscription[] | null | undefined,
): string[] {
  if (!before || !after) return [];
  const kept = new Set(after.map(({ database, table }) => `${database}.${table}`));
  return before.map(({ database, table }) => `${database}.${table}`).filter((row) => !kept.has(row));
}

/** Whether a route leads to where a peer is; one without a URL is where its name leads. */
function isRouted({ name, url }: Peer, status: ClusterStatus, routed: ReadonlySet<string | undefined>): boolean {
  return routed.has(destinationOf(url ?? name, replicationAddressOf(status.url)));
}

function removal(before: Peer, hasRoute: boolean): PlannedChange {
  const { name: node } = before;
  const note = hasRoute ? ' A route leads to it, by which Harper may add it again when it restarts.' : '';
  const summary = `${node} is removed.${note}`;
  return { kind: 'REMOVE', node, before, after: null, summary, index: undefined, recreates: false };
}

function plannedFor(
  request: NodeRequest,
  status: ClusterStatus,
  { index, peer: before }: { readonly index: number; readonly peer: Peer | undefined },
): PlannedChange {
  const node = before?.name ?? nameOf(request);
  const after = wantedConfiguration(request, before, status);
  if (node === status.nodeName) {
    const summary = `${node} is the called node itself: nothing to do.`;
    return { kind: 'KEEP', node, before: null, after: null, summary, index, recreates: false };
  }
  if (before === undefined) {
    const where = after.url === null ? '' : ` at ${after.url}`;
    const summary = `${node} is added${where}, ${scopeOf(after)}.${unlistedNote(after)}`;
    return { kind: 'ADD', node, before: null, after, summary, index, recreates: false };
  }
  const differences = differencesOf(before, after);
  if (request.retainAuthorization === true) differences.push('the login that Harper stores is renewed');
  if (request.authorization && isDisconnected(before)) differences.push('it is not connected, so it is told again');
  const recreates = mustRecreate(before, after);
  if (differences.length === 0) {
    return { kind: 'KEEP', node, before, after: before, summary: `${node} stays as it is.`, index, recreates: false };
  }
  const how = recreates ? ' Harper cannot take that back, so it is removed and added again.' : '';
  const summary = `${node} is changed: ${differences.join('; ')}.${how}${unlistedNote(after)}`;
  return { kind: 'UPDATE', node, before, after, summary, index, recreates };
}

/** What a plan cannot tell of a peer that replicates nothing: Harper 5.2 does not list it (docs/harper.md). */
function unlistedNote({ subscriptions }: PeerConfiguration): string {
  return subscriptions?.length === 0 ? ' Harper 5.2 does not list such a peer, so that every plan adds it.' : '';
}

function wantedConfiguration(request: NodeRequest, peer: Peer | undefined, status: ClusterStatus): PeerConfiguration {
  // A peer that Harper itself lists without URL has the usual one.
  const usual = peer?.url === null ? null : usualUrl(nameOf(request), status.url);
  return {
    url: request.url ?? usual,
    subscriptions: request.subscriptions ?? null,
    shard: request.shard ?? null,
    startTime: request.startTime ?? null,
    revokedCertificates: request.revokedCertificates ?? [],
    replication: request.subscriptions ? null : { sends: true, receives: true },
  };
}

/** The address Harper makes of a host name, with the called node's own scheme and port (docs/harper.md, "add_node"). */
function usualUrl(hostname: string, own: string | null): string | null {
  const url = URL.parse(own ?? '');
  if (url === null) return null;
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  return `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`;
}

/** The differences in words, the most important first. */
function differencesOf(before: PeerConfiguration, after: PeerConfiguration): string[] {
  const found: string[] = [];
  if (!isSameUrl(before.url, after.url)) found.push(`its URL from ${before.url} to ${after.url}`);
  if (tablesOf(before.subscriptions) !== tablesOf(after.subscriptions)) {
    found.push(`it goes from ${scopeOf(before)} to ${scopeOf(after)}`);
  } else if (after.replication && before.replication && !(before.replication.sends && before.replication.receives)) {
    found.push('it replicates in both directions again');
  }
  if (before.shard !== after.shard) found.push(`its shard from ${before.shard ?? 'none'} to ${after.shard ?? 'none'}`);
  if (before.startTime?.getTime() !== after.startTime?.getTime()) {
    const text = (time: Date | null) => time?.toISOString() ?? 'none';
    found.push(`its start time from ${text(before.startTime)} to ${text(after.startTime)}`);
  }
  if (listOf(before.revokedCertificates) !== listOf(after.revokedCertificates)) {
    found.push(
      `its revoked certificates from ${listOf(before.revokedCertificates)} to ${listOf(after.revokedCertificates)}`,
    );
  }
  return found;
}

/** Whether a peer has the wanted address; any is right where none is asked for. */
function isSameUrl(before: string | null, after: string | null): boolean {
  if (after === null) return true;
  if (before === null) return false;
  return (URL.parse(before)?.href ?? before) === (URL.parse(after)?.href ?? after);
}

/** Whether none of a peer's sockets is up, as after an addition whose login was refused. */
function isDisconnected(peer: Peer): boolean {
  const wanted = wantedSockets(peer);
  return wanted.length > 0 && wanted.every(({ connected }) => !connected);
}

/**
 * Whether the peer must be removed and added again, since Harper's upsert takes nothing away. Between full replication
 * and tables it leaves parts of both, in ways that differ between versions (docs/harper.md, "add_node").
 */
function mustRecreate(before: PeerConfiguration, after: PeerConfiguration): boolean {
  return (
    isLost(before.shard, after.shard) ||
    isLost(before.startTime, after.startTime) ||
    (before.subscriptions === null) !== (after.subscriptions === null) ||
    lostRows(before.subscriptions, after.subscriptions).length > 0 ||
    before.revokedCertificates.some((serial) => !after.revokedCertificates.includes(serial))
  );
}

function isLost(before: unknown, after: unknown): boolean {
  return before !== null && after === null;
}

function tablesOf(subscriptions: readonly TableSubscription[] | null): string {
  const rows = subscriptions?.map(({ database, table, publish, subscribe }) =>
    JSON.stringify([database, table, publish, subscribe]),
  );
  return JSON.stringify(rows?.sort() ?? null);
}

function listOf(items: readonly string[]): string {
  return items.length === 0 ? 'none' : [...items].sort().join(', ');
}

function scopeOf({ subscriptions }: PeerConfiguration): string {
  if (subscriptions === null) return 'fully replicating';
  if (subscriptions.length === 0) return 'replicating nothing';
  const tables = subscriptions.map(
    ({ database, table, publish, subscribe }) => `${database}.${table} (${directionOf(publish, subscribe)})`,
  );
  return `replicating ${tables.join(', ')}`;
}

function directionOf(publish: boolean, subscribe: boolean): string {
  if (publish && subscribe) return 'both ways';
  return publish ? 'outwards' : subscribe ? 'inwards' : 'neither way';
}
