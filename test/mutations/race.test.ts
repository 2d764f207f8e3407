import { describe, expect, it } from 'vitest';
import { OWN_CREDENTIALS } from '../../src/auth/credentials.ts';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { operations } from '../../src/harper/operations.ts';
import { createLock } from '../../src/mutations/lock.ts';
import { createLocks } from '../../src/mutations/locks.ts';
import { createSender } from '../../src/mutations/sender.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { CONFIGURE, heldBy, LOGIN, plan, raceToConfigure } from '../support/cluster.ts';
import { type AskOptions, ask, DIALECTS, startStack } from '../support/stack.ts';

describe.each(DIALECTS)('configureCluster with an expected revision on Harper %s', (dialect) => {
  it('is refused as a conflict when the topology has moved, and sends nothing', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const { revision } = await plan(stack, []);
    await stack.ask('mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message } }');
    const held = heldBy(stack.sandbox);
    const input = { connections: [], expectedRevision: revision };
    const { errors, status } = await stack.ask(CONFIGURE, { variables: { input } });
    expect([status, errors[0]?.extensions]).toMatchObject([
      200,
      {
        code: 'CONFLICT',
        retryable: false,
        operation: 'configure_cluster',
        expected: revision,
        actual: (await plan(stack, [])).revision,
      },
    ]);
    expect(heldBy(stack.sandbox)).toEqual(held);
    expect(stack.sandbox.node('node-1').received.get('configure_cluster')).toBeUndefined();
  });

  it('conflicts also when a start time or revoked certificates have changed', async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const connections = ['node-2', 'node-3'].map((hostname) => ({ hostname, authorization: LOGIN }));
    const { revision, isNoop } = await plan(stack, connections);
    expect(isNoop).toBe(true);
    await stack.ask('mutation { updateNode(input: { hostname: "node-2", revokedCertificates: ["BAD"] }) { message } }');
    const { errors } = await stack.ask(CONFIGURE, {
      variables: { input: { connections, expectedRevision: revision } },
    });
    expect(errors[0]?.extensions.code).toBe('CONFLICT');
    expect(heldBy(stack.sandbox)[0]).toMatchObject({ revokedCertificates: ['BAD'] });
  });

  it('succeeds for exactly one of 50 at once, asked of two gateways with the same locks, for every revision', {
    timeout: 180_000,
  }, async () => {
    await using stack = await startStack({ sandbox: { dialect } });
    const config = readConfig({ HARPER_URL: stack.sandbox.node('node-1').url, PORT: '0' });
    const locks = createLocks();
    await using one = await startGateway(config, { logger: createLogger('silent'), locks });
    await using other = await startGateway(config, { logger: createLogger('silent'), locks });
    const askers = [one, other].map(({ url }) => ({
      ask: (query: string, options?: AskOptions) => ask(url, query, options),
    }));
    for (let round = 1; round <= 3; round += 1) {
      const { revision } = await plan(stack, []);
      const { winners, codes } = await raceToConfigure(askers, revision, round * 100);
      expect(winners.length).toBe(1);
      expect(codes).toEqual(new Array(49).fill('CONFLICT'));
      const [shard] = winners;
      expect(heldBy(stack.sandbox)).toMatchObject([{ shard }, { shard }]);
    }
    expect(stack.sandbox.node('node-1').mostStatusCalls).toBeLessThanOrEqual(2);
  });

  it('waits for a change that is running, and then conflicts with it', async () => {
    await using stack = await startStack({ sandbox: { dialect, spares: 1 } });
    const { revision } = await plan(stack, []);
    const hold = stack.sandbox.node('node-1').faults.hold('add_node', 'after');
    const adding = stack.ask('mutation($input: AddNodeInput!) { addNode(input: $input) { message } }', {
      variables: { input: { hostname: 'node-4', authorization: LOGIN } },
    });
    await hold.arrived;
    const configuring = stack.ask(CONFIGURE, { variables: { input: { connections: [], expectedRevision: revision } } });
    const first = await Promise.race([
      configuring.then(() => 'configured'),
      stack.ask('{ clusterStatus { nodeName } }').then(() => 'read'),
    ]);
    expect(first).toBe('read');
    hold.release();
    expect((await adding).errors).toEqual([]);
    expect((await configuring).errors[0]?.extensions.code).toBe('CONFLICT');
  });
});

it('waits for its turn no longer than a change may take, and says that nothing was sent', async () => {
  const lock = createLock();
  const held = Promise.withResolvers<void>();
  const holding = lock.hold('shared', 60_000, () => held.promise);
  const sender = createSender({
    client: {} as never,
    credentials: OWN_CREDENTIALS,
    readStatus: async () => fail(),
    writeTimeout: 20,
  });
  await expect(sender.locked(lock, 'exclusive', async () => fail())).rejects.toMatchObject({
    message: 'Another change of this cluster was still running after 20 ms; nothing was sent.',
    code: 'UPSTREAM_TIMEOUT',
    retryable: false,
    details: { outcomeUnknown: false },
  });
  held.resolve();
  await holding;
});

it('refuses a wrong input without waiting for its turn', async () => {
  const lock = createLock();
  const held = Promise.withResolvers<void>();
  const holding = lock.hold('exclusive', 60_000, () => held.promise);
  const sender = createSender({
    client: {} as never,
    credentials: OWN_CREDENTIALS,
    readStatus: async () => fail(),
    writeTimeout: 60_000,
  });
  await expect(sender.sendShared(lock, operations.addNode, { hostname: '' })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { issues: [{ path: ['input', 'hostname'] }] },
  });
  held.resolve();
  await holding;
});

function fail(): never {
  throw new Error('this was not to be called');
}
