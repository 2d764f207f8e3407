import { describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../support/stack.ts';

const SHARD = 'first: updateNode(input: { hostname: "node-2", shard: 7 }) { message partial }';

/** The audit lines a gateway has written: what was asked for, and how it ended. */
function audited({ logs }: Stack): unknown[] {
  return logs
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ audit, outcome }) => audit === true && outcome !== undefined)
    .map(({ mutation, target, outcome, outcomeUnknown = false }) => ({ mutation, target, outcome, outcomeUnknown }));
}

describe('a document of two mutations', () => {
  const done = { mutation: 'updateNode', target: 'node-2', outcome: 'DONE', outcomeUnknown: false };

  it.each([
    ['is refused by Harper', 'removeNode', '{ hostname: "node-9" }', 'OPERATION_REFUSED'],
    ['has a wrong input', 'removeNode', '{ hostname: "" }', 'BAD_USER_INPUT'],
    [
      'is planned against another topology',
      'configureCluster',
      '{ connections: [], expectedRevision: "x" }',
      'CONFLICT',
    ],
  ])('keeps the result of the first when the second %s', async (_, mutation, input, code) => {
    await using stack = await startStack({ sandbox: { nodes: 2 } });
    const { data, errors, status } = await stack.ask(
      `mutation { ${SHARD} second: ${mutation}(input: ${input}) { message } }`,
    );
    expect(status).toBe(200);
    expect(data).toEqual({
      first: { message: expect.stringMatching(/^Successfully updated/), partial: false },
      second: null,
    });
    expect(errors).toMatchObject([{ path: ['second'], extensions: { code } }]);
    expect(audited(stack)).toMatchObject([done, { mutation, outcome: code, outcomeUnknown: false }]);
  });

  it('keeps the result of the first when no answer to the second comes, whose outcome is unknown', async () => {
    await using stack = await startStack({ sandbox: { nodes: 2 } });
    const node = stack.sandbox.node('node-1');
    const hold = node.faults.hold('remove_node', 'after');
    const asking = stack.ask(
      `mutation { ${SHARD} second: removeNode(input: { hostname: "node-2" }) { message clusterStatus { nodeName } } }`,
    );
    await hold.arrived;
    await node.kill();
    hold.release();
    const { data, errors } = await asking;
    expect(data).toMatchObject({ first: { partial: false }, second: null });
    expect(errors).toMatchObject([{ path: ['second'], extensions: { outcomeUnknown: true, retryable: false } }]);
    const unknown = { mutation: 'removeNode', outcome: 'UPSTREAM_UNAVAILABLE', outcomeUnknown: true };
    expect(audited(stack)).toMatchObject([done, unknown]);
  });

  it('runs the second also when the first has failed, as GraphQL has it', async () => {
    await using stack = await startStack({ sandbox: { nodes: 2 } });
    const { data, errors } = await stack.ask(
      `mutation { zero: removeNode(input: { hostname: "node-9" }) { message } ${SHARD} }`,
    );
    expect(data).toMatchObject({ zero: null, first: { partial: false } });
    expect(errors).toMatchObject([{ path: ['zero'], extensions: { code: 'OPERATION_REFUSED' } }]);
    expect(audited(stack)).toMatchObject([{ mutation: 'removeNode', outcome: 'OPERATION_REFUSED' }, done]);
  });
});
