import { describe, expect, it } from 'vitest';
import { LOGIN } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { DIALECTS, type Stack, startStack } from '../support/stack.ts';

const ALL = ['node-1', 'node-2', 'node-3', 'node-4'];

interface Found {
  readonly kind: string;
  readonly nodes: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

async function disagreements(stack: Stack): Promise<readonly Found[]> {
  const { data, errors } = await stack.ask('{ cluster { disagreements { kind nodes message remedy } } }');
  expect(errors).toEqual([]);
  return data.cluster.disagreements;
}

/** Waits for the disagreement of a kind, and for nothing else to be disagreed about. */
async function disagreement(stack: Stack, kind: string): Promise<Found> {
  return eventually(async () => {
    const found = await disagreements(stack);
    expect(new Set(found.map((each) => each.kind))).toEqual(new Set([kind]));
    return found[0] as Found;
  });
}

async function agreement(stack: Stack): Promise<void> {
  await eventually(async () => expect(await disagreements(stack)).toEqual([]));
}

async function change(stack: Stack, mutation: string, input: object): Promise<Record<string, unknown>> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await stack.ask(
    `mutation($input: ${type}!) { ${mutation}(input: $input) { node message partial warnings } }`,
    { variables: { input } },
  );
  expect(errors).toEqual([]);
  return data[mutation];
}

const add = (stack: Stack, hostname: string, node: string, more = {}) =>
  change(stack, 'addNode', { hostname, node, authorization: LOGIN, ...more });
const remove = (stack: Stack, hostname: string, node: string) => change(stack, 'removeNode', { hostname, node });

/** A cluster of three nodes and a spare, all of which are asked. */
const startFour = (dialect: '4.7' | '5.2') =>
  startStack({ addresses: ALL, sandbox: { dialect, nodes: 3, spares: 1 }, settings: { POLL_INTERVAL: '100' } });

describe.each(DIALECTS)('what the remedy says ends the disagreement on %s:', (dialect) => {
  it('a removed node is added again', async () => {
    await using stack = await startFour(dialect);
    await disagreements(stack);
    await remove(stack, 'node-3', 'node-1');
    const { nodes, message, remedy } = await disagreement(stack, 'MEMBER_UNKNOWN');
    expect(nodes).toEqual(['node-3', 'node-1', 'node-2']);
    expect(message).toBe('node-3 lists node-1, node-2, which do not list it: it was removed, or never joined.');
    expect(remedy).toContain('add node-3 at node-1');
    await add(stack, 'node-3', 'node-1');
    await agreement(stack);
  });

  it('a node that joined half is added again with a login that is good there, or taken back', async () => {
    await using stack = await startFour(dialect);
    await disagreements(stack);
    const wrong = { basic: { username: 'admin', password: 'wrong' } };
    for (const mend of [() => remove(stack, 'node-4', 'node-1'), () => add(stack, 'node-4', 'node-1')]) {
      expect((await add(stack, 'node-4', 'node-1', { authorization: wrong })).partial).toBe(true);
      const { nodes, message, remedy } = await disagreement(stack, 'MEMBER_UNKNOWN');
      expect(nodes[0]).toBe('node-4');
      expect(message).toContain('half a join');
      expect(remedy).toMatch(/add node-4 at node-1 again .* remove node-4 at node-1/);
      await mend();
      await agreement(stack);
    }
  });

  it('a node that was renamed is added under its name, and the old one removed', async () => {
    await using stack = await startFour(dialect);
    await disagreements(stack);
    await stack.sandbox.node('node-3').rename('node-three');
    await eventually(async () => {
      const found = await disagreements(stack);
      expect(found.find(({ nodes }) => nodes[0] === 'node-3')).toMatchObject({
        kind: 'MEMBER_UNKNOWN',
        message: expect.stringContaining('node-3 now calls itself node-three'),
        remedy: 'Add node-three at node-1 (addNode), unless it is listed, then remove node-3 there (removeNode).',
      });
    });
    await add(stack, 'node-three', 'node-1');
    await remove(stack, 'node-3', 'node-1');
    await agreement(stack);
  });

  it('a second node of one name gets its own, and is added under that', async () => {
    await using stack = await startFour(dialect);
    await disagreements(stack);
    await stack.sandbox.node('node-4').rename('node-2');
    const { message, remedy } = await disagreement(stack, 'NAME_TAKEN_TWICE');
    expect(message).toMatch(/^Different nodes call themselves node-2: those at http:\S+ and http:\S+\.$/);
    expect(remedy).toContain('give it a name of its own');
    const double = stack.sandbox.nodes[3];
    await double?.rename('node-4');
    await agreement(stack);
    await add(stack, 'node-4', 'node-1');
    await agreement(stack);
  });

  it('a node that can send and not receive is let through again', async () => {
    await using stack = await startFour(dialect);
    await disagreements(stack);
    stack.sandbox.cut('node-1', 'node-2', { oneWay: true });
    const { nodes, message, remedy } = await disagreement(stack, 'LINK_ONE_SIDED');
    expect(nodes).toEqual(['node-2', 'node-1']);
    expect(message).toContain('changes of node-1 do not reach it');
    expect(remedy).toContain('See that node-2 can reach the replication port of node-1');
    stack.sandbox.mend('node-1', 'node-2');
    await agreement(stack);
  });

  it('a node of an older release is brought to that of the others', async () => {
    await using stack = await startFour(dialect);
    const node = stack.sandbox.node('node-2');
    const { version } = node;
    await node.kill();
    node.version = dialect === '4.7' ? '4.6.9' : '5.1.0';
    await node.start();
    const { nodes, remedy } = await disagreement(stack, 'VERSION_DIFFERS');
    expect(nodes).toEqual(['node-1', 'node-2', 'node-3']);
    expect(remedy).toBe('Bring all nodes to one release.');
    await node.kill();
    node.version = version;
    await node.start();
    await agreement(stack);
  });
});

