import { describe, expect, it } from 'vitest';
import { operations } from '../../src/harper/operations.ts';
import { nameOf } from '../../src/harper/requests.ts';
import { destinationOf, replicationAddressOf, toRoute } from '../../src/harper/routes.ts';

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

describe('a route that leaves scheme or port open', () => {
  it.each([
    ['ws://node-1:9943', 'ws://a:9943', 'ws://a:9930', 'a:9943'],
    ['wss://node-1:9933', 'wss://a:9933', 'wss://a:9930', 'a:9933'],
    ['ws://node-1', 'ws://a:80', 'ws://a:9930', 'a:80'],
    ['ws://node-1:80', 'ws://a:80', 'ws://a:9930', 'a:80'],
    ['wss://node-1:443', 'wss://a:443', 'wss://a:9930', 'a:443'],
    ['https://node-1', 'wss://a:9933', 'wss://a:9930', 'a:9933'],
    [null, 'wss://a:9933', 'wss://a:9930', 'a:9933'],
  ])('is completed by the address of its own node: %s', (url, host, withPort, destination) => {
    const own = replicationAddressOf(url);
    expect(toRoute('a', own).url).toBe(host);
    expect(toRoute({ hostname: 'a' }, own).url).toBe(host);
    expect(toRoute({ hostname: 'a', port: 9930 }, own).url).toBe(withPort);
    expect(toRoute('a:9930', own).url).toBe(withPort);
    expect(destinationOf({ host: 'a' }, own)).toBe(destination);
    // What is written counts.
    expect(toRoute('wss://a:1', own).url).toBe('wss://a:1');
    expect(toRoute({ url: 'ws://a:1' }, own).url).toBe('ws://a:1');
  });
});

describe('an IPv6 address', () => {
  it.each([
    ['::1', 'wss://[::1]:9933', null],
    ['[::1]', 'wss://[::1]:9933', null],
    ['[::1]:9925', 'wss://[::1]:9925', 9925],
    ['wss://[::1]:9925', 'wss://[::1]:9925', 9925],
    ['ws://[::1]', 'ws://[::1]', null],
    [{ hostname: '::1' }, 'wss://[::1]:9933', null],
    [{ hostname: '[::1]' }, 'wss://[::1]:9933', null],
    [{ hostname: '::1', port: 9925 }, 'wss://[::1]:9925', 9925],
    [{ host: '[::1]', port: '9925' }, 'wss://[::1]:9925', 9925],
    [{ url: 'ws://[::1]:9925' }, 'ws://[::1]:9925', 9925],
    [{ hostname: '[::1]', url: 'ws://[::1]:9925' }, 'ws://[::1]:9925', 9925],
  ])('has brackets in URLs and none in host names: the route %j', (entry, url, port) => {
    expect(toRoute(entry)).toMatchObject({ hostname: '::1', url, port });
  });

  it.each([
    [{ hostname: '::1' }, '::1'],
    [{ url: 'ws://[::1]:9933' }, '::1'],
    [{ url: 'ws://[0:0:0:0:0:0:0:1]' }, '::1'],
  ])('has no brackets in the name of a node that is added: %j', (input, name) => {
    expect(nameOf(input)).toBe(name);
    expect(operations.addNode.input.parse(input)).toMatchObject({ hostname: name });
  });

  it('keeps its brackets in the name of a node that is removed, which is Harper’s own key of it', () => {
    expect(operations.removeNode.input.parse({ hostname: '[::1]' })).toMatchObject({ hostname: '[::1]' });
  });
});

describe('the destination of a route', () => {
  it.each([
    ['[::1]:9933', ['::1', '[::1]', '[0:0:0:0:0:0:0:1]', { hostname: '::1' }, 'wss://[::1]:9933', '[::1]:9933']],
    ['node-2:9933', ['node-2', 'NODE-2', { host: 'node-2', port: '9933' }, 'ws://node-2:9933', ' node-2:9933']],
    ['node-2:443', ['wss://node-2', 'wss://u:secret@node-2:443', { hostname: 'node-2', port: 443 }]],
    ['node-2:80', ['ws://node-2', 'ws://node-2:80/']],
    [undefined, ['', {}, { port: 1 }, 5, null, 'wss://']],
  ])('is %j however it is written', (destination, entries) => {
    for (const entry of entries) expect(destinationOf(entry)).toBe(destination);
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
