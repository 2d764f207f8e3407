import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { describe, expect, it } from 'vitest';
import * as example from '../../examples/clients/apollo.ts';
import { createHttpLink } from '../../examples/clients/apollo-persisted.ts';
import { REMOVE_NODE, STATUS } from '../../examples/clients/documents.ts';
import { ADMIN } from '../support/stack.ts';
import { asks, watches } from './scenarios.ts';
import { recordFetch, startRestartable } from './support.ts';

describe('@apollo/client', () => {
  asks(example);
  watches(example);
});

/** The hash that a request names a document by. */
function hashOf(sent: Readonly<Record<string, unknown>> | undefined): string {
  const { extensions } = sent as { extensions: { persistedQuery: { sha256Hash: string } } };
  return extensions.persistedQuery.sha256Hash;
}

describe('the persisted-query link of @apollo/client', () => {
  const createClient = (url: string) =>
    new ApolloClient({ cache: new InMemoryCache(), link: createHttpLink(url, ADMIN) });

  it('sends the text where the gateway does not take the hash, and only texts from then on', async () => {
    await using stack = await startRestartable();
    const client = createClient(stack.url);
    using recorded = recordFetch();
    const { data } = await client.query({ query: STATUS });
    expect(data?.clusterStatus?.nodeName).toBe('node-1');
    await client.mutate({ mutation: REMOVE_NODE, variables: { hostname: 'node-3' } });
    expect(recorded.exchanges.map(({ sent }) => 'query' in sent)).toEqual([false, true, true]);
    expect(JSON.parse(recorded.exchanges[0]?.answer ?? '')).toMatchObject({
      errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    });
  });

  it('sends no text where the hash is that of a trusted document', async () => {
    await using stack = await startRestartable();
    const trusted = new Map<string, unknown>();
    {
      using recorded = recordFetch();
      await createClient(stack.url).query({ query: STATUS });
      const [hashed, told] = recorded.exchanges.map(({ sent }) => sent);
      trusted.set(hashOf(hashed), told?.query);
    }
    const manifest = join(mkdtempSync(join(tmpdir(), 'harper-gateway-clients-')), 'documents.json');
    writeFileSync(manifest, JSON.stringify(Object.fromEntries(trusted)));
    await using trusting = await startRestartable({ settings: { TRUSTED_DOCUMENTS: manifest } });
    using recorded = recordFetch();
    const { data } = await createClient(trusting.url).query({ query: STATUS });
    expect(data?.clusterStatus?.nodeName).toBe('node-1');
    expect(recorded.exchanges.map(({ sent }) => 'query' in sent)).toEqual([false]);
  });
});
