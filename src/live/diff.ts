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
  NODE_LOST: 'One of several nodes cannot be read any more; what was last seen of its view may be out of date.',
  NODE_RESTORED: 'It can be read again; what changed in its view meanwhile follows.',
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
  /** Whether it happened while nobody looked, at some time before `observedAt`. */
  readonly isLate: boolean;
}

type Details = Partial<Pick<Change, 'database' | 'connected' | 'previouslyConnected'>>;
type MakeChange = (kind: ChangeKind, message: string, details?: Details) => Change;

/**
 * The changes that lead from one snapshot to the next, by name of the peer.
 * For each peer: whether it was added or removed, then its topology, its sockets by database, and its state.
 * Neither the order of an answer nor figures that move all the time (latency, times, versions) are changes.
 */
export function diff(previous: Snapshot, next: Snapshot): Change[] {
  const before = previous.status.connections;
  const after = next.status.connections;
  // The usual case by far: the same peers, which come sorted, without one that is named twice.
  const hasSamePeers =
    before.length === after.length &&
    after.every(({ name }, at) => name === before[at]?.name && name !== after[at - 1]?.name);
  if (hasSamePeers) return after.flatMap((peer, at) => diffPeer(previous, next, before[at], peer));
  const peersBefore = new Map(before.map((peer) => [peer.name, peer]));
  const peersAfter = new Map(after.map((peer) => [peer.name, peer]));
  const names = [...new Set([...peersBefore.keys(), ...peersAfter.keys()])].sort();
  return names.flatMap((name) => diffPeer(previous, next, peersBefore.get(name), peersAfter.get(name)));
}

function diffPeer(previous: Snapshot, next: Snapshot, before: Peer | undefined, after: Peer | undefined): Change[] {
  if (after === undefined) {
    if (before === undefined) return [];
    return [{ ...toChange(next, 'PEER_REMOVED', before, `${before.name} was removed.`), peer: null, assessment: null }];
  }
  const make: MakeChange = (kind, message, details) => toChange(next, kind, after, message, details);
  if (before === undefined) {
    return [make('PEER_ADDED', `${after.name} was added.`), ...diffSockets([], after, make)];
  }
  const changes: Change[] = [];
  // A peer that says what it said before is the very same object.
  if (before !== after) {
    if (!isSameTopology(before, after)) {
      changes.push(make('TOPOLOGY_CHANGED', `The configuration of ${after.name} changed.`));
    }
    changes.push(...diffSockets(before.databaseSockets, after, make));
  }
  const stateBefore = previous.assessments.get(after.name)?.state;
  const assessment = next.assessments.get(after.name);
  if (stateBefore !== undefined && assessment !== undefined && assessment.state !== stateBefore) {
    const reasons = assessment.reasons.map(({ message }) => ` ${message}`).join('');
    changes.push(make('STATE_CHANGED', `${after.name} went from ${stateBefore} to ${assessment.state}.${reasons}`));
  }
  return changes;
}

function diffSockets(before: readonly DatabaseSocket[], { name, databaseSockets }: Peer, make: MakeChange): Change[] {
  const after = databaseSockets;
  const isUnchanged =
    before.length === after.length && after.every((socket, at) => isSameSocket(before[at] as DatabaseSocket, socket));
  if (isUnchanged) return [];
  const socketsBefore = new Map(before.map((socket) => [socket.database, socket]));
  const socketsAfter = new Map(after.map((socket) => [socket.database, socket]));
  const databases = [...new Set([...socketsBefore.keys(), ...socketsAfter.keys()])].sort();
  return databases.flatMap((database) =>
    diffSocket(socketsBefore.get(database), socketsAfter.get(database), (kind, verb, details) =>
      make(kind, `${name} ${verb} ${database}.`, { database, ...details }),
    ),
  );
}

function diffSocket(before: DatabaseSocket | undefined, after: DatabaseSocket | undefined, make: MakeChange): Change[] {
  const previouslyConnected = before?.connected ?? null;
  if (after === undefined) return [make('DATABASE_REMOVED', 'has no socket any more for', { previouslyConnected })];
  const { connected } = after;
  if (before === undefined) {
    const added = make('DATABASE_ADDED', 'has a socket now for', { connected: false });
    const details = { connected, previouslyConnected: false };
    return connected ? [added, make('CONNECTED', 'is connected for', details)] : [added];
  }
  const details = { connected, previouslyConnected };
  if (connected !== previouslyConnected) {
    return connected
      ? [make('CONNECTED', 'is connected for', details)]
      : [make('DISCONNECTED', 'is not connected any more for', details)];
  }
  return connected && hasDropped(before, after) ? [make('RECONNECTED', 'dropped and came back for', details)] : [];
}

function isSameSocket(before: DatabaseSocket, after: DatabaseSocket): boolean {
  return (
    before.database === after.database &&
    before.connected === after.connected &&
    !(after.connected && hasDropped(before, after))
  );
}

/**
 * Whether a socket that is up, and was, has been down between two looks.
 * Then another thread has it, its last error is newer, or its signs of life began anew
 * (docs/harper.md, "cluster_status").
 */
function hasDropped(before: DatabaseSocket, after: DatabaseSocket): boolean {
  return (
    (before.threadId !== null && after.threadId !== null && before.threadId !== after.threadId) ||
    isNewer(after.lastConnectionError?.at, before.lastConnectionError?.at) ||
    isNewer(before.lastLiveness, after.lastLiveness)
  );
}

/** Whether a time is later than another. Null and undefined stand for never. */
function isNewer(time: Date | null | undefined, than: Date | null | undefined): boolean {
  return (time?.getTime() ?? 0) > (than?.getTime() ?? 0);
}

function toChange(snapshot: Snapshot, kind: ChangeKind, peer: Peer, message: string, details?: Details): Change {
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
    isLate: false,
  };
}

/** What is known of a change that tells that a node, or all of them, cannot be read any more, or can again. */
export interface UpstreamChange extends Pick<Change, 'observedAt' | 'message' | 'nodeName'> {
  readonly kind: 'UPSTREAM_LOST' | 'UPSTREAM_RESTORED' | 'NODE_LOST' | 'NODE_RESTORED';
}

/** A change that is about no peer. */
export function nodeChange(about: UpstreamChange): Change {
  return {
    ...about,
    peerName: null,
    database: null,
    connected: null,
    previouslyConnected: null,
    peer: null,
    assessment: null,
    isLate: false,
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
