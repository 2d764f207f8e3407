import { describe, expect, it } from 'vitest';
import { LOGIN } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startStack } from '../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3'];

describe('a plan', () => {
  const PLAN = `query($connections: [NodeInput!]!, $node: String) {
    clusterPlan(connections: $connections, node: $node) { nodeName isNoop warnings changes { kind node } }
  }`;

  it('warns where the views disagree about what it would change, and about nothing else', async () => {
    await using stack = await startStack({ addresses: ALL });
    stack.sandbox.cut('node-1', 'node-3', { oneWay: true });
    const plan = async (connections: object[]) =>
      (await stack.ask(PLAN, { variables: { connections } })).data.clusterPlan;
    await eventually(async () => {
      const removed = await plan([{ hostname: 'node-2' }]);
      expect(removed.changes[0]).toEqual({ kind: 'REMOVE', node: 'node-3' });
      expect(removed.warnings).toHaveLength(2);
      for (const warning of removed.warnings) expect(warning).toContain('node-3 is not connected to node-1');
    });
    const kept = await plan([{ hostname: 'node-3' }]);
    expect(kept.changes).toEqual([
      { kind: 'REMOVE', node: 'node-2' },
      { kind: 'KEEP', node: 'node-3' },
    ]);
    expect(kept.warnings).toEqual([]);
  });
});

describe('the payload of a change', () => {
  it('has what every node’s view holds after it, also where only a part was done', async () => {
    await using stack = await startStack({
      addresses: [...ALL, 'node-4'],
      sandbox: { dialect: '5.2', nodes: 3, spares: 1 },
    });
    const { data, errors } = await stack.ask(
      `mutation($input: ConfigureClusterInput!) { configureCluster(input: $input) {
        node partial
        steps { node kind result }
        cluster { disagreements { kind nodes } nodes { name view { connections { name } } } }
      } }`,
      {
        variables: {
          input: {
            connections: [
              { hostname: 'node-2' },
              { hostname: 'node-3' },
              { hostname: 'node-4', authorization: { basic: { ...LOGIN.basic, password: 'wrong' } } },
            ],
          },
        },
      },
    );
    expect(errors).toEqual([]);
    const { partial, steps, cluster } = data.configureCluster;
    expect([partial, steps]).toEqual([true, [{ node: 'node-4', kind: 'ADD', result: 'PARTIAL' }]]);
    expect(cluster.disagreements[0]).toMatchObject({ kind: 'MEMBER_UNKNOWN' });
    expect(cluster.nodes[3]).toEqual({ name: 'node-4', view: { connections: [] } });
    expect(cluster.nodes[0].view.connections.map(({ name }: { name: string }) => name)).toContain('node-4');
  });
});

describe('links in groups', () => {
  interface Entry {
    readonly nodes: readonly string[];
    readonly databases: readonly string[];
    readonly database: string;
    readonly state: string;
  }

  it('say the same as each link by itself, those of two nodes that are alike together', async () => {
    await using stack = await startStack({ addresses: ALL });
    stack.sandbox.cut('node-1', 'node-2');
    stack.sandbox.cut('node-1', 'node-3', { databases: ['dev'] });
    const query = `{ cluster {
      links { nodes database state since reason }
      linkGroups { nodes databases state since reason }
    } }`;
    await eventually(async () => {
      const { links, linkGroups } = (await stack.ask(query)).data.cluster as Record<string, Entry[]>;
      expect(links?.map(({ state }) => state)).toEqual(['DOWN', 'DOWN', 'DOWN', 'CONNECTED', 'CONNECTED', 'CONNECTED']);
      const alone = linkGroups?.flatMap(({ databases, ...rest }) =>
        databases.map((database) => ({ ...rest, database })),
      );
      expect(alone).toEqual(links);
      expect(linkGroups?.map(({ databases, state }) => [databases, state])).toEqual([
        [['dev', 'system'], 'DOWN'],
        [['dev'], 'DOWN'],
        [['system'], 'CONNECTED'],
        [['dev', 'system'], 'CONNECTED'],
      ]);
    });
  });
});
