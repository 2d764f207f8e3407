import { describe, expect, it } from 'vitest';
import { operations } from '../../src/harper/operations.ts';
import { toRoute } from '../../src/harper/routes.ts';

describe('a route', () => {
  it.each([
    ['node-2', { url: 'wss://node-2:9933', hostname: 'node-2', port: null, configured: 'node-2' }],
    ['node-2:9925', { url: 'wss://node-2:9925', hostname: 'node-2', port: 9925 }],
    ['wss://node-2:9933', { url: 'wss://node-2:9933', hostname: 'node-2', port: 9933 }],
    ['ws://node-2', { url: 'ws://node-2', hostname: 'node-2', port: null }],
    ['wss://node-2:443', { port: 443 }],
    ['wss://u:secret@node-2:1', { url: 'wss://node-2:1', configured: 'wss://node-2:1' }],
    ['::1', { url: 'wss://[::1]:9933', hostname: '::1', port: null }],
    [
      { hostname: 'a', port: 9930 },
      { url: 'wss://a:9930', hostname: 'a', port: 9930, configured: '{"hostname":"a","port":9930}' },
    ],
    [
      { host: 'a', port: '9930' },
      { url: 'wss://a:9930', hostname: 'a', port: 9930 },
    ],
    [
      { url: 'ws://a:1', shard: 2 },
      { url: 'ws://a:1', hostname: 'a', port: 1, configured: '{"url":"ws://a:1","shard":2}' },
    ],
    [{ hostname: 'a', authorization: 'Basic c2VjcmV0' }, { configured: '{"hostname":"a"}' }],
  ])('is read from %j', (entry, expected) => {
    expect(toRoute(entry)).toMatchObject(expected);
  });
});

describe('an answer of cluster_get_routes', () => {
  it.each([
    ['an array', ['a', { hostname: 'b' }], 2],
    ['null, when unset', null, 0],
    ['an empty object, when unset', {}, 0],
  ])('may be %s', (_, answer, length) => {
    expect(operations.getRoutes.output.parse(answer)).toHaveLength(length);
  });

  it.each([['a string'], [{ message: 'x' }], [[5]]])('is refused as %j', (answer) => {
    expect(operations.getRoutes.output.safeParse(answer).success).toBe(false);
  });
});
