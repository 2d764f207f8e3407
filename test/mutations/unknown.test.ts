import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { LOGIN } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { start as startProgram } from '../support/process.ts';
import { ADMIN, ask, DIALECTS, FAST, type Stack, startStack, VIEWER } from '../support/stack.ts';

/** Each mutation, and by which operations the two versions are sent it. */
const MUTATIONS: readonly [
  name: string,
  input: object,
  operations: { '4.7': string; '5.2': string },
  target: unknown,
][] = [
  ['addNode', { hostname: 'node-4', authorization: LOGIN }, both('add_node'), 'node-4'],
  ['updateNode', { hostname: 'node-2', shard: 1 }, { '4.7': 'update_node', '5.2': 'add_node' }, 'node-2'],
  ['removeNode', { hostname: 'node-2' }, both('remove_node'), 'node-2'],
  [
    'configureCluster',
    { connections: [{ hostname: 'node-2', authorization: LOGIN }] },
    { '4.7': 'configure_cluster', '5.2': 'remove_node' },
    ['node-2'],
  ],
  [
    'setRoutes',
    { routes: [{ url: 'ws://a:1' }] },
    { '4.7': 'cluster_set_routes', '5.2': 'set_configuration' },
    ['a:1'],
  ],
  [
    'deleteRoutes',
    { routes: [{ host: { hostname: 'b', port: 2 } }] },
    { '4.7': 'cluster_delete_routes', '5.2': 'set_configuration' },
    ['b:2'],
  ],
];

function both(operation: string) {
  return { '4.7': operation, '5.2': operation };
}

async function start(dialect: '4.7' | '5.2'): Promise<Stack> {
  const stack = await startStack({ sandbox: { dialect, spares: 1 } });
  stack.sandbox.node('node-1').routes = ['ws://b:2'];
  return stack;
}

function documentOf(name: string): string {
  return `mutation($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { message } }`;
}

/** What came of the changes of a gateway, by its audit log. Each that was tried has a line before, with the same id. */
function audited({ logs }: Stack): Record<string, unknown>[] {
  const lines = logs.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ audit }) => audit === true);
  const begun = new Map(lines.filter(({ outcome }) => outcome === undefined).map((line) => [line.changeId, line]));
  const ended = lines.filter(({ outcome }) => outcome !== undefined);
  for (const line of ended.filter(({ changeId }) => changeId !== undefined)) {
    const { requestId, user, mutation, target } = line;
    const beginning = begun.get(line.changeId);
    expect(beginning).toMatchObject({ requestId, user, mutation, target });
    expect(lines.indexOf(beginning ?? {})).toBeLessThan(lines.indexOf(line));
    begun.delete(line.changeId);
  }
  return ended;
}

