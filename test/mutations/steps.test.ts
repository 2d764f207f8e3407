import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { CONFIGURE, heldBy, LOGIN, plan } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { ask, type Stack, startStack } from '../support/stack.ts';

/** From node-1 to node-3 to this: two are added, one is changed, one is removed. */
const WANTED = [
  { hostname: 'node-2', authorization: LOGIN, shard: 7 },
  { hostname: 'node-4', authorization: LOGIN },
  { hostname: 'node-5', authorization: LOGIN },
];
const STEPS = ['ADD node-4', 'ADD node-5', 'UPDATE node-2', 'REMOVE node-3'];
const REFUSED: Fault = { kind: 'refuse', status: 500, body: { error: 'no room' } };

interface Step {
  readonly node: string;
  readonly kind: string;
  readonly ok: boolean;
  readonly result: string;
  readonly message: string;
}

/** @param writeTimeout short where an answer never comes, so that the test need not wait for it */
function start(writeTimeout = '60000'): Promise<Stack> {
  return startStack({ sandbox: { dialect: '5.2', spares: 2 }, settings: { WRITE_TIMEOUT: writeTimeout } });
}

/** Makes the given step of the run fail. */
function breakStep({ sandbox }: Stack, index: number, fault: Fault): void {
  const { faults } = sandbox.node('node-1');
  const operation = index === 3 ? 'remove_node' : 'add_node';
  if (index > 0 && index < 3) faults.add(operation, { kind: 'delay', ms: 0 }, index);
  faults.add(operation, fault);
}

async function configure(stack: Stack, connections: readonly object[] = WANTED) {
  const { data, errors } = await stack.ask(CONFIGURE, { variables: { input: { connections } } });
  const steps: Step[] = data?.configureCluster?.steps ?? errors[0]?.extensions.steps ?? [];
  return { payload: data?.configureCluster ?? undefined, error: errors[0], steps };
}

/** Whether a step's effect can be seen in what node-1 holds. */
function isMade({ sandbox }: Stack, { node }: Pick<Step, 'node'>): boolean {
  const held = heldBy(sandbox).find(({ name }) => name === node);
  if (node === 'node-3') return held === undefined;
  return node === 'node-2' ? held?.shard === 7 : held !== undefined;
}

/** Fails where a report says something else than the sandbox holds. */
function expectTrue(stack: Stack, steps: readonly Step[]): void {
  expect(steps.map(({ kind, node }) => `${kind} ${node}`)).toEqual(STEPS);
  for (const step of steps) {
    const made = isMade(stack, step);
    const allowed = { DONE: [true], PARTIAL: [true], FAILED: [false], NOT_RUN: [false], UNKNOWN: [true, false] };
    expect([step, allowed[step.result as keyof typeof allowed]]).toEqual([step, expect.arrayContaining([made])]);
    if (step.kind !== undefined && 'ok' in step) expect(step.ok).toBe(step.result === 'DONE');
  }
}

/** Runs the same request again, by a gateway that has all the time it needs. */
async function expectConvergence({ sandbox, ...rest }: Stack): Promise<void> {
  const node = sandbox.node('node-1');
  node.faults.clear();
  const config = readConfig({ HARPER_URL: node.url, PORT: '0' });
  await using gateway = await startGateway(config, { logger: createLogger('silent') });
  const stack: Stack = { ...rest, sandbox, ask: (query, options) => ask(gateway.url, query, options) };
  const { error } = await configure(stack);
  expect(error).toBeUndefined();
  // Its sockets open after the answer, and one may be refused once more before its node has heard of the other.
  await eventually(async () => {
    expect((await plan(stack, WANTED)).changes.filter(({ kind }) => kind !== 'KEEP')).toEqual([]);
  });
  expect(heldBy(stack.sandbox).map(({ name, shard }) => [name, shard])).toEqual([
    ['node-2', 7],
    ['node-4', null],
    ['node-5', null],
  ]);
}

