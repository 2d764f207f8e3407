import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import type { StatusQuery } from '../graphql/graphql.ts';
import { REMOVE_NODE, STATUS, WATCH_STATUS } from './documents.ts';
import { createSocket } from './socket.ts';

type Status = StatusQuery['clusterStatus'];

/** Queries and mutations over HTTP, subscriptions over one WebSocket. */
export function connect(url: string, authorization: string) {
  const socket = createSocket(url, authorization);
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: url, headers: { authorization } }),
    ),
  });
  return {
    async status(): Promise<Status | undefined> {
      // The default policy would answer from the cache.
      const { data } = await client.query({ query: STATUS, fetchPolicy: 'network-only' });
      return data?.clusterStatus;
    },
    async removeNode(hostname: string): Promise<string | undefined> {
      const { data } = await client.mutate({ mutation: REMOVE_NODE, variables: { hostname } });
      return data?.removeNode?.message;
    },
    /** Every status also updates the cache, and with it each watched query of these objects. */
    watch(onStatus: (status: Status) => void, onError: (error: unknown) => void): () => void {
      const subscription = client.subscribe({ query: WATCH_STATUS }).subscribe(({ data, error }) => {
        if (error) onError(error);
        else if (data?.clusterStatus) onStatus(data.clusterStatus);
      });
      return () => subscription.unsubscribe();
    },
    async close(): Promise<void> {
      client.stop();
      await socket.dispose();
    },
  };
}

/** The gateway's code of an error; undefined where no answer came, such as while it restarts. */
export function codeOf(error: unknown): unknown {
  return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : undefined;
}
