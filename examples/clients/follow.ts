import { type GraphQLFormattedError, print } from 'graphql';
import type { FollowChangesSubscription } from '../graphql/graphql.ts';
import { FOLLOW_CHANGES } from './documents.ts';

export type Change = FollowChangesSubscription['connectionStatusChanged'];

/** What the clients of graphql-ws and graphql-sse have in common. */
interface Client {
  subscribe(
    payload: { query: string; variables: Record<string, unknown> },
    sink: {
      next(result: { data?: unknown; errors?: readonly unknown[] | undefined }): void;
      error(error: unknown): void;
      complete(): void;
    },
  ): () => void;
}

/**
 * Each change once and in order, whatever breaks in between: a snapshot first, and again where changes were missed.
 * @returns stops it
 */
export function followChanges(
  client: Client,
  onChange: (change: Change) => void,
  onError: (error: unknown) => void,
): () => void {
  let after: string | undefined;
  let stop = () => {};
  // Both clients read the variables each time they come back, and so go on after the last change.
  const variables = {
    get after() {
      return after;
    },
    get snapshot() {
      return after === undefined;
    },
  };
  function fail(error: unknown): void {
    stop();
    const code = codeOf(error);
    // What was missed is not known any more: begin anew. After SLOW_CONSUMER the last cursor may still be good.
    if (code === 'CURSOR_EXPIRED') after = undefined;
    if (code === 'CURSOR_EXPIRED' || code === 'SLOW_CONSUMER') begin();
    else onError(error);
  }
  function begin(): void {
    stop = client.subscribe(
      { query: print(FOLLOW_CHANGES), variables },
      {
        next({ data, errors }) {
          if (errors) fail(errors);
          if (!data) return;
          const { connectionStatusChanged: change } = data as FollowChangesSubscription;
          onChange(change);
          after = change.cursor;
        },
        error: fail,
        complete() {},
      },
    );
  }
  begin();
  return () => stop();
}

/** The gateway's code of an error; undefined where none came, such as for a close event. */
export function codeOf(error: unknown): unknown {
  return Array.isArray(error) ? (error[0] as GraphQLFormattedError | undefined)?.extensions?.code : undefined;
}
