import { createClient } from 'graphql-sse';
import { describe, expect, it } from 'vitest';
import * as example from '../../examples/clients/graphql-sse.ts';
import { ADMIN } from '../support/stack.ts';
import { asks, follows } from './scenarios.ts';
import { collect, startRestartable } from './support.ts';

describe('graphql-sse', () => {
  asks(example);
  follows(example);
});

describe('graphql-sse with its defaults', () => {
  const STATUS = 'subscription { clusterStatus { nodeName } }';

  it.each([
    ['a text that is no GraphQL', 'subscription {', ADMIN, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', ADMIN, 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing login', STATUS, '', 'UNAUTHENTICATED'],
    ['an Authorization that is no login', STATUS, 'nonsense', 'UNAUTHENTICATED'],
    [
      'a cursor that leads nowhere',
      'subscription { connectionStatusChanged(after: "x") { kind } }',
      ADMIN,
      'CURSOR_EXPIRED',
    ],
  ])('is told of %s by its code, at once', async (_, query, authorization, code) => {
    await using stack = await startRestartable();
    const client = createClient({ url: stack.url, headers: authorization === '' ? {} : { authorization } });
    const results: unknown[] = [];
    for await (const result of client.iterate({ query })) results.push(result);
    expect(results).toMatchObject([{ errors: [{ extensions: { code } }] }]);
  });

  it('is told of a used-up limit by its code, at once', async () => {
    await using stack = await startRestartable({ settings: { MAX_SUBSCRIPTIONS_PER_CALLER: '1' } });
    const client = createClient({ url: stack.url, headers: { authorization: ADMIN } });
    using first = collect((onValue, onError) =>
      client.subscribe({ query: STATUS }, { next: onValue, error: onError, complete() {} }),
    );
    await first.until(() => true);
    const results: unknown[] = [];
    for await (const result of client.iterate({ query: STATUS })) results.push(result);
    expect(results).toMatchObject([{ errors: [{ extensions: { limit: 'MAX_SUBSCRIPTIONS_PER_CALLER' } }] }]);
  });
});
