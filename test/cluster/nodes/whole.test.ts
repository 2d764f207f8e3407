import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { FAST, startStack, VIEWER } from '../../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3'];
const CLUSTER = `{ cluster {
  state isComplete freshness observedAt
  nodes { name state reason isMember version operationsUrl url view { nodeName } links { nodes } }
  links { nodes database state reason views { nodeName connected } }
  islands { database nodes }
  disagreements { kind nodes message remedy }
} }`;

describe('cluster', () => {
  it('has the views of all nodes, their links, and nothing to complain about', async () => {
    await using stack = await startStack({ addresses: ALL });
    const { data, errors } = await stack.ask(CLUSTER);
    expect(errors).toEqual([]);
    const { cluster } = data;
    expect([cluster.state, cluster.isComplete, cluster.freshness]).toEqual(['HEALTHY', true, 'LIVE']);
    expect(cluster.nodes.map((node: { name: string; state: string }) => `${node.name} ${node.state}`)).toEqual(
      ALL.map((name) => `${name} UP`),
    );
    for (const { name, view, reason } of cluster.nodes) expect([view.nodeName, reason]).toEqual([name, null]);
    expect(cluster.links).toHaveLength(6);
    for (const link of cluster.links) expect([link.state, link.views.length]).toEqual(['CONNECTED', 2]);
    expect(cluster.islands).toEqual([{ database: null, nodes: ALL }]);
    expect(cluster.disagreements).toEqual([]);
  });

  it('lives on when any node is killed, and says which, why, and what is left', async () => {
    await using stack = await startStack({ addresses: ALL });
    await stack.ask(CLUSTER);
    for (const name of ALL) {
      const others = ALL.filter((each) => each !== name);
      await stack.sandbox.node(name).kill();
      await eventually(async () => {
        const { data } = await stack.ask(CLUSTER);
        const { cluster } = data;
        expect([cluster.state, cluster.isComplete]).toEqual(['DEGRADED', false]);
        const lost = cluster.nodes.filter((node: { state: string }) => node.state !== 'UP');
        expect(lost).toHaveLength(1);
        expect(lost[0]).toMatchObject({ state: 'UNREACHABLE', view: null, reason: expect.stringContaining('refused') });
        expect(cluster.islands).toEqual([{ database: null, nodes: others }]);
        const states = cluster.links.map((link: { nodes: string[]; state: string }) => [
          link.nodes.every((each) => others.includes(each)),
          link.state,
        ]);
        for (const [isAmongOthers, state] of states) expect(state).toBe(isAmongOthers ? 'CONNECTED' : 'UNCONFIRMED');
      });
      await stack.sandbox.node(name).start();
      await eventually(async () =>
        expect((await stack.ask('{ cluster { state } }')).data.cluster.state).toBe('HEALTHY'),
      );
    }
  });

  it('costs a frozen node its own view and nothing else', async () => {
    await using stack = await startStack({ addresses: ALL, settings: { VIEW_TIMEOUT: '2000' } });
    await eventually(async () => expect((await stack.ask(CLUSTER)).data.cluster.isComplete).toBe(true));
    stack.sandbox.node('node-2').freeze();
    const { data } = await stack.ask('{ cluster { nodes { name state reason } } }');
    expect(data.cluster.nodes).toEqual([
      { name: 'node-1', state: 'UP', reason: null },
      { name: 'node-2', state: 'UNREACHABLE', reason: expect.stringContaining('no whole answer') },
      { name: 'node-3', state: 'UP', reason: null },
    ]);
  });

  it('shows as UNASKED whom only its peers know', async () => {
    await using stack = await startStack({ addresses: ['node-1'] });
    const { data } = await stack.ask(CLUSTER);
    expect(data.cluster.nodes.map((node: { state: string }) => node.state)).toEqual(['UP', 'UNASKED', 'UNASKED']);
    expect([data.cluster.state, data.cluster.isComplete]).toEqual(['HEALTHY', false]);
  });

  it('shows a spare that is no member, and is not disturbed by it', async () => {
    await using stack = await startStack({ addresses: [...ALL, 'node-4'], sandbox: { spares: 1 } });
    const { data } = await stack.ask(CLUSTER);
    expect(data.cluster.nodes.at(-1)).toMatchObject({ name: 'node-4', state: 'UP', isMember: false });
    expect([data.cluster.state, data.cluster.disagreements]).toEqual(['HEALTHY', []]);
  });

  it('has one node where two addresses lead to one, and asks it once', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: { ...FAST, pingInterval: 60_000, worker: 5 } });
    const urls = sandbox.nodes.map(({ url }) => url);
    await using stack = await startStack({
      settings: { HARPER_URL: [...urls, ...urls.map((url) => url.replace('127.0.0.1', 'localhost'))].join(',') },
    });
    for (const times of [2, 3, 4]) {
      const { data } = await stack.ask(CLUSTER);
      expect(data.cluster.nodes.map((node: { name: string }) => node.name)).toEqual(['node-1', 'node-2']);
      expect(data.cluster.disagreements).toEqual([]);
      expect(sandbox.nodes.map(({ received }) => received.get('cluster_status'))).toEqual([times, times]);
    }
    expect(sandbox.nodes.map(({ mostStatusCalls }) => mostStatusCalls)).toEqual([1, 1]);
  });

  it('fails as any query does when no node answers, and for who may not see it', async () => {
    await using stack = await startStack({ addresses: ALL });
    const refused = await stack.ask(CLUSTER, { as: VIEWER });
    expect([refused.data.cluster, refused.errors[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
    for (const node of stack.sandbox.nodes) await node.kill();
    const failed = await stack.ask(CLUSTER);
    expect([failed.data.cluster, failed.errors[0]?.extensions.code]).toEqual([null, 'UPSTREAM_UNAVAILABLE']);
  });
});

describe('clusterNode', () => {
  it('is one of the nodes, or null', async () => {
    await using stack = await startStack({ addresses: ALL });
    const { data } = await stack.ask(`{
      it: clusterNode(name: "node-2") { name state links { database } }
      no: clusterNode(name: "__proto__") { name }
    }`);
    expect(data.it).toMatchObject({ name: 'node-2', state: 'UP' });
    expect(data.it.links).toHaveLength(4);
    expect(data.no).toBe(null);
  });
});

describe('gateway', () => {
  it('lists every node that can be asked', async () => {
    await using stack = await startStack({ addresses: ALL });
    await stack.sandbox.node('node-3').kill();
    await stack.ask('{ cluster { state } }');
    const { data } = await stack.ask(`{ gateway {
      backend { name }
      backends { name url reachable lastError isChosen discovered oneAtATime version }
    } }`);
    expect(data.gateway.backend).toEqual({ name: 'node-1' });
    expect(data.gateway.backends.map((each: { url: string }) => each.url)).toEqual(
      stack.sandbox.nodes.map(({ url }) => url),
    );
    expect(data.gateway.backends[0]).toMatchObject({
      reachable: true,
      lastError: null,
      isChosen: true,
      oneAtATime: true,
    });
    expect(data.gateway.backends[2]).toMatchObject({
      name: null,
      reachable: false,
      isChosen: false,
      lastError: expect.stringContaining('refused'),
    });
  });
});