describe('a removed node', () => {
  it('of 4.7 is made to forget the others by `alsoAt`, each with a step', async () => {
    await using stack = await startFour('4.7');
    await disagreements(stack);
    const { data } = await stack.ask(
      `mutation { removeNode(input: { hostname: "node-3", alsoAt: ["node-3"] }) {
        node partial warnings steps { at node ok result message }
      } }`,
    );
    expect(data.removeNode).toMatchObject({ node: 'node-1', partial: false, warnings: [] });
    expect(data.removeNode.steps).toEqual(
      ['node-1', 'node-2'].map((node) => ({
        at: 'node-3',
        node,
        ok: true,
        result: 'DONE',
        message: `Successfully removed '${node}' from cluster`,
      })),
    );
    await agreement(stack);
  });

  it('of 5.2 is not, because the members would obey it: it is shut down instead', async () => {
    await using stack = await startFour('5.2');
    await disagreements(stack);
    const { data } = await stack.ask(
      `mutation { removeNode(input: { hostname: "node-3", alsoAt: ["node-3"] }) {
        partial warnings steps { at result }
      } }`,
    );
    expect(data.removeNode).toMatchObject({ partial: true, steps: [{ at: 'node-3', result: 'NOT_RUN' }] });
    expect(data.removeNode.warnings[0]).toContain('would obey');
    const { remedy } = await disagreement(stack, 'MEMBER_UNKNOWN');
    expect(remedy).toContain('shut it down');
    await stack.sandbox.node('node-3').kill();
    await agreement(stack);
    const { data: after } = await stack.ask('{ cluster { state islands { nodes } } }');
    expect(after.cluster).toEqual({ state: 'HEALTHY', islands: [{ nodes: ['node-1', 'node-2'] }] });
  });

  it('is removed at another node as well, or at none where a name is not known', async () => {
    await using stack = await startFour('4.7');
    await disagreements(stack);
    const { errors } = await stack.ask(
      'mutation { removeNode(input: { hostname: "node-3", alsoAt: ["node-2", "node-9"] }) { message } }',
    );
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['input', 'alsoAt', 1] }] });
    expect(stack.sandbox.node('node-1').received.get('remove_node')).toBeUndefined();
  });
});

describe('table subscriptions that do not match', () => {
  it('are made anew', async () => {
    await using stack = await startStack({
      addresses: ['node-1', 'node-2'],
      sandbox: { nodes: 1, spares: 1 },
      settings: { POLL_INTERVAL: '100' },
    });
    await disagreements(stack);
    const dog = { database: 'dev', table: 'dog', publish: false, subscribe: true };
    await add(stack, 'node-2', 'node-1', { subscriptions: [dog] });
    await agreement(stack);
    const node = stack.sandbox.node('node-2');
    await node.kill();
    await add(stack, 'node-2', 'node-1', { subscriptions: [{ ...dog, publish: true }] });
    await node.start();
    const { remedy } = await disagreement(stack, 'TABLES_DIFFER');
    expect(remedy).toMatch(/^Remove node-2 at node-1 and node-1 at node-2 .* then add node-2 at node-1/);
    await remove(stack, 'node-2', 'node-1');
    await remove(stack, 'node-1', 'node-2').catch(() => undefined);
    await add(stack, 'node-2', 'node-1', { subscriptions: [{ ...dog, publish: true }] });
    await agreement(stack);
  });
});
