import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { describe, expect, it } from 'vitest';
import { REMOVE_NODE, STATUS } from '../../examples/clients/documents.ts';
import * as example from '../../examples/clients/urql.ts';
import { exchanges } from '../../examples/clients/urql-persisted.ts';
import { ADMIN, basic } from '../support/stack.ts';
import { asks, watches } from './scenarios.ts';
import { recordFetch, startRestartable } from './support.ts';

const RESPONSE = /^application\/graphql-response\+json/;

describe('@urql/core', () => {
  asks(example);
  watches(example);
});

describe('@urql/core with its defaults', () => {
  const createClient = (url: string, authorization: string) =>
    new Client({ url, fetchOptions: { headers: { authorization } }, exchanges: [cacheExchange, fetchExchange] });
  // It names the type of event streams for every operation, behind those of JSON.
  const asJson = {
    accept: expect.stringMatching(/json.*text\/event-stream/),
    contentType: expect.stringMatching(RESPONSE),
  };

  it('gets JSON for a query, which is a GET, and for a mutation', async () => {
    await using stack = await startRestartable();
    const client = createClient(stack.url, ADMIN);
    using recorded = recordFetch();
    const status = await client.query(STATUS, {});
    expect(status.data?.clusterStatus?.nodeName).toBe('node-1');
    const removed = await client.mutation(REMOVE_NODE, { hostname: 'node-3' });
    expect(removed.data?.removeNode?.message).toMatch(/node-3/);
    expect(recorded.exchanges).toMatchObject([
      { method: 'GET', status: 200, ...asJson },
      { method: 'POST', status: 200, ...asJson },
    ]);
  });

  it('gets a wrong login as JSON with the status 401', async () => {
    await using stack = await startRestartable();
    using recorded = recordFetch();
    const { error } = await createClient(stack.url, basic('admin', 'wrong')).query(STATUS, {});
    expect(example.codeOf(error)).toBe('UNAUTHENTICATED');
    expect(recorded.exchanges).toMatchObject([{ method: 'GET', status: 401, ...asJson }]);
  });
});

describe('@urql/exchange-persisted', () => {
  it.each([
    ['as in the example', exchanges],
    ['with GETs, as it does by default', [persistedExchange({ enableForMutation: true }), fetchExchange]],
  ])('sends the texts where the gateway does not take their hashes, %s', async (_, exchanges) => {
    await using stack = await startRestartable();
    const options = { url: stack.url, exchanges, fetchOptions: { headers: { authorization: ADMIN } } };
    using recorded = recordFetch();
    const status = await new Client(options).query(STATUS, {});
    expect(status.data?.clusterStatus?.nodeName).toBe('node-1');
    const removed = await new Client(options).mutation(REMOVE_NODE, { hostname: 'node-3' });
    expect(removed.data?.removeNode?.message).toMatch(/node-3/);
    expect(recorded.exchanges.map(({ sent }) => 'query' in sent)).toEqual([false, true, false, true]);
    expect(JSON.parse(recorded.exchanges[0]?.answer ?? '')).toMatchObject({
      errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    });
  });
});
