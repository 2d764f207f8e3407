import type { ClusterStatus } from '../../harper/domain.ts';

/** Whether a node could be asked. */
export const NODE_STATES = {
  UP: 'It has answered.',
  UNREACHABLE: 'It has an address and gave no whole answer; `reason` says why.',
  UNASKED: 'No address of it is known or allowed.',
  REFUSED: 'It does not accept the login, or does not let it see the cluster.',
} as const;
export type NodeState = keyof typeof NODE_STATES;

/** What was learned of one node when all were asked. */
export interface NodeView {
  /** What it calls itself. Where it never said so: what its peers call it, or its address. */
  readonly name: string;
  /** Names by which it answered at the same address before; the latest last. */
  readonly formerNames: readonly string[];
  /** Address of its operations API, without credentials; null where none is known or allowed. */
  readonly operationsUrl: string | null;
  /** Place of its address among the preferred ones, 0 first. Decides which cluster is meant where there are two. */
  readonly rank: number;
  readonly state: NodeState;
  /** Why it is not UP, as a sentence; null where it is. */
  readonly reason: string | null;
  /** Its own view; null where it is not UP. */
  readonly status: ClusterStatus | null;
  /** Version of its Harper; null where it does not say. */
  readonly version: string | null;
}

/** The view of a node that is known from its peers only. */
export function unasked(name: string): NodeView {
  const reason = 'No address of its operations API is known or allowed.';
  return {
    name,
    formerNames: [],
    operationsUrl: null,
    rank: Number.POSITIVE_INFINITY,
    state: 'UNASKED',
    reason,
    status: null,
    version: null,
  };
}

/** Orders names as they are shown, or numbers, which may be infinite. */
export function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
