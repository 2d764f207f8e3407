import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';

/** What every payload begins with. */
export interface Outcome {
  /** Harper's own words. */
  readonly message: string;
  /** What went wrong although the change was made. */
  readonly warnings: readonly string[];
  readonly partial: boolean;
}

/** A success that Harper qualifies: the node is stored and gossiped, but could not be told (harper.md, "add_node"). */
const QUALIFICATION = / but there was an error updating target node: (.*)$/s;

/** Reads success or partial success out of Harper's message. */
export function outcomeOf(message: string, warnings: readonly string[] = []): Outcome {
  const qualification = message.match(QUALIFICATION)?.[1];
  const all = qualification === undefined ? [...warnings] : [qualification, ...warnings];
  return { message, warnings: all, partial: all.length > 0 };
}

/**
 * A read that belongs to a payload, made once and only when one of its fields is selected. When it fails, the error says
 * that the change itself was made, so that nobody repeats it.
 */
export function readAfter<T>(outcome: Outcome, read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read().catch((error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
      const message = `The change was made ("${outcome.message}"), but reading its effect failed: ${error.message}`;
      throw new GatewayError(error.code, message, {
        ...error.extensions,
        read: false,
        outcomeUnknown: false,
        cause: error,
      });
    });
    return reading;
  };
}

/** A payload about the cluster; its status is read afresh when asked for. */
export interface ClusterPayload extends Outcome {
  readonly status: () => Promise<ClusterStatus>;
}
