import type { Written } from '../codec.ts';

/** One step of a mutation that took several. */
export interface MutationStep {
  /** Name of the node that was called; null where that was the one that the mutation was sent to. */
  readonly at: string | null;
  /** Name of the node that was to be changed. */
  readonly node: string;
  /** What was to be done with it; null where the mutation itself says that. */
  readonly kind: string | null;
  readonly result: string;
  readonly message: string;
}

/** One mutation that was asked for, as the audit keeps it: without its input, and without secrets in any text. */
export interface MutationRecord {
  /** Its cursor: tells it from all others. */
  readonly id: string;
  /** That of its lines in the log; null where its caller was not allowed to run it. */
  readonly changeId: string | null;
  readonly requestId: string;
  /** Name of the caller; null where the login has none. */
  readonly user: string | null;
  /** Name of the field of Mutation. */
  readonly mutation: string;
  /** What it changes: names of nodes, or hosts of routes. */
  readonly targets: readonly string[];
  readonly begunAt: Date;
  /** null as long as it runs, and for good where its process has ended meanwhile. */
  readonly endedAt: Date | null;
  /** DONE, PARTIAL or an error code; null as long as it has not ended. */
  readonly outcome: string | null;
  readonly outcomeUnknown: boolean;
  /** Why it failed or was refused; null for others. */
  readonly reason: string | null;
  readonly warnings: readonly string[];
  readonly steps: readonly MutationStep[];
  /** Milliseconds it took; null as long as it has not ended. */
  readonly durationMs: number | null;
  /** Name of the machine whose gateway has run it. */
  readonly gateway: string;
}

/** One record as a store keeps it. */
export interface StoredMutation {
  readonly id: string;
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly mutation: string;
  readonly targets: readonly string[];
  /** The record as JSON. */
  readonly text: string;
}

export function encodeMutation(record: MutationRecord): StoredMutation {
  const { id, begunAt, mutation, targets } = record;
  return { id, at: begunAt.getTime(), mutation, targets, text: JSON.stringify(record) };
}

/** @throws an error for what is no JSON */
export function decodeMutation(text: string): MutationRecord {
  const written = JSON.parse(text) as Written<MutationRecord>;
  const { begunAt, endedAt } = written;
  return { ...written, begunAt: new Date(begunAt), endedAt: endedAt === null ? null : new Date(endedAt) };
}
