import { expect } from 'vitest';
import type { AskOptions, Reply } from './stack.ts';

export const MUTATIONS = `query($first: Int, $after: String, $last: Int, $before: String, $since: DateTime,
  $until: DateTime, $nodes: [String!], $users: [String!], $mutations: [String!], $outcomes: [String!],
  $hasEnded: Boolean) {
  mutations(first: $first, after: $after, last: $last, before: $before, since: $since, until: $until, nodes: $nodes,
    users: $users, mutations: $mutations, outcomes: $outcomes, hasEnded: $hasEnded) {
    edges { cursor node {
      cursor changeId requestId user mutation targets begunAt endedAt isRunning outcome outcomeUnknown reason warnings
      durationMs gateway steps { at node kind result message }
    } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

/** A record as a client gets it. */
export interface Recorded {
  readonly cursor: string;
  readonly changeId: string | null;
  readonly user: string | null;
  readonly mutation: string;
  readonly targets: readonly string[];
  readonly begunAt: string;
  readonly endedAt: string | null;
  readonly isRunning: boolean;
  readonly outcome: string | null;
  readonly outcomeUnknown: boolean;
  readonly reason: string | null;
}

type Ask = (query: string, options?: AskOptions) => Promise<Reply>;

/** Asks for one page of records; it must be there. */
export async function pageOf(ask: Ask, variables: object = {}, as?: string) {
  const { data, errors } = await ask(MUTATIONS, { variables: { ...variables }, ...(as && { as }) });
  expect(errors).toEqual([]);
  const { edges, pageInfo } = data.mutations as {
    edges: { cursor: string; node: Recorded }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  };
  for (const { cursor, node } of edges) expect(node.cursor).toBe(cursor);
  return { records: edges.map(({ node }) => node), pageInfo };
}

export const short = (records: readonly Recorded[]) =>
  records.map(({ mutation, targets, outcome }) => `${mutation} ${targets.join(',')} ${outcome}`);
