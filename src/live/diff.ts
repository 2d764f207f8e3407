import { isSameTopology } from '../cluster/revision.ts';
import type { Assessment } from '../cluster/state.ts';
import type { DatabaseSocket, Peer } from '../harper/domain.ts';
import type { Snapshot } from './snapshot.ts';

/** Kinds of change, as the schema names them. */
export const CHANGE_KINDS = {
  SNAPSHOT: 'A socket as it is when the stream begins, where `snapshot: true` asked for it; one per socket.',
  CONNECTED: 'A database socket went up.',
  DISCONNECTED: 'A database socket went down.',
  RECONNECTED: 'A database socket dropped and came back between two looks.',
  PEER_ADDED: 'A peer was added; its sockets follow as DATABASE_ADDED.',
  PEER_REMOVED: 'A peer was removed, with all its sockets.',
  DATABASE_ADDED: 'A peer got a socket for one more database; CONNECTED follows when it is up.',
  DATABASE_REMOVED: 'A peer has no socket for a database any more.',
  STATE_CHANGED: 'The state of a connection moved, such as from HEALTHY to LAGGING.',
  TOPOLOGY_CHANGED: "A peer's subscriptions, URL, shard or flow changed.",
  UPSTREAM_LOST: 'The gateway cannot read the status any more; what it last saw may be out of date.',
  UPSTREAM_RESTORED: 'The gateway can read the status again; what changed meanwhile follows.',
} as const;
export type ChangeKind = keyof typeof CHANGE_KINDS;

/** One change between two looks at a cluster. */
export interface Change {
  readonly kind: ChangeKind;
  /** When the gateway saw it. */
  readonly observedAt: Date;
  /** Whose view; null before a node was ever read. */
  readonly nodeName: string | null;
  readonly peerName: string | null;
  readonly database: string | null;
  readonly connected: boolean | null;
  readonly previouslyConnected: boolean | null;
  /** The peer after this change; null when it is gone, and where the change is about no peer. */
  readonly peer: Peer | null;
  /** The state of `peer` when it was seen. A change is kept for long, so it holds no more of the snapshot than this. */
  readonly assessment: Assessment | null;
  /** One sentence a person can read. */
  readonly message: string;
}

type Details = Partial<Pick<Change, 'database' | 'connected' | 'previouslyConnected'>>;

/**
 * The changes that lead from one snapshot to the next: by peer, then what became of the peer, its topology, its sockets by
 * database, and its state last. The order of connections in an answer does not matter, and figures that move all the
 * time (latency, times, versions) are no changes.
 */
