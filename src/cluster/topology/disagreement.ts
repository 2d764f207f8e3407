import type { LinkedPair } from './islands.ts';
import type { NodeView } from './view.ts';

/** What nodes can disagree about. */
export const DISAGREEMENT_KINDS = {
  MEMBER_UNKNOWN: 'A node lists another that does not list it: half a join, a removed node, or one that was renamed.',
  URL_DIFFERS: 'Nodes have different replication URLs for one node.',
  SHARD_DIFFERS: 'Nodes have different shards for one node.',
  FLOW_DIFFERS: 'One end sends what the other does not receive.',
  TABLES_DIFFER: 'The two ends have table subscriptions that do not match.',
  LINK_ONE_SIDED: 'A link is up at one end and down at the other.',
  VERSION_DIFFERS: 'Members run different releases of Harper.',
  NAME_TAKEN_TWICE: 'Two processes answer with one name.',
} as const;
export type DisagreementKind = keyof typeof DISAGREEMENT_KINDS;

/** One thing in which the views do not fit together. */
export interface Disagreement {
  readonly kind: DisagreementKind;
  /** Whom it is about, the one it is most about first. */
  readonly nodes: readonly string[];
  readonly database: string | null;
  readonly message: string;
  /** What an operator can do about it; null where that depends on what is wanted. */
  readonly remedy: string | null;
}

export interface Disagreeing {
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly members: ReadonlyMap<string, NodeView>;
  /** Names that nodes had before, with their present ones. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly pairs: readonly LinkedPair[];
  readonly doubles: readonly NodeView[];
}
