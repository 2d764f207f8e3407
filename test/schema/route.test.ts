import { describe, expect, it } from 'vitest';
import { DIALECTS, startStack } from '../support/stack.ts';

describe.each(DIALECTS)('routes on Harper %s', (dialect) => {
  const SET = `mutation($input: SetRoutesInput!) {
    setRoutes(input: $input) { message emulated restartRequired set { url } skipped { url } routes { url } }
  }`;
  const DELETE = `mutation($input: DeleteRoutesInput!) {
    deleteRoutes(input: $input) { message emulated restartRequired deleted { url } skipped { url } routes { url } }
  }`;
  const HOST = { host: { hostname: 'a', port: 9930 } };
  const URL_ROUTE = { url: 'wss://b:9933' };

  it('are set once, listed and deleted', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    expect((await stack.ask('{ routes { url } }')).data.routes).toEqual([]);
    const set = await stack.ask(SET, { variables: { input: { routes: [HOST, URL_ROUTE] } } });
    expect(set.data.setRoutes).toEqual({
      message: expect.stringMatching(/successfully set/),
      emulated: dialect === '5.2',
      restartRequired: true,
      set: [{ url: 'ws://a:9930' }, { url: 'wss://b:9933' }],
      skipped: [],
      routes: [{ url: 'ws://a:9930' }, { url: 'wss://b:9933' }],
    });
    const again = await stack.ask(SET, { variables: { input: { routes: [HOST] } } });
    expect(again.data.setRoutes).toMatchObject({
      restartRequired: false,
      set: [],
      skipped: [{ url: 'ws://a:9930' }],
    });
    const gone = await stack.ask(DELETE, { variables: { input: { routes: [HOST, { url: 'ws://no:1' }] } } });
    expect(gone.data.deleteRoutes).toMatchObject({
      deleted: [{ url: 'ws://a:9930' }],
      skipped: [{ url: 'ws://no:1' }],
      routes: [{ url: 'wss://b:9933' }],
    });
  });

  it('are deleted by what they mean, whichever way they are written, and the others stay as they were', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const node = stack.sandbox.node('node-1');
    const odd = { hostname: 'e', port: 9930, startTime: '2026-01-01T00:00:00Z', unheardOf: { deep: [1] } };
    node.routes = ['ws://a:9930', { hostname: 'b', port: 9933 }, 'c', { host: 'D', port: '9933' }, odd, 'ws://f:9933'];
    const routes = [
      { host: { hostname: 'a', port: 9930 } },
      { url: 'wss://b:9933' },
      { url: 'wss://c:9933' },
      { host: { hostname: 'd' } },
      { host: { hostname: 'f', port: 9934 } },
    ];
    const { data } = await stack.ask(DELETE, { variables: { input: { routes } } });
    expect(data.deleteRoutes).toMatchObject({
      restartRequired: true,
      deleted: [{ url: 'ws://a:9930' }, { url: 'ws://b:9933' }, { url: 'ws://c:9933' }, { url: 'ws://D:9933' }],
      skipped: [{ url: 'ws://f:9934' }],
    });
    expect(node.routes).toEqual([odd, 'ws://f:9933']);
  });

  it('are not set twice in two forms, and a route that is there keeps its fields', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const node = stack.sandbox.node('node-1');
    const odd = { hostname: 'e', port: 9930, unheardOf: true };
    node.routes = [odd];
    const routes = [{ url: 'wss://e:9930' }, { host: { hostname: 'g', port: 1 } }, { url: 'ws://g:1' }];
    const { data } = await stack.ask(SET, { variables: { input: { routes } } });
    expect(data.setRoutes).toMatchObject({
      set: [{ url: 'ws://g:1' }],
      skipped: [{ url: 'wss://e:9930' }, { url: 'ws://g:1' }],
    });
    expect(node.routes).toEqual([odd, { hostname: 'g', port: 1 }]);
  });

  it('are all there after many were set at once', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const hosts = Array.from({ length: 20 }, (_, index) => `host-${index}`);
    await Promise.all(
      hosts.map((hostname) => stack.ask(SET, { variables: { input: { routes: [{ host: { hostname, port: 1 } }] } } })),
    );
    const held = stack.sandbox.node('node-1').routes.map((route) => (route as { hostname: string }).hostname);
    expect(held.toSorted()).toEqual(hosts.toSorted());
  });

  it.each<[string, unknown, (string | number)[]]>([
    ['no routes', [], ['input', 'routes']],
    ['a port out of range', [{ host: { hostname: 'a', port: 70_000 } }], ['input', 'routes', 0, 'host', 'port']],
    ['an empty host', [{ host: { hostname: '' } }], ['input', 'routes', 0, 'host', 'hostname']],
    ['a url that is none', [{ url: 'b' }], ['input', 'routes', 0, 'url']],
    ['both forms at once', [{ url: 'ws://b:1', host: { hostname: 'b' } }], ['input', 'routes', 0]],
  ])('refuse %s, and send nothing', async (_, routes, path) => {
    await using stack = await startStack({ sandbox: { dialect, nodes: 1 } });
    const { errors } = await stack.ask(SET, { variables: { input: { routes } } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});
