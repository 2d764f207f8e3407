import { describe, expect, it } from 'vitest';
import { CONFIGURE, heldBy, LOGIN, plan } from '../support/cluster.ts';
import { DIALECTS, startStack } from '../support/stack.ts';

/** Names that every object inherits, and that are host names all the same. */
const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];

describe.each(DIALECTS)('a node called like what every object inherits, on Harper %s', (dialect) => {
  it.each(NAMES)('is added, changed, planned with and removed like any other: %s', async (name) => {
    await using stack = await startStack({ sandbox: { dialect, nodes: 1 } });
    const run = async (mutation: string, type: string, input: object) => {
      const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { message } }`;
      const { data, errors } = await stack.ask(query, { variables: { input } });
      expect(errors).toEqual([]);
      return data[mutation].message as string;
    };
    const held = () => heldBy(stack.sandbox).map(({ name: peer, shard }) => [peer, shard]);
    expect(await run('addNode', 'AddNodeInput', { hostname: name })).toMatch(`'ws://${name}:9933'`);
    await run('updateNode', 'UpdateNodeInput', { hostname: name, shard: 3 });
    expect(held()).toContainEqual([name, 3]);
    const { changes } = await plan(stack, [{ hostname: name, shard: 4 }]);
    expect(changes).toMatchObject([{ kind: 'UPDATE', node: name }]);
    await run('removeNode', 'RemoveNodeInput', { hostname: name });
    const input = { connections: [{ hostname: name, authorization: LOGIN }] };
    const { data, errors } = await stack.ask(CONFIGURE, { variables: { input } });
    expect(errors).toEqual([]);
    expect(data.configureCluster.steps).toMatchObject([{ node: name, kind: 'ADD' }]);
    expect(held()).toEqual([[name, null]]);
  });

  it.each(NAMES)('is set and deleted as a route like any other: %s', async (name) => {
    await using stack = await startStack({ sandbox: { dialect, nodes: 1 } });
    const routes = [{ host: { hostname: name } }, { url: `ws://${name}:1` }];
    const query = (mutation: string, type: string, list: string) =>
      `mutation($input: ${type}!) { ${mutation}(input: $input) { ${list} { hostname } routes { hostname } } }`;
    const set = await stack.ask(query('setRoutes', 'SetRoutesInput', 'set'), { variables: { input: { routes } } });
    expect(set.errors).toEqual([]);
    // A URL keeps no capital letters in its host.
    const names = [{ hostname: name }, { hostname: name.toLowerCase() }];
    expect(set.data.setRoutes).toEqual({ set: names, routes: names });
    const deleted = await stack.ask(query('deleteRoutes', 'DeleteRoutesInput', 'deleted'), {
      variables: { input: { routes } },
    });
    expect(deleted.data.deleteRoutes).toEqual({ deleted: names, routes: [] });
  });
});
