import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { differenceOf, expectedOf, masked } from './compare.ts';

const error = (path?: (string | number)[]) => new GraphQLError('no', { path: path ?? null });

describe('the comparison of an answer with what graphql-js says', () => {
  const good = expectedOf({ data: { a: 1, b: '2026-01-02T03:04:05.678Z', c: '2020-01-02T03:04:05.678Z' } });

  it('takes the same bytes, whatever the moment is', () => {
    const text = '{"data":{"a":1,"b":"2027-11-12T13:14:15Z","c":"2020-01-02T03:04:05.678Z"}}';
    expect(differenceOf(good, { text, status: 200 })).toBeUndefined();
    expect(differenceOf(good, { text })).toBeUndefined();
  });

  it.each([
    ['other values', '{"data":{"a":2,"b":"2026-01-02T03:04:05Z","c":"2020-01-02T03:04:05.678Z"}}'],
    ['another order', '{"data":{"b":"2026-01-02T03:04:05Z","a":1,"c":"2020-01-02T03:04:05.678Z"}}'],
    ['another date of Harper', '{"data":{"a":1,"b":"2026-01-02T03:04:05Z","c":"2020-01-02T03:04:05.679Z"}}'],
    [
      'an empty list of errors',
      '{"data":{"a":1,"b":"2026-01-02T03:04:05Z","c":"2020-01-02T03:04:05.678Z"},"errors":[]}',
    ],
    ['no result at all', 'failed: the connection broke'],
  ])('finds %s', (_, text) => {
    expect(differenceOf(good, { text, status: 200 })).toBe('other bytes');
  });

  it('finds a success with a status that is none', () => {
    expect(differenceOf(good, { text: '{"data":{}}', status: 400 })).toBe('status 400');
  });

  it('compares data and paths where there are errors', () => {
    const bad = expectedOf({ errors: [error(['a', 0]), error(['b'])], data: { a: null, b: null } });
    const coded = (path: string) => `{"path":${path},"extensions":{"code":"X"}}`;
    const errors = `"errors":[${coded('["b"]')},${coded('["a",0]')}]`;
    expect(differenceOf(bad, { text: `{"data":{"a":null,"b":null},${errors}}` })).toBeUndefined();
    expect(differenceOf(bad, { text: `{${errors},"data":{"a":null,"b":null}}` })).toBeUndefined();
    expect(differenceOf(bad, { text: `{${errors},"data":null}` })).toBe('other data');
    expect(differenceOf(bad, { text: '{"data":{"a":null,"b":null}}' })).toBe('no errors');
    const other = (error: string) => ({ text: `{"data":{"a":null,"b":null},"errors":[${error}]}` });
    expect(differenceOf(bad, other(coded('["a"]')))).toBe('other error paths');
    expect(differenceOf(bad, other('{"path":["a"]}'))).toBe('an error without a code');
    expect(differenceOf(bad, { text: 'failed: x' })).toBe('no JSON');
  });

  it('leaves the paths alone where the whole result is null, since fields run side by side', () => {
    const none = expectedOf({ errors: [error(['a']), error(['b'])], data: null });
    expect(
      differenceOf(none, { text: '{"errors":[{"path":["a"],"extensions":{"code":"X"}}],"data":null}' }),
    ).toBeUndefined();
    expect(differenceOf(none, { text: '{"data":null}' })).toBe('no errors');
  });

  it('tells no data from data that are null', () => {
    const refused = expectedOf({ errors: [error(), error()] });
    expect(differenceOf(refused, { text: '{"errors":[{"extensions":{"code":"X"}}]}', status: 400 })).toBeUndefined();
    expect(differenceOf(refused, { text: '{"errors":[{"message":"x"}],"data":null}' })).toBe('other data');
  });

  it('hides only whole texts that are a moment', () => {
    expect(masked('["2026-01-02T03:04:05Z","at 2026-01-02T03:04:05Z"]')).toBe('["…","at 2026-01-02T03:04:05Z"]');
  });
});
