import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.ts';

describe('a payload', () => {
  it('reads the status only when it is selected, and then once', async () => {
    await using stack = await startStack();
    const { received } = stack.sandbox.node('node-1');
    // From this the gateway knows the node's own name.
    await stack.ask('{ clusterStatus { nodeName } }');
    await stack.ask('mutation { addNode(input: { hostname: "node-2", shard: 1 }) { message } }');
    expect(received.get('cluster_status')).toBe(1);
    await stack.ask(
      'mutation { addNode(input: { hostname: "node-2", shard: 2 }) { peer { shard } clusterStatus { state } } }',
    );
    expect(received.get('cluster_status')).toBe(2);
    await stack.ask('mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }');
    // To see what is there already.
    expect(received.get('cluster_get_routes')).toBe(1);
    await stack.ask('mutation { setRoutes(input: { routes: [{ url: "ws://b:1" }] }) { routes { url } } }');
    expect(received.get('cluster_get_routes')).toBe(3);
  });

  it('shows each change of a document with several', async () => {
    await using stack = await startStack();
    const { data } = await stack.ask(`mutation {
      one: updateNode(input: { hostname: "node-2", shard: 1 }) { peer { shard } }
      two: updateNode(input: { hostname: "node-2", shard: 2 }) { peer { shard } }
    }`);
    expect(data).toEqual({ one: { peer: { shard: 1 } }, two: { peer: { shard: 2 } } });
  });

  it('of a first change is kept when a second one fails', async () => {
    await using stack = await startStack();
    const { status, data, errors } = await stack.ask(`mutation {
      first: updateNode(input: { hostname: "node-2", shard: 1 }) { message partial peer { shard } }
      second: removeNode(input: { hostname: "node-9" }) { message }
    }`);
    expect([status, data]).toEqual([
      200,
      {
        first: { message: expect.stringMatching(/^Successfully/), partial: false, peer: { shard: 1 } },
        second: null,
      },
    ]);
    expect(errors).toMatchObject([{ path: ['second'], extensions: { code: 'OPERATION_REFUSED' } }]);
  });

  it('of a second change is there when a first one fails', async () => {
    await using stack = await startStack();
    const { data, errors } = await stack.ask(`mutation {
      first: addNode(input: { hostname: "" }) { message }
      second: updateNode(input: { hostname: "node-2", shard: 1 }) { peer { shard } }
    }`);
    expect(data).toEqual({ first: null, second: { peer: { shard: 1 } } });
    expect(errors).toMatchObject([{ path: ['first'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('whose read fails names the warnings of the change, too', async () => {
    await using stack = await startStack();
    const { faults } = stack.sandbox.node('node-1');
    const peer = { replicates: { sends: true, receives: false } };
    faults.add('cluster_status', {
      kind: 'alter',
      change(body) {
        const { connections, ...rest } = body as { connections: object[] };
        return { ...rest, connections: connections.map((each) => ({ ...each, ...peer })) };
      },
    });
    // The first call reads what there is before the change, the second what it came to.
    faults.add('cluster_status', { kind: 'garble' });
    const { data, errors } = await stack.ask(
      'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message clusterStatus { state } } }',
    );
    expect(data).toEqual({ updateNode: null });
    expect(errors[0]?.message).toMatch(/^The change was made \("Successfully [^"]+", "node-2 was replicated in one/);
  });

  it('whose read fails says that the change was made', async () => {
    await using stack = await startStack();
    stack.sandbox.node('node-1').faults.add('cluster_status', { kind: 'garble' });
    const { errors } = await stack.ask(
      'mutation { removeNode(input: { hostname: "node-3" }) { message clusterStatus { state } } }',
    );
    expect(errors[0]?.message).toMatch(/^The change was made \("Successfully removed 'node-3' from cluster"\)/);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      retryable: false,
      outcomeUnknown: false,
    });
    expect((await stack.ask('{ clusterStatus { connections { name } } }')).data.clusterStatus.connections).toEqual([
      { name: 'node-2' },
    ]);
  });
});
