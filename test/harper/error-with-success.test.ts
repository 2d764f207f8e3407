import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.ts';

/** A document for each operation of Harper, and whether it changes something. */
const OPERATIONS: Readonly<Record<string, string>> = {
  cluster_status: '{ clusterStatus { nodeName } }',
  cluster_get_routes: '{ routes { url } }',
  user_info: '{ viewer { username } }',
  add_node: 'mutation { addNode(input: { hostname: "node-2" }) { message } }',
  update_node: 'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message } }',
  remove_node: 'mutation { removeNode(input: { hostname: "node-2" }) { message } }',
  configure_cluster: 'mutation { configureCluster(input: { connections: [] }) { message } }',
  cluster_set_routes: 'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }',
  cluster_delete_routes: 'mutation { deleteRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }',
};

const BODIES: [body: Record<string, unknown>, code: string, message: RegExp][] = [
  [{ error: 'no such thing' }, 'OPERATION_REFUSED', /no such thing/],
  [{ error: { message: 'words' } }, 'OPERATION_REFUSED', /words/],
  [{ statusCode: 400, error: 'Bad Request', message: 'words' }, 'OPERATION_REFUSED', /words/],
  [{ statusCode: 403, error: 'no' }, 'FORBIDDEN', /super users/],
  [{ statusCode: 503 }, 'UPSTREAM_UNAVAILABLE', /not available/],
  [{ error: true }, 'UPSTREAM_INVALID_RESPONSE', /HTTP 500/],
];

describe.each(Object.entries(OPERATIONS))('%s', (operation, document) => {
  it.each(BODIES)('with status 200 and %j is no success', async (body, code, message) => {
    await using stack = await startStack({ sandbox: { nodes: 2, dialect: '4.7' } });
    const { faults } = stack.sandbox.node('node-1');
    // A route that is not there is not deleted.
    if (operation === 'cluster_delete_routes') await stack.ask(OPERATIONS.cluster_set_routes ?? '');
    const whole = (answer: unknown) => ({ ...(Array.isArray(answer) ? {} : (answer as object)), ...body });
    faults.add(operation, { kind: 'alter', change: whole });
    const { errors } = await stack.ask(document);
    expect(errors[0]).toMatchObject({ message: expect.stringMatching(message), extensions: { code, operation } });
    expect(errors[0]?.extensions.outcomeUnknown).toBe(document.startsWith('mutation') ? true : undefined);
    expect((await stack.ask('{ clusterStatus { nodeName } }')).errors).toEqual([]);
  });
});

it('with status 200 and an empty error is a success', async () => {
  await using stack = await startStack({ sandbox: { nodes: 1 } });
  for (const error of [null, '', false]) {
    const change = (answer: unknown) => ({ ...(answer as object), error });
    stack.sandbox.node('node-1').faults.add('cluster_status', { kind: 'alter', change });
    expect((await stack.ask('{ clusterStatus { nodeName } }')).errors).toEqual([]);
  }
});
