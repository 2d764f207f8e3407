import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { StatusQuery } from '../graphql/graphql.ts';
import { REMOVE_NODE, STATUS } from './documents.ts';
import { type Change, followChanges } from './follow.ts';
import { createSocket } from './socket.ts';

/** Everything over WebSockets, queries and mutations as well. */
export function connect(url: string, authorization: string) {
  const subscriptions = createSocket(url, authorization);
  // A client that comes back sends its operations again, also a mutation that was carried out but not answered.
  const once = createSocket(url, authorization, { retryAttempts: 0 });

  async function ask<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    for await (const { data, errors } of once.iterate<Data>({ query: print(document), variables })) {
      if (errors) throw errors;
      if (data) return data;
    }
    throw new Error('The gateway gave no answer.');
  }

  return {
    status: async (): Promise<StatusQuery['clusterStatus']> => (await ask(STATUS, {})).clusterStatus,
    removeNode: async (hostname: string) => (await ask(REMOVE_NODE, { hostname })).removeNode?.message,
    follow: (onChange: (change: Change) => void, onError: (error: unknown) => void) =>
      followChanges(subscriptions, onChange, onError),
    async close(): Promise<void> {
      await Promise.all([subscriptions.dispose(), once.dispose()]);
    },
  };
}

export { codeOf } from './follow.ts';
