import type { ClusterStatus, DatabaseSocket, Peer } from '../harper/domain.ts';

/** States of a connection, worst first. docs/connection-state.md has the rules for readers. */
export const CONNECTION_STATES = ['DISCONNECTED', 'PARTIAL', 'LAGGING', 'COPYING', 'HEALTHY', 'IDLE'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** States of a whole cluster as one node sees it. */
export type ClusterState = 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'STANDALONE';

/** The rules that can keep a connection from being HEALTHY. */
export const REASON_CODES = {
  SOCKETS_DOWN: 'Sockets that replication needs are not connected.',
  BEHIND: 'The peer is still sending changes that are older than the lag threshold.',
  BACK_PRESSURE: 'Back-pressure has reached its threshold: this side takes changes more slowly than they come.',
  SILENT: 'There has been no sign of life for longer than the liveness threshold.',
  COPYING: 'The first full copy of a database is running.',
  NO_SOCKETS: 'Replication needs no socket to this peer, or none exists yet.',
} as const;
export type ReasonCode = keyof typeof REASON_CODES;

/** Why a connection is not HEALTHY. */
export interface ConnectionReason {
  readonly code: ReasonCode;
  readonly message: string;
  readonly databases: readonly string[];
}

/** Where LAGGING begins: lag and liveness in milliseconds, back-pressure in percent. */
export interface Thresholds {
  readonly lag: number;
  readonly backPressure: number;
  readonly liveness: number;
}

/** State of a connection with the reasons for it; no reasons when it is HEALTHY. */
export interface Assessment {
  readonly state: ConnectionState;
  readonly reasons: readonly ConnectionReason[];
}

/**
 * Whether replication needs this socket. With explicit table subscriptions only the databases count that this node
 * subscribes to, and a peer from which nothing is received needs none: `connected: false` is normal there. What a
 * dropped database has left behind belongs to nothing (docs/harper.md, "cluster_status").
 */
export function isWanted(socket: DatabaseSocket, peer: Peer): boolean {
  if (isLeftBehind(socket, peer)) return false;
  if (peer.subscriptions !== null) {
    return peer.subscriptions.some(({ database, subscribe }) => subscribe && database === socket.database);
  }
  return peer.replication?.receives ?? true;
}

/**
 * Whether a socket is that of a dropped database: it is down, and lacks all that the peer's other sockets tell of what
 * they receive. A database without tables lacks that as well, and has nothing to replicate.
 */
function isLeftBehind(socket: DatabaseSocket, { databaseSockets }: Peer): boolean {
  const saysNothing = ({ receiving, backPressurePercent }: DatabaseSocket) =>
    receiving === null && backPressurePercent === null;
  return !socket.connected && saysNothing(socket) && !databaseSockets.every(saysNothing);
}

/** The sockets that replication with a peer needs. */
export function wantedSockets(peer: Peer): DatabaseSocket[] {
  return peer.databaseSockets.filter((socket) => isWanted(socket, peer));
}

/**
 * Assesses one connection from a single answer.
 * @param now the node's own clock, against which the last sign of life is aged
 */
export function assess(peer: Peer, now: Date, thresholds: Thresholds): Assessment {
  const wanted = wantedSockets(peer);
  if (wanted.length === 0) return IDLE;
  // Every poll assesses all connections, and most are healthy: nothing is made for those.
  if (wanted.every((socket) => isHealthy(socket, now, thresholds))) return HEALTHY;
  const { lag, backPressure, liveness } = thresholds;
  const up = wanted.filter(({ connected }) => connected);
  const down = wanted.filter(({ connected }) => !connected);
  const behind = up.filter((socket) => isBehind(socket, thresholds));
  const pressed = up.filter((socket) => isUnderPressure(socket, thresholds));
  const silent = up.filter((socket) => isSilent(socket, now, thresholds));
  const copying = wanted.filter(isCopying);
  const reasons = [
    ...reasonFor('SOCKETS_DOWN', 'Not connected', down),
    ...reasonFor('BEHIND', `Receiving changes more than ${lag} ms old`, behind),
    ...reasonFor('BACK_PRESSURE', `Back-pressure at or above ${backPressure} %`, pressed),
    ...reasonFor('SILENT', `No sign of life for more than ${liveness} ms`, silent),
    ...reasonFor('COPYING', 'First full copy running', copying),
  ];
  return { state: stateOf(up.length, reasons), reasons };
}

const HEALTHY: Assessment = { state: 'HEALTHY', reasons: [] };
const IDLE: Assessment = {
  state: 'IDLE',
  reasons: [{ code: 'NO_SOCKETS', databases: [], message: 'No socket is needed or known.' }],
};

/** Whether none of the rules applies to a socket. */
function isHealthy(socket: DatabaseSocket, now: Date, thresholds: Thresholds): boolean {
  return (
    socket.connected &&
    !isCopying(socket) &&
    !isBehind(socket, thresholds) &&
    !isUnderPressure(socket, thresholds) &&
    !isSilent(socket, now, thresholds)
  );
}

/**
 * Whether the first full copy runs. Only the sender says so. The receiver is receiving, and has neither a version nor a
 * time of what it has received (docs/harper.md, "cluster_status").
 */
function isCopying({ sending, receiving, connected, lastReceivedVersion, lastReceivedLocalTime }: DatabaseSocket) {
  if (sending === 'COPYING') return true;
  return connected && receiving === 'RECEIVING' && lastReceivedVersion === null && lastReceivedLocalTime === null;
}

function isUnderPressure({ backPressurePercent }: DatabaseSocket, thresholds: Thresholds): boolean {
  return (backPressurePercent ?? 0) >= thresholds.backPressure;
}

function isSilent({ lastLiveness }: DatabaseSocket, now: Date, thresholds: Thresholds): boolean {
  return lastLiveness !== null && now.getTime() - lastLiveness.getTime() > thresholds.liveness;
}

/**
 * Lag is measured at the last change received and stays when nothing more comes. So it only means "behind" while the
 * peer is still sending; a version that does not say whether it is counts as sending.
 */
function isBehind({ lag, receiving }: DatabaseSocket, thresholds: Thresholds): boolean {
  return lag !== null && lag >= thresholds.lag && receiving !== 'WAITING';
}

function stateOf(connected: number, reasons: readonly ConnectionReason[]): ConnectionState {
  const codes = new Set(reasons.map(({ code }) => code));
  if (codes.has('SOCKETS_DOWN')) return connected === 0 ? 'DISCONNECTED' : 'PARTIAL';
  if (codes.has('BEHIND') || codes.has('BACK_PRESSURE') || codes.has('SILENT')) return 'LAGGING';
  return codes.has('COPYING') ? 'COPYING' : 'HEALTHY';
}

/** The reason that a rule gives where it applies to any sockets. */
function reasonFor(code: ReasonCode, text: string, sockets: readonly DatabaseSocket[]): ConnectionReason[] {
  const databases = sockets.map(({ database }) => database);
  return sockets.length === 0 ? [] : [{ code, databases, message: `${text}: ${databases.join(', ')}.` }];
}

/** State of the whole cluster: the worst that its connections allow. */
export function clusterState(status: ClusterStatus, thresholds: Thresholds): ClusterState {
  const { connections, nodeTime } = status;
  if (connections.length === 0) return 'STANDALONE';
  const states = connections.map((peer) => assess(peer, nodeTime, thresholds).state);
  if (states.every((state) => state === 'HEALTHY' || state === 'COPYING' || state === 'IDLE')) return 'HEALTHY';
  return connections.some(({ databaseSockets }) => databaseSockets.some(({ connected }) => connected))
    ? 'DEGRADED'
    : 'DOWN';
}
