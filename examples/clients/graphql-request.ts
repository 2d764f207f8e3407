import { ClientError, GraphQLClient } from 'graphql-request';
import type { StatusQuery } from '../graphql/graphql.ts';
import { REMOVE_NODE, STATUS } from './documents.ts';

/** Queries and mutations over HTTP; it has no subscriptions, for which graphql-ws or graphql-sse stand beside it. */
export function connect(url: string, authorization: string) {
  const client = new GraphQLClient(url, { headers: { authorization } });
  return {
    async status(): Promise<StatusQuery['clusterStatus']> {
      return (await client.request(STATUS)).clusterStatus;
    },
    async removeNode(hostname: string): Promise<string | undefined> {
      return (await client.request(REMOVE_NODE, { hostname })).removeNode?.message;
    },
  };
}

/** The gateway's code of an error; undefined where no answer came, such as while it restarts. */
export function codeOf(error: unknown): unknown {
  return error instanceof ClientError ? error.response.errors?.[0]?.extensions?.code : undefined;
}