describe.each(DIALECTS)('a change on Harper %s', (dialect) => {
  it.each(MUTATIONS)(
    '%s whose answer never came has an unknown outcome, one audit line and no second try',
    async (name, input, operations, target) => {
      await using stack = await start(dialect);
      const node = stack.sandbox.node('node-1');
      const operation = operations[dialect];
      const hold = node.faults.hold(operation, 'after');
      const asking = stack.ask(documentOf(name), { variables: { input }, headers: { 'x-request-id': `dies-${name}` } });
      await hold.arrived;
      await node.kill();
      hold.release();
      const { errors, data } = await asking;
      expect(data).toEqual({ [name]: null });
      expect(errors[0]?.extensions).toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        outcomeUnknown: true,
        retryable: false,
        operation,
      });
      expect(errors[0]?.message).toMatch(/may have been carried out all the same: read clusterStatus or routes/);
      expect(node.received.get(operation)).toBe(1);
      expect(audited(stack)).toMatchObject([
        {
          audit: true,
          requestId: `dies-${name}`,
          user: 'admin',
          mutation: name,
          target,
          outcome: 'UPSTREAM_UNAVAILABLE',
          outcomeUnknown: true,
          durationMs: expect.any(Number),
        },
      ]);
      await node.start();
    },
  );

  it.each(MUTATIONS)('%s is audited with who, what and how it ended', async (name, input, _, target) => {
    await using stack = await start(dialect);
    await stack.ask(documentOf(name), { variables: { input } });
    await stack.ask(documentOf(name), { variables: { input }, as: VIEWER });
    await stack.ask(documentOf(name), { variables: { input }, as: null });
    const line = { mutation: name, target, durationMs: expect.any(Number), requestId: expect.any(String) };
    expect(audited(stack)).toMatchObject([
      { ...line, user: 'admin', outcome: 'DONE', emulated: dialect === '5.2' && !/^(add|remove)Node$/.test(name) },
      { ...line, user: 'viewer', outcome: 'FORBIDDEN' },
      // What an anonymous caller sends is not looked at.
      { ...line, target: [], user: null, outcome: 'UNAUTHENTICATED' },
    ]);
    expect(audited(stack).length).toBe(3);
  });

  it.each(MUTATIONS)(
    '%s goes on when its caller leaves, once, and its outcome is audited',
    async (name, input, operations) => {
      await using stack = await start(dialect);
      const node = stack.sandbox.node('node-1');
      const hold = node.faults.hold(operations[dialect]);
      const leaving = new AbortController();
      const asking = stack.ask(documentOf(name), { variables: { input }, signal: leaving.signal });
      await hold.arrived;
      leaving.abort();
      await expect(asking).rejects.toThrow(/abort/i);
      hold.release();
      await eventually(() => expect(audited(stack)).toMatchObject([{ mutation: name, outcome: 'DONE' }]));
      expect(node.received.get(operations[dialect])).toBe(1);
    },
  );
});

describe('the audit log', () => {
  it('has a line of a change that runs when the process is killed', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    await using program = startProgram(process.execPath, ['src/cli.ts'], {
      HARPER_URL: sandbox.node('node-1').url,
      PORT: '0',
    });
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    const hold = sandbox.node('node-1').faults.hold('remove_node', 'after');
    const asking = ask(url, 'mutation { removeNode(input: { hostname: "node-2" }) { message } }').catch(
      () => undefined,
    );
    await hold.arrived;
    program.child.kill('SIGKILL');
    await program.ended;
    await asking;
    hold.release();
    const lines = program
      .stdout()
      .split('\n')
      .filter((line) => line.includes('"audit":true'));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { mutation: 'removeNode', target: 'node-2', user: 'admin', changeId: expect.any(String), msg: 'A change begins' },
    ]);
  });

  it('names the user of a token, and is written whatever LOG_LEVEL says', async () => {
    await using stack = await startStack({ settings: { LOG_LEVEL: 'error' } });
    const admin = stack.sandbox.logins.users.get('admin');
    const token = admin && stack.sandbox.logins.issue(admin).operation_token;
    await stack.ask('mutation { removeNode(input: { hostname: "node-2" }) { message } }', { as: `Bearer ${token}` });
    expect(audited(stack)).toMatchObject([{ user: 'admin', mutation: 'removeNode', outcome: 'DONE' }]);
    expect(stack.logs.join('')).not.toContain(token?.split('.')[2]);
  });

  it('says what became of each step, and that a part is not done', async () => {
    await using stack = await startStack({ sandbox: { dialect: '5.2' } });
    const input = { connections: [{ hostname: 'node-2' }, { hostname: 'node-9' }] };
    await stack.ask(documentOf('configureCluster'), { variables: { input } });
    expect(audited(stack)).toMatchObject([
      {
        outcome: 'PARTIAL',
        steps: [
          { node: 'node-9', kind: 'ADD', result: 'PARTIAL' },
          { node: 'node-3', kind: 'REMOVE', result: 'NOT_RUN' },
        ],
      },
    ]);
  });

  it('writes nothing for a query, and a line for each change of a document', async () => {
    await using stack = await startStack();
    await stack.ask('{ clusterStatus { nodeName } routes { url } }');
    expect(audited(stack)).toEqual([]);
    await stack.ask(
      `mutation {
        a: removeNode(input: { hostname: "node-2" }) { message }
        b: removeNode(input: { hostname: "node-2" }) { message }
      }`,
      { as: ADMIN },
    );
    expect(audited(stack).map(({ outcome }) => outcome)).toEqual(['DONE', 'OPERATION_REFUSED']);
  });
});
