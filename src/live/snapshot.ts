import { type Assessment, assess, type Thresholds } from '../cluster/state.ts';
import type { ClusterStatus } from '../harper/domain.ts';

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

/** Numbers snapshots by what they say. */
export interface Versions {
  /** The number of a snapshot: that of the one asked for before, where they differ in nothing but the moment they were read. */
  of(snapshot: Snapshot | undefined): number;
}

/** Creates it. Snapshots are compared when somebody asks, and once for all who do. */
export function createVersions(): Versions {
  let last: Snapshot | undefined;
  let version = 0;
  return {
    of(snapshot) {
      if (snapshot !== last) {
        if (last === undefined || snapshot === undefined || !isSame(last, snapshot)) version += 1;
        last = snapshot;
      }
      return version;
    },
  };
}

function isSame(one: Snapshot, other: Snapshot): boolean {
  // A state may move with time alone: a peer falls silent.
  const states = ({ assessments }: Snapshot) => [...assessments.values()].map(({ state }) => state).join();
  if (states(one) !== states(other)) return false;
  const outline = ({ status: { observedAt: _, nodeTime: __, connections: ___, ...rest } }: Snapshot) =>
    JSON.stringify(rest);
  if (outline(one) !== outline(other)) return false;
  const [before, after] = [one.status.connections, other.status.connections];
  // A peer that says what it said before is the very same object.
  return (
    before.length === after.length &&
    after.every((peer, at) => peer === before[at] || JSON.stringify(peer) === JSON.stringify(before[at]))
  );
}
