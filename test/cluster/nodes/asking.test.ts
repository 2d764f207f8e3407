import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startStack } from '../../support/stack.ts';

describe('the question to all nodes', () => {
  it('does not wait for a version longer than for a view, and takes no node for lost by it', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 2, dialect: '5.2' },
      addresses: ['node-1', 'node-2'],
      settings: { VIEW_TIMEOUT: '4000' },
    });
    stack.sandbox.node('node-1').faults.add('search_by_value', { kind: 'hang' }, Number.POSITIVE_INFINITY);
    const { data, errors } = await stack.ask('{ cluster { nodes { name state version } } }');
    expect(errors).toEqual([]);
    expect(data.cluster.nodes).toEqual([
      { name: 'node-1', state: 'UP', version: null },
      { name: 'node-2', state: 'UP', version: expect.stringMatching(/^5\./) },
    ]);
    const { data: after } = await stack.ask('{ gateway { backends { isChosen } } }');
    expect(after.gateway.backends).toEqual([{ isChosen: true }, { isChosen: true }]);
  });
});

describe('/ready', () => {
  it('does not bring back a node that answers nothing but /health', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 2 },
      addresses: ['node-1', 'node-2'],
      settings: { READ_TIMEOUT: '3000' },
    });
    stack.sandbox.node('node-1').faults.add('cluster_status', { kind: 'hang' }, Number.POSITIVE_INFINITY);
    const { data } = await stack.ask('{ clusterStatus { nodeName } }');
    expect(data.clusterStatus.nodeName).toBe('node-2');
    const chosen = async () => {
      const { data: found } = await stack.ask('{ gateway { backends { isChosen } } }');
      return found.gateway.backends.map(({ isChosen }: { isChosen: boolean }) => isChosen);
    };
    // A probe may have found it well since; then it has to fail again first.
    await eventually(async () => {
      await stack.ask('{ clusterStatus { nodeName } }');
      expect(await chosen()).toEqual([false, true]);
      expect((await fetch(new URL('/ready', stack.url))).status).toBe(200);
      expect(await chosen()).toEqual([false, true]);
    });
  });
});
