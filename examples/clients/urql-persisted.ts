import { cacheExchange, type Exchange, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

/** Sends the hash of a document, and its text where the gateway asks for it; of mutations only when told so. */
export const exchanges: Exchange[] = [
  cacheExchange,
  // By default queries are GETs, and their variables in the logs of every proxy.
  persistedExchange({ enableForMutation: true, preferGetForPersistedQueries: false }),
  fetchExchange,
];
