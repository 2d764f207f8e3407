import { isDeepStrictEqual } from 'node:util';
import { type Assessment, assess, type Thresholds } from '../cluster/state.ts';
import type { ClusterStatus, Peer } from '../harper/domain.ts';

/** One answer of cluster_status with the state of each connection. */
export interface Snapshot {
  readonly status: ClusterStatus;
  /** By name of the peer. */
  readonly assessments: ReadonlyMap<string, Assessment>;
  /** The same as that of the snapshot before, where the two differ in nothing but when they were read. */
  readonly version: number;
}

/** A connection that is LAGGING is held to this share of the thresholds, so that a value that jitters does not flap. */
const EASING = 0.8;

/**
 * Makes a snapshot of an answer.
 * @param previous the snapshot before: what was LAGGING there stays so until it is well below the thresholds
 */
export function toSnapshot(status: ClusterStatus, thresholds: Thresholds, previous?: Snapshot): Snapshot {
  const eased = {
    lag: thresholds.lag * EASING,
    backPressure: thresholds.backPressure * EASING,
    liveness: thresholds.liveness * EASING,
  };
  const assessments = new Map<string, Assessment>();
  for (const peer of status.connections) {
    const wasLagging = previous?.assessments.get(peer.name)?.state === 'LAGGING';
    assessments.set(peer.name, assess(peer, status.nodeTime, wasLagging ? eased : thresholds));
  }
  const isSame =
    previous !== undefined &&
    isSameStatus(previous.status, status) &&
    // A state may move with time alone, such as when a peer falls silent.
    assessments.entries().every(([name, { state }]) => state === previous.assessments.get(name)?.state);
  return { status, assessments, version: (previous?.version ?? 0) + (isSame ? 0 : 1) };
}

function isSameStatus(before: ClusterStatus, after: ClusterStatus): boolean {
  const outline = ({ observedAt: _, nodeTime: __, connections: ___, ...rest }: ClusterStatus) => rest;
  return (
    before.connections.length === after.connections.length &&
    isDeepStrictEqual(outline(before), outline(after)) &&
    after.connections.every((peer, at) => isSamePeer(before.connections[at], peer))
  );
}

/** A peer that says what it said before usually is the very same object. */
function isSamePeer(before: Peer | undefined, after: Peer): boolean {
  return before === after || isDeepStrictEqual(before, after);
}