export function diff(previous: Snapshot, next: Snapshot): Change[] {
  const [was, is] = [previous.status.connections, next.status.connections];
  // The usual case by far: the same peers, which come sorted, without one that is named twice.
  const isSameCast =
    was.length === is.length && is.every(({ name }, at) => name === was[at]?.name && name !== is[at - 1]?.name);
  if (isSameCast) return is.flatMap((peer, at) => diffPeer(previous, next, was[at], peer));
  const before = new Map(previous.status.connections.map((peer) => [peer.name, peer]));
  const after = new Map(next.status.connections.map((peer) => [peer.name, peer]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => diffPeer(previous, next, before.get(name), after.get(name)));
}

function diffPeer(previous: Snapshot, next: Snapshot, before: Peer | undefined, after: Peer | undefined): Change[] {
  if (after === undefined) {
    if (before === undefined) return [];
    return [{ ...toChange(next, 'PEER_REMOVED', before, `${before.name} was removed.`), peer: null, assessment: null }];
  }
  const change = (kind: ChangeKind, message: string, details: Details = {}) =>
    toChange(next, kind, after, message, details);
  if (before === undefined) {
    return [
      change('PEER_ADDED', `${after.name} was added.`),
      ...diffSockets([], after.databaseSockets, after.name, change),
    ];
  }
  const changes: Change[] = [];
  // A peer that says what it said before is the very same object.
  if (before !== after) {
    if (!isSameTopology(before, after)) {
      changes.push(change('TOPOLOGY_CHANGED', `The configuration of ${after.name} changed.`));
    }
    changes.push(...diffSockets(before.databaseSockets, after.databaseSockets, after.name, change));
  }
  const was = previous.assessments.get(after.name);
  const is = next.assessments.get(after.name);
  if (was !== undefined && is !== undefined && was.state !== is.state) {
    const why = is.reasons.map(({ message }) => ` ${message}`).join('');
    changes.push(change('STATE_CHANGED', `${after.name} went from ${was.state} to ${is.state}.${why}`));
  }
  return changes;
}

type MakeChange = (kind: ChangeKind, message: string, details?: Details) => Change;

function diffSockets(
  before: readonly DatabaseSocket[],
  after: readonly DatabaseSocket[],
  peer: string,
  change: MakeChange,
): Change[] {
  const isUnchanged =
    before.length === after.length && after.every((socket, at) => isSameSocket(before[at] as DatabaseSocket, socket));
  if (isUnchanged) return [];
  const old = new Map(before.map((socket) => [socket.database, socket]));
  const young = new Map(after.map((socket) => [socket.database, socket]));
  const databases = [...new Set([...old.keys(), ...young.keys()])].sort();
  return databases.flatMap((database) => {
    const was = old.get(database);
    const is = young.get(database);
    const make: MakeChange = (kind, verb, details) =>
      change(kind, `${peer} ${verb} ${database}.`, { database, ...details });
    if (is === undefined)
      return [make('DATABASE_REMOVED', 'has no socket any more for', { previouslyConnected: was?.connected ?? null })];
    if (was === undefined) {
      const added = make('DATABASE_ADDED', 'has a socket now for', { connected: false });
      return is.connected
        ? [added, make('CONNECTED', 'is connected for', { connected: true, previouslyConnected: false })]
        : [added];
    }
    const details = { connected: is.connected, previouslyConnected: was.connected };
    if (is.connected !== was.connected) {
      return [
        is.connected
          ? make('CONNECTED', 'is connected for', details)
          : make('DISCONNECTED', 'is not connected any more for', details),
      ];
    }
    return is.connected && hasDropped(was, is) ? [make('RECONNECTED', 'dropped and came back for', details)] : [];
  });
}

function isSameSocket(was: DatabaseSocket, is: DatabaseSocket): boolean {
  return was.database === is.database && was.connected === is.connected && !(is.connected && hasDropped(was, is));
}

/** Whether a socket that is up, and was, has been down between the two looks. */
function hasDropped(was: DatabaseSocket, is: DatabaseSocket): boolean {
  const moved = was.threadId !== null && is.threadId !== null && was.threadId !== is.threadId;
  return (
    moved ||
    isNewer(is.lastConnectionError?.at, was.lastConnectionError?.at) ||
    isNewer(was.lastLiveness, is.lastLiveness)
  );
}

/** Whether a time is later than another, or there where the other is not. Null stands for never. */
function isNewer(time: Date | null | undefined, than: Date | null | undefined): boolean {
  return (time?.getTime() ?? 0) > (than?.getTime() ?? 0);
}

function toChange(snapshot: Snapshot, kind: ChangeKind, peer: Peer, message: string, details: Details = {}): Change {
  return {
    kind,
    observedAt: snapshot.status.observedAt,
    nodeName: snapshot.status.nodeName,
    peerName: peer.name,
    database: null,
    connected: null,
    previouslyConnected: null,
    ...details,
    peer,
    assessment: snapshot.assessments.get(peer.name) ?? null,
    message,
  };
}

/** The sockets of a snapshot as SNAPSHOT changes, by peer and database. */
export function snapshotChanges(snapshot: Snapshot): Change[] {
  return snapshot.status.connections.flatMap((peer) =>
    peer.databaseSockets.map(({ database, connected }) => {
      const message = `${peer.name} is ${connected ? '' : 'not '}connected for ${database}.`;
      return toChange(snapshot, 'SNAPSHOT', peer, message, { database, connected });
    }),
  );
}
