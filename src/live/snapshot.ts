import type { ClusterStatus } from '../harper/domain.ts';
import { type Assessment, assess, type Thresholds } from '../harper/state.ts';

/** One answer of cluster_status with the state of each connection, by name of the peer. */
export interface Snapshot {
  readonly status: ClusterStatus;
  readonly assessments: ReadonlyMap<string, Assessment>;
}

/** A LAGGING connection is held to this share of the thresholds, so that a value that jitters does not flap its state. */
const EASING = 0.8;

/**
 * Makes a snapshot of an answer.
 * @param previous the snapshot before it: a connection that was LAGGING there leaves that state only well below the thresholds
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
  return { status, assessments };
}
