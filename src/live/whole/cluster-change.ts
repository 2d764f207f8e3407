import type { Disagreement } from '../../cluster/topology/disagreement.ts';
import type { WholeState } from '../../cluster/topology/topology.ts';

/** Kinds of change in the whole cluster, as the schema names them. */
export const CLUSTER_CHANGE_KINDS = {
  NODE_UP: 'A node answers, or answers again.',
  NODE_DOWN: 'A node that could be asked does not answer any more, or refuses the login. Its links are not told.',
  NODE_ADDED: 'A node has become a member.',
  NODE_REMOVED: 'A node is no member any more.',
  LINK_UP: 'Two nodes are connected for some databases.',
  LINK_DOWN: 'Two nodes are not connected any more for some databases, by what both say.',
  LINK_ONE_SIDED: 'Two nodes say differently whether they are connected: changes go one way only.',
  SPLIT: 'The members have come apart into islands, or into other islands than before.',
  JOINED: 'All members are connected with one another again.',
  DISAGREEMENT: 'The views of the nodes do not fit together, and that has lasted.',
  AGREEMENT: 'They fit together again in what a DISAGREEMENT was about.',
  STATE_CHANGED: 'The state of the cluster moved, such as from HEALTHY to DEGRADED.',
} as const;
export type ClusterChangeKind = keyof typeof CLUSTER_CHANGE_KINDS;

/** One change in the whole cluster. */
export interface ClusterChange {
  readonly kind: ClusterChangeKind;
  /** When the gateway saw it first; it is told when it has lasted. */
  readonly observedAt: Date;
  /** Whom it is about; all members where it is about the cluster. */
  readonly nodes: readonly string[];
  readonly databases: readonly string[];
  /** State of the cluster at that moment. */
  readonly state: WholeState;
  /** One sentence a person can read. */
  readonly message: string;
  /** What is disagreed about; null for the other kinds. */
  readonly disagreement: Disagreement | null;
  /** Whether it tells how things are when a stream begins, and not that they have changed. */
  readonly isSnapshot: boolean;
  /** Whether it happened while nobody looked, at some time before `observedAt`. */
  readonly isLate: boolean;
}
