import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.ts';

describe('routes', () => {
  const SET =
    'mutation($input: SetRoutesInput!) { setRoutes(input: $input) { message set { url } skipped { url } routes { url } } }';
  const DELETE =
    'mutation($input: DeleteRoutesInput!) { deleteRoutes(input: $input) { message deleted { url } skipped { url } routes { url } } }';
  const HOST = { host: { hostname: 'a', port: 9930 } };
  const URL_ROUTE = { url: 'wss://b:9933' };

  it('are set once, listed and deleted', async () => {
    await using stack = await startStack();
    expect((await stack.ask('{ routes { url } }')).data.routes).toEqual([]);
    const set = await stack.ask(SET, { variables: { input: { routes: [HOST, URL_ROUTE] } } });
    expect(set.data.setRoutes).toEqual({
      message: 'cluster routes successfully set',
      set: [{ url: 'wss://a:9930' }, { url: 'wss://b:9933' }],
      skipped: [],
      routes: [{ url: 'wss://a:9930' }, { url: 'wss://b:9933' }],
    });
    const again = await stack.ask(SET, { variables: { input: { routes: [HOST] } } });
    expect(again.data.setRoutes).toMatchObject({ set: [], skipped: [{ url: 'wss://a:9930' }] });
    const gone = await stack.ask(DELETE, { variables: { input: { routes: [HOST, { url: 'ws://no:1' }] } } });
    expect(gone.data.deleteRoutes).toMatchObject({
      deleted: [{ url: 'wss://a:9930' }],
      skipped: [{ url: 'ws://no:1' }],
      routes: [{ url: 'wss://b:9933' }],
    });
  });

  it.each<[string, unknown, (string | number)[]]>([
    ['no routes', [], ['input', 'routes']],
    ['a port out of range', [{ host: { hostname: 'a', port: 70_000 } }], ['input', 'routes', 0, 'host', 'port']],
    ['an empty host', [{ host: { hostname: '' } }], ['input', 'routes', 0, 'host', 'hostname']],
    ['a url that is none', [{ url: 'b' }], ['input', 'routes', 0, 'url']],
    ['both forms at once', [{ url: 'ws://b:1', host: { hostname: 'b' } }], ['input', 'routes', 0]],
  ])('refuse %s, and send nothing', async (_, routes, path) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { errors } = await stack.ask(SET, { variables: { input: { routes } } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path }] });
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });
});
