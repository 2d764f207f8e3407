import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { HANDED_OVER } from '../../src/transport/graphiql/handed-over-script.ts';
import { IS_SUBSCRIPTION } from '../../src/transport/graphiql/subscription-scripts.ts';

describe('the page’s choice between HTTP and WebSocket', () => {
  const isSubscription = runInNewContext(`${IS_SUBSCRIPTION}; isSubscription`) as (params: {
    query: string;
    operationName?: string | null;
  }) => boolean;
  const TWO = 'query Q { a } subscription S { b }';

  it.each<[string, string, string?]>([
    ['a subscription', 'subscription { a }'],
    ['one with a name and variables', 'subscription S($a: String = "query", $b: [Int] = [1]) @live(a: 1) { a }'],
    ['one behind a comment', '# query { a }\nsubscription{a}'],
    ['one behind a byte order mark and commas', '\uFEFF,,subscription,,S,,{ a }'],
    ['one behind a fragment', 'fragment query on Query { subscription } subscription S { ...query }'],
    ['one of two operations, by its name', TWO, 'S'],
    ['one behind strings with quotes and brackets', 'query Q { a(b: "\\"}}{") } subscription S { b }', 'S'],
    ['one behind a block string', 'query Q { a(b: """x \\""" } { """) } subscription S { b }', 'S'],
  ])('takes %s for a subscription', (_, query, operationName) => {
    expect(isSubscription({ query, ...(operationName && { operationName }) })).toBe(true);
  });

  it.each<[string, string, string?]>([
    ['shorthand', '{ subscription }'],
    ['a query of that name', 'query subscription { a }'],
    ['a query with such a variable', 'query Q($subscription: Int) { a }'],
    ['a query with such a directive', 'query Q @subscription { a }'],
    ['a query with such a field and alias', 'query { subscription { subscription: S { a } } }'],
    ['a query with the word in a comment', 'query Q { a } # subscription S { a }'],
    ['a query with the word in a string', 'query Q { a(b: "} subscription S {") }'],
    ['a query with the word in a block string', 'query Q { a(b: """\n} subscription S {\n""") }'],
    ['a fragment of that name', 'fragment subscription on subscriptions { a } query Q { ...subscription }'],
    ['one of two operations, by its name', TWO, 'Q'],
    ['an operation that is not there', TWO, 'R'],
    ['an empty document', ''],
    ['a string without an end', 'query Q { a(b: "x) } subscription S'],
  ])('takes %s for none', (_, query, operationName) => {
    expect(isSubscription({ query, ...(operationName && { operationName }) })).toBe(false);
  });
});

describe('what a link hands over to the page', () => {
  // Objects of another realm are never equal to those of this one.
  const handedOver = (hash: string): unknown =>
    JSON.parse(JSON.stringify(runInNewContext(`${HANDED_OVER}; handedOver(${JSON.stringify(hash)})`, globals) ?? null));
  const globals = { URLSearchParams };

  it.each<[string, string, string, string?]>([
    ['a document and variables', '#query=%7Ba%7D&variables=%7B%22b%22:1%7D', '{a}', '{\n  "b": 1\n}'],
    ['broken percent signs', '#query={%zz%+%', '{%zz%+%'],
    ['bytes that are no UTF-8', '#query=%E0%A4{a}', '\uFFFD{a}'],
    ['variables that are no JSON', '#query={a}&variables=%7B', '{a}', '{'],
    [
      'a megabyte',
      `#query=${'a'.repeat(1_000_000)}`,
      '# The link has a document of more than 100000 characters: left out.',
    ],
  ])('is text where it has %s', (_, hash, query, variables = '') => {
    expect(handedOver(hash)).toEqual({ query, variables });
  });

  it.each(['', '#', '#query=', '#__proto__=x&constructor=y'])('is nothing where the hash is %j', (hash) => {
    expect(handedOver(hash)).toBeNull();
  });
});
