import { describe, expect, it } from 'vitest';
import { addressesFor } from '../../src/console/api/addresses.ts';
import { formatHash, parseHash } from '../../src/console/model/route.ts';

describe('what is selected, in the address', () => {
  it('comes back whole, whatever characters a name has', () => {
    for (const name of [
      'node-2',
      'a/b?c#d',
      '100%',
      '<b>"&',
      '\u202Eleft',
      'ünï 漢字',
      '__proto__',
      'x'.repeat(10_000),
    ]) {
      const query = [
        ['search', name],
        ['sort', '-lag'],
      ] as const;
      const route = parseHash(formatHash(['links', name, 'node-3'], query));
      expect(route).toEqual({ path: ['links', name, 'node-3'], query: new Map(query) });
    }
  });

  it('is the overview where there is nothing', () => {
    expect(['', '#', '#/', '/'].map((hash) => parseHash(hash).path)).toEqual([[], [], [], []]);
    expect(formatHash([])).toBe('#/');
  });

  it('takes what somebody has typed, also a percent sign by itself', () => {
    expect(parseHash('#/nodes/50%').path).toEqual(['nodes', '50%']);
    expect(parseHash('#/nodes?search=a?b').query.get('search')).toBe('a?b');
  });

  it('is there also for a name with half a character in it, which no address can hold', () => {
    expect(formatHash(['nodes', 'a\ud800'])).toBe('#/nodes/a%EF%BF%BD');
  });

  it('leaves out what is empty in the query', () => {
    expect(formatHash(['nodes'], new Map([['search', '']]))).toBe('#/nodes');
  });

  it('has GraphQL beside the page, whatever prefix a proxy puts before both', () => {
    expect(addressesFor('http://127.0.0.1:9080/console#/nodes')).toEqual({
      http: 'http://127.0.0.1:9080/graphql',
      socket: 'ws://127.0.0.1:9080/graphql',
    });
    expect(addressesFor('https://ops.example/harper/console?x=1#/')).toEqual({
      http: 'https://ops.example/harper/graphql',
      socket: 'wss://ops.example/harper/graphql',
    });
  });
});
