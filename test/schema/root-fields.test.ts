import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.ts';

const TWO = '{ clusterStatus { nodeName } viewer { username } }';

describe('a query of several root fields', () => {
  it('keeps the data of the others when one fails', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    stack.sandbox.node('node-1').faults.add('cluster_status', { kind: 'garble' });
    const { status, data, errors } = await stack.ask(TWO);
    expect([status, data]).toEqual([200, { clusterStatus: null, viewer: { username: 'admin' } }]);
    expect(errors).toMatchObject([{ path: ['clusterStatus'], extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } }]);
  });

  it('keeps what the gateway says of itself when everything else fails', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await stack.sandbox.node('node-1').kill();
    const { status, data, errors } = await stack.ask(
      '{ gateway { backend { reachable } } clusterStatus { nodeName } peer(name: "node-2") { name } routes { url } }',
    );
    expect([status, data]).toEqual([
      200,
      { gateway: { backend: { reachable: false } }, clusterStatus: null, peer: null, routes: null },
    ]);
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      [['clusterStatus'], ['peer'], ['routes']].map((path) => [path, 'UPSTREAM_UNAVAILABLE']),
    );
  });

  it('has the HTTP status of the failure when all of them fail', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    await stack.sandbox.node('node-1').kill();
    const { status, data, errors } = await stack.ask(TWO);
    expect([status, data, errors.length]).toEqual([502, { clusterStatus: null, viewer: null }, 2]);
  });
});
