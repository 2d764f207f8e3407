import { Client, CombinedError, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import type { FormattedExecutionResult } from 'graphql';
import type { Sink } from 'graphql-ws';
import type { StatusQuery } from '../graphql/graphql.ts';
import { REMOVE_NODE, STATUS, WATCH_STATUS } from './documents.ts';
import { createSocket } from './socket.ts';

type Status = StatusQuery['clusterStatus'];

/** Queries and mutations over HTTP, subscriptions over one WebSocket. */
export function connect(url: string, authorization: string) {
  const socket = createSocket(url, authorization);
  const client = new Client({
    url,
    fetchOptions: { headers: { authorization } },
    // By default queries are GETs, and their variables in the logs of every proxy.
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ query, variables }, sink as Sink<FormattedExecutionResult>),
          }),
        }),
      }),
    ],
  });
  return {
    async status(): Promise<Status | undefined> {
      // The default policy would answer from the cache.
      const { data, error } = await client.query(STATUS, {}, { requestPolicy: 'network-only' });
      if (error) throw error;
      return data?.clusterStatus;
    },
    async removeNode(hostname: string): Promise<string | undefined> {
      const { data, error } = await client.mutation(REMOVE_NODE, { hostname });
      if (error) throw error;
      return data?.removeNode?.message;
    },
    watch(onStatus: (status: Status) => void, onError: (error: unknown) => void): () => void {
      const { unsubscribe } = client.subscription(WATCH_STATUS, {}).subscribe(({ data, error }) => {
        if (error) onError(error);
        else if (data?.clusterStatus) onStatus(data.clusterStatus);
      });
      return unsubscribe;
    },
    async close(): Promise<void> {
      await socket.dispose();
    },
  };
}

/** The gateway's code of an error; undefined where no answer came, such as while it restarts. */
export function codeOf(error: unknown): unknown {
  return error instanceof CombinedError ? error.graphQLErrors[0]?.extensions.code : undefined;
}
