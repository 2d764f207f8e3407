import { describe, expect, it } from 'vitest';
import { createNegotiation } from '../../src/transport/http/negotiation.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const GRAPHQL_TYPE = 'application/graphql-response+json; charset=utf-8';

describe('the Accept header', () => {
  it.each<[accept: string | undefined, json: string | undefined, prefersEvents: boolean, acceptsEvents: boolean]>([
    [undefined, JSON_TYPE, false, false],
    ['', undefined, false, false],
    ['*/*', JSON_TYPE, false, false],
    ['application/*', JSON_TYPE, false, false],
    ['text/*', undefined, true, false],
    ['application/json', JSON_TYPE, false, false],
    ['Application/JSON', JSON_TYPE, false, false],
    ['  application/json  ;  q=0.5 , */*;q=0.1 ', JSON_TYPE, false, false],
    ['application/json;charset=utf-8', JSON_TYPE, false, false],
    ['application/graphql-response+json', GRAPHQL_TYPE, false, false],
    ['application/graphql-response+json, application/json', GRAPHQL_TYPE, false, false],
    ['application/json, application/graphql-response+json', JSON_TYPE, false, false],
    ['application/graphql-response+json;q=0.5, application/json;q=0.9', JSON_TYPE, false, false],
    ['application/json;q=0, */*', GRAPHQL_TYPE, false, false],
    ['application/json;q=0, application/graphql-response+json;q=0, */*', undefined, true, false],
    // urql's default, for queries and mutations alike.
    [
      'application/graphql-response+json, application/graphql+json, application/json, ' +
        'text/event-stream, multipart/mixed',
      GRAPHQL_TYPE,
      false,
      true,
    ],
    ['text/event-stream', undefined, true, true],
    ['TEXT/EVENT-STREAM', undefined, true, true],
    ['text/event-stream, application/json', JSON_TYPE, true, true],
    ['text/event-stream;q=0.5, application/json', JSON_TYPE, false, true],
    ['text/event-stream;q=0, application/json', JSON_TYPE, false, false],
    ['multipart/mixed; deferSpec=20220824, application/json', JSON_TYPE, false, false],
    ['image/png', undefined, false, false],
    ['text/event-streams', undefined, false, false],
    ['constructor', undefined, false, false],
    ['__proto__', undefined, false, false],
    ['toString, hasOwnProperty', undefined, false, false],
    ['constructor/prototype, __proto__/x;q=constructor', undefined, false, false],
    [';;;,,,q=1', undefined, false, false],
    ['application/json;q=abc', undefined, false, false],
    ['text/event-stream;charset=utf-8', undefined, true, true],
    ['x'.repeat(10_000), undefined, false, false],
  ])('%j is negotiated', (accept, json, prefersEvents, acceptsEvents) => {
    const negotiation = createNegotiation();
    // The second time it is remembered.
    for (const accepted of [negotiation.accepted(accept), negotiation.accepted(accept)]) {
      expect(accepted).toMatchObject({ json, prefersEvents, acceptsEvents });
    }
  });

  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['text/html', true],
    ['*/*', false],
    ['application/json, text/html', false],
    ['application/json;q=0.5, text/html', true],
    ['text/html;q=0, */*', false],
  ])('%s asks for the page: %s', (accept, prefersPage) => {
    expect(createNegotiation().accepted(accept).prefersPage).toBe(prefersPage);
  });
});

describe('the Content-Type header', () => {
  it.each([
    ['application/json', true],
    ['Application/JSON', true],
    ['application/json;charset=utf-8', true],
    ['application/json ; charset=utf-8', true],
    ['application/json; charset="UTF-8"', true],
    ['application/json; charset=utf8', true],
    ['application/json; foo=bar; charset=utf-8', true],
    ['application/json; charset=iso-8859-1', false],
    ['application/json; charset=utf-16', false],
    ['application/json; charset=constructor', false],
    ['application/json; __proto__=x', true],
    ['application/graphql+json', false],
    ['application/jsonp', false],
    ['text/plain', false],
    ['text/plain; application/json', false],
    ['application/x-www-form-urlencoded', false],
    ['constructor', false],
    ['', false],
    [undefined, false],
  ])('%s is JSON in UTF-8: %s', (contentType, isJson) => {
    const negotiation = createNegotiation();
    expect([negotiation.isJson(contentType), negotiation.isJson(contentType)]).toEqual([isJson, isJson]);
  });
});
