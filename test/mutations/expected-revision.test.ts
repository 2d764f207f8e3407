import { describe, expect, it } from 'vitest';
import { heldBy, LOGIN, plan } from '../support/cluster.ts';
import { DIALECTS, type Stack, startStack } from '../support/stack.ts';

const TABLES = [{ database: 'data', table: 'dog', publish: true, subscribe: true }];

/** Changes of one node, each with the operations that Harper is sent for it. */
const CHANGES = [
  ['addNode', 'AddNodeInput', { hostname: 'node-4', authorization: LOGIN }],
  ['addNode', 'AddNodeInput', { hostname: 'node-4', authorization: LOGIN, subscriptions: TABLES }],
  ['updateNode', 'UpdateNodeInput', { hostname: 'node-2', shard: 7 }],
  ['removeNode', 'RemoveNodeInput', { hostname: 'node-3' }],
  ['removeNode', 'RemoveNodeInput', { hostname: 'node-3', alsoAt: ['node-2'] }],
] as const;

const OPERATIONS = ['add_node', 'update_node', 'remove_node', 'configure_cluster', 'set_node'];

function change(stack: Stack, mutation: string, type: string, input: object) {
  const text = `mutation($input: ${type}!) { result: ${mutation}(input: $input) { message } }`;
  return stack.ask(text, { variables: { input } });
}

const sent = ({ sandbox }: Stack) =>
  sandbox.nodes.map(({ received }) => OPERATIONS.map((operation) => received.get(operation) ?? 0));

describe.each(DIALECTS)('a change of one node that was planned for a revision, on Harper %s', (dialect) => {
  const start = () => startStack({ sandbox: { dialect, spares: 1 }, addresses: ['node-1', 'node-2', 'node-3'] });

  it.each(CHANGES)('%s is made where the topology still has it (%s, %j)', async (mutation, type, input) => {
    await using stack = await start();
    const { revision } = await plan(stack, []);
    const { data, errors } = await change(stack, mutation, type, { ...input, expectedRevision: revision });
    expect(errors).toEqual([]);
    expect(data.result.message).toContain(input.hostname);
    expect((await plan(stack, [])).revision).not.toBe(revision);
  });

  it.each(CHANGES)('%s is refused where it has moved, and nothing is sent (%s, %j)', async (mutation, type, input) => {
    await using stack = await start();
    const { revision } = await plan(stack, []);
    await stack.ask('mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message } }');
    const [held, before] = [heldBy(stack.sandbox), sent(stack)];
    const { errors } = await change(stack, mutation, type, { ...input, expectedRevision: revision });
    const actual = (await plan(stack, [])).revision;
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT', retryable: false, expected: revision, actual } }]);
    expect([heldBy(stack.sandbox), sent(stack)]).toEqual([held, before]);
  });

  it.each(CHANGES)('%s is made once of 20 at once (%s, %j)', async (mutation, type, input) => {
    await using stack = await start();
    const { revision } = await plan(stack, []);
    const asked = Array.from({ length: 20 }, (_, at) => {
      // Each update is another one.
      const own = 'shard' in input ? { ...input, shard: 10 + at } : input;
      return change(stack, mutation, type, { ...own, expectedRevision: revision });
    });
    const codes = (await Promise.all(asked)).map(({ errors }) => errors[0]?.extensions.code ?? 'done');
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['done', 'CONFLICT']));
  });

  it('names the node whose revision it is, where that is another one than is asked', async () => {
    await using stack = await start();
    const { data } = await stack.ask('{ cluster { state } two: clusterStatus(node: "node-2") { revision } }');
    const input = { hostname: 'node-3', node: 'node-1', expectedRevision: data.two.revision };
    const { errors } = await change(stack, 'removeNode', 'RemoveNodeInput', input);
    expect(errors[0]?.message).toContain('that of the view of node-2');
    expect(errors[0]?.extensions.code).toBe('CONFLICT');
  });
});
