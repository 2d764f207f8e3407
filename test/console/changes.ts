import type { ChangeFragment, ClusterChangeKind } from '../../src/console/graphql/graphql.ts';
import { BEGUN } from './clusters.ts';

/** A change with a place in the log, which is also its second. */
export function change(
  place: number,
  kind: ClusterChangeKind = 'NODE_DOWN',
  differs: Partial<ChangeFragment> = {},
): ChangeFragment {
  return {
    cursor: `log.${place}`,
    kind,
    message: `Change ${place}.`,
    nodes: ['a'],
    databases: [],
    observedAt: new Date(BEGUN + place * 1000).toISOString(),
    isSnapshot: false,
    seenLate: false,
    state: 'DEGRADED',
    ...differs,
  };
}

/** Changes of the given places. */
export function changes(...places: readonly number[]): ChangeFragment[] {
  return places.map((place) => change(place));
}