describe('configureCluster step by step', () => {
  it('adds and updates first and removes last, each by one call', async () => {
    await using stack = await start();
    const { payload, steps } = await configure(stack);
    expect(payload).toMatchObject({ partial: false, warnings: [], message: '4 of 4 steps are done.' });
    expectTrue(stack, steps);
    const { received } = stack.sandbox.node('node-1');
    expect([received.get('configure_cluster'), received.get('add_node'), received.get('remove_node')]).toEqual([
      1, 3, 1,
    ]);
    const writes = stack.sandbox.node('node-1').bodies.filter(({ operation }) => /_node$/.test(String(operation)));
    expect(writes.map(({ operation, hostname }) => `${operation} ${hostname}`)).toEqual([
      'add_node node-4',
      'add_node node-5',
      'add_node node-2',
      'remove_node node-3',
    ]);
  });

  it.each([0, 1, 2, 3])(
    'reports step %i refused, goes on with the others, and a second run converges',
    async (index) => {
      await using stack = await start();
      breakStep(stack, index, REFUSED);
      const { payload, steps } = await configure(stack);
      expectTrue(stack, steps);
      expect(payload.partial).toBe(true);
      expect(steps[index]).toMatchObject({ result: 'FAILED', message: 'no room' });
      // Nothing is removed while a new member is missing.
      const others = steps.filter((_, at) => at !== index).map(({ result }) => result);
      expect(others).toEqual(index === 3 ? ['DONE', 'DONE', 'DONE'] : ['DONE', 'DONE', 'NOT_RUN']);
      expect(payload.warnings[0]).toMatch(/no room$/);
      await expectConvergence(stack);
    },
  );

  it.each([0, 1, 2, 3])(
    'reports step %i without an answer and stops there, and a second run converges',
    async (index) => {
      for (const fault of [{ kind: 'hang' }, { kind: 'reset', after: true }, { kind: 'garble' }] as const) {
        await using stack = await start(fault.kind === 'hang' ? '1500' : undefined);
        breakStep(stack, index, fault);
        const { payload, error, steps } = await configure(stack);
        expectTrue(stack, steps);
        expect(steps.slice(0, index).map(({ result }) => result)).toEqual(new Array(index).fill('DONE'));
        expect(steps[index]?.result).toBe('UNKNOWN');
        if (fault.kind !== 'garble') {
          expect(steps.slice(index + 1).map(({ result }) => result)).toEqual(new Array(3 - index).fill('NOT_RUN'));
        }
        // Without a single step that is certainly done it is a failure.
        const failed = index === 0 && fault.kind !== 'garble';
        if (failed)
          expect(error?.extensions).toMatchObject({ code: /^UPSTREAM_/, outcomeUnknown: true, retryable: false });
        else expect(payload.partial).toBe(true);
        await expectConvergence(stack);
      }
    },
  );

  it.each([0, 1, 2, 3])(
    'reports what is done when Harper dies in step %i, and a second run converges',
    async (index) => {
      await using stack = await start();
      const node = stack.sandbox.node('node-1');
      const { faults } = node;
      const operation = index === 3 ? 'remove_node' : 'add_node';
      if (index > 0 && index < 3) faults.add(operation, { kind: 'delay', ms: 0 }, index);
      const hold = faults.hold(operation);
      const running = configure(stack);
      await hold.arrived;
      await node.kill();
      hold.release();
      const { error, steps } = await running;
      expectTrue(stack, steps);
      expect(steps[index]?.result).toBe('UNKNOWN');
      if (index === 0) expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcomeUnknown: true });
      await node.start();
      await expectConvergence(stack);
    },
  );

  it('reports a node that refuses its login, and a second run with the right one converges', async () => {
    await using stack = await start();
    const wrong = { basic: { username: 'admin', password: 'not-the-one' } };
    const { payload, steps } = await configure(
      stack,
      WANTED.map((each) => (each.hostname === 'node-4' ? { ...each, authorization: wrong } : each)),
    );
    expectTrue(stack, steps);
    expect(payload.partial).toBe(true);
    expect(steps.map(({ result }) => result)).toEqual(['PARTIAL', 'DONE', 'DONE', 'NOT_RUN']);
    expect(steps[0]?.message).toMatch(/Connection closed Unauthorized 1008$/);
    await expectConvergence(stack);
  });

  it('reports a node that is down, and a second run converges when it is up', async () => {
    await using stack = await start();
    await stack.sandbox.node('node-5').kill();
    const { steps } = await configure(stack);
    expectTrue(stack, steps);
    expect(steps.map(({ result }) => result)).toEqual(['DONE', 'PARTIAL', 'DONE', 'NOT_RUN']);
    await stack.sandbox.node('node-5').start();
    await expectConvergence(stack);
  });

  it('begins nothing when its caller’s login is refused', async () => {
    await using stack = await start();
    stack.sandbox
      .node('node-1')
      .faults.add('add_node', { kind: 'refuse', status: 401, body: { error: 'token expired' } });
    const { error, steps } = await configure(stack);
    expect(error?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
    expect(steps.map(({ result }) => result)).toEqual(['FAILED', 'NOT_RUN', 'NOT_RUN', 'NOT_RUN']);
  });

  it('refuses to remove a node and add it again without a login, before anything is sent', async () => {
    await using stack = await start();
    await stack.ask('mutation { addNode(input: { hostname: "node-2", shard: 3 }) { message } }');
    const writes = stack.sandbox.node('node-1').bodies.length;
    const { error } = await configure(stack, [{ hostname: 'node-3' }, { hostname: 'node-2' }]);
    expect(error?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [
        { path: ['input', 'connections', 1, 'authorization'], message: expect.stringMatching(/^must be given: /) },
      ],
    });
    const sent = stack.sandbox
      .node('node-1')
      .bodies.slice(writes)
      .map(({ operation }) => operation);
    expect(sent.toSorted()).toEqual(['cluster_get_routes', 'cluster_status', 'get_configuration']);
  });

  it('calls a node lost that could not be added again, removes no other, and a second run repairs it', async () => {
    await using stack = await start();
    await stack.ask('mutation { addNode(input: { hostname: "node-2", shard: 3 }) { message } }');
    stack.sandbox.node('node-1').faults.add('add_node', REFUSED);
    const wanted = [{ hostname: 'node-2', authorization: LOGIN }];
    const { payload, steps } = await configure(stack, wanted);
    expect(steps.map(({ kind, node, result }) => `${kind} ${node} ${result}`)).toEqual([
      'UPDATE node-2 LOST',
      'REMOVE node-3 NOT_RUN',
    ]);
    expect(payload.partial).toBe(true);
    expect(steps[0]?.message).toBe('It was removed, but could not be added again: no room');
    expect(heldBy(stack.sandbox).map(({ name }) => name)).toEqual(['node-3']);
    const again = await configure(stack, wanted);
    expect(again.steps.map(({ result }) => result)).toEqual(['DONE', 'DONE']);
    expect(heldBy(stack.sandbox).map(({ name }) => name)).toEqual(['node-2']);
  });

  it('says that an outcome is unknown also where another step failed before', async () => {
    await using stack = await start();
    const { faults } = stack.sandbox.node('node-1');
    faults.add('add_node', REFUSED);
    faults.add('add_node', { kind: 'reset', after: true });
    const { error, steps } = await configure(stack);
    expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', outcomeUnknown: true, retryable: false });
    expect(steps.map(({ result }) => result)).toEqual(['FAILED', 'UNKNOWN', 'NOT_RUN', 'NOT_RUN']);
  });

  it('finishes the step it has begun when its caller has left and the gateway stops', async () => {
    await using stack = await start();
    await stack.ask('mutation { addNode(input: { hostname: "node-2", shard: 3 }) { message } }');
    const hold = stack.sandbox.node('node-1').faults.hold('remove_node', 'after');
    const leaving = new AbortController();
    const input = { connections: [{ hostname: 'node-2', authorization: LOGIN }, { hostname: 'node-3' }] };
    const asking = stack.ask(CONFIGURE, { variables: { input }, signal: leaving.signal });
    await hold.arrived;
    leaving.abort();
    await expect(asking).rejects.toThrow(/abort/i);
    const stopping = stack.stopGateway();
    hold.release();
    await stopping;
    expect(heldBy(stack.sandbox).map(({ name, shard }) => [name, shard])).toEqual([
      ['node-2', null],
      ['node-3', null],
    ]);
  });

  it('is reported by what Harper says, also where a password is a word of it', async () => {
    for (const password of ['error', 'DONE', 'node', 'target']) {
      await using stack = await start();
      const authorization = { basic: { username: 'x', password } };
      const { payload, steps, error } = await configure(stack, [
        { hostname: 'node-2', authorization },
        { hostname: 'node-9', authorization },
      ]);
      expect(error).toBeUndefined();
      expect(payload.partial).toBe(true);
      expect(steps.map(({ kind, node, result }) => `${kind} ${node} ${result}`)).toEqual([
        'ADD node-9 PARTIAL',
        'REMOVE node-3 NOT_RUN',
      ]);
    }
  });

  it('ends with the step that is running when the gateway stops, and tells its caller', async () => {
    await using stack = await start();
    const hold = stack.sandbox.node('node-1').faults.hold('add_node');
    const running = configure(stack);
    await hold.arrived;
    const stopping = stack.stopGateway();
    hold.release();
    const { payload, steps } = await running;
    expect(steps.map(({ result }) => result)).toEqual(['DONE', 'NOT_RUN', 'NOT_RUN', 'NOT_RUN']);
    expect(payload.warnings[0]).toBe('Adding node-5: The gateway is stopping.');
    await stopping;
  });
});
