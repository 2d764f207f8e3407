import { describe, expect, it } from 'vitest';
import { ForwardClock } from '../support/clock.ts';
import { CONFIGURE, heldBy, LOGIN, plan, raceToConfigure } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateways, startGateways } from '../support/gateways.ts';
import { HAS_REDIS } from '../support/redis-server.ts';

import { DIALECTS, type Stack } from '../support/stack.ts';

const SET_ROUTES = 'mutation($input: SetRoutesInput!) { setRoutes(input: $input) { message } }';

const keyOf = ({ redis }: Gateways, name: string) => redis.command('KEYS', `*{changes}:${name}`);

/** What becomes of all holdings of a lock whose time is over. */
function expire(stack: Gateways, name: string): void {
  const key = keyOf(stack, name);
  const fields = stack.redis.command('HKEYS', key).split('\n');
  stack.redis.command('HDEL', key, ...fields.filter((field) => field.startsWith('h:')));
}

describe.skipIf(!HAS_REDIS).each(DIALECTS)('three gateways of one Harper %s', (dialect) => {
  it('let exactly one of 50 changes at once succeed that expect the same revision', { timeout: 180_000 }, async () => {
    await using stack = await startGateways({ count: 3, sandbox: { dialect } });
    for (let round = 1; round <= 2; round += 1) {
      const { revision } = await plan(stack.all[0] as Stack, []);
      const { winners, codes } = await raceToConfigure(stack.all, revision, round * 100);
      expect(winners).toHaveLength(1);
      expect(codes).toEqual(new Array(49).fill('CONFLICT'));
      const [shard] = winners;
      expect(heldBy(stack.sandbox)).toMatchObject([{ shard }, { shard }]);
    }
    if (dialect === '4.7') expect(stack.sandbox.node('node-1').mostStatusCalls).toBe(1);
  });

  it('lose none of the routes that are set at all of them at once', async () => {
    await using stack = await startGateways({ count: 3, sandbox: { dialect } });
    const wanted = Array.from({ length: 18 }, (_, index) => `wss://host-${String(index).padStart(2, '0')}:9933`);
    const replies = await Promise.all(
      wanted.map((url, index) =>
        stack.all[index % 3]?.ask(SET_ROUTES, { variables: { input: { routes: [{ url }] } } }),
      ),
    );
    expect(replies.flatMap((reply) => reply?.errors ?? [])).toEqual([]);
    const { data } = await (stack.all[0] as Stack).ask('{ routes { url } }');
    expect(data.routes.map(({ url }: { url: string }) => url).toSorted()).toEqual(wanted);
  });
});

describe.skipIf(!HAS_REDIS)('a gateway of several', () => {
  const sandbox = { dialect: '5.2', spares: 2 } as const;
  const connections = ['node-2', 'node-4', 'node-5'].map((hostname) => ({ hostname, authorization: LOGIN }));

  it('sends nothing more when it stood still past its time, and reports what it has done', async () => {
    const clock = new ForwardClock();
    await using stack = await startGateways({
      ...{ sandbox, count: 2, clocks: [clock] },
      settings: { WRITE_TIMEOUT: '600000', READ_TIMEOUT: '600000' },
    });
    const [frozen, other] = stack.all as [Stack, Stack];
    const node = stack.sandbox.node('node-1');
    const hold = node.faults.hold('add_node', 'after');
    const configuring = frozen.ask(CONFIGURE, { variables: { input: { connections } } });
    await hold.arrived;
    expect(stack.redis.command('HKEYS', keyOf(stack, 'topology'))).toContain('h:');
    // The time goes by of the one, and of its holding in Redis; the other one comes.
    clock.advance(20_000);
    expire(stack, 'topology');
    const { errors } = await other.ask('mutation { updateNode(input: { hostname: "node-3", shard: 9 }) { message } }');
    expect(errors).toEqual([]);
    const writes = () => node.bodies.filter(({ operation }) => /_node$/.test(String(operation))).length;
    const before = writes();
    hold.release();
    const { data } = await configuring;
    const { steps, partial, warnings } = data.configureCluster;
    expect(partial).toBe(true);
    expect(
      steps.map((step: { kind: string; node: string; result: string }) => Object.values(step).slice(0, 2)),
    ).toEqual([
      ['node-4', 'ADD'],
      ['node-5', 'ADD'],
      ['node-3', 'REMOVE'],
    ]);
    expect(steps.map(({ result }: { result: string }) => result)).toEqual(['DONE', 'FAILED', 'NOT_RUN']);
    expect(warnings.join('\n')).toMatch(/lost its lock.*nothing more was sent/s);
    expect(warnings.join('\n')).toContain('The lock of this change was lost before.');
    expect(writes()).toBe(before);
    expect(heldBy(stack.sandbox).map(({ name }) => name)).toEqual(['node-2', 'node-3', 'node-4']);
  });

  it('fails without an unknown outcome when it stood still before it sent anything', async () => {
    const clock = new ForwardClock();
    await using stack = await startGateways({
      ...{ sandbox, count: 1, clocks: [clock] },
      settings: { WRITE_TIMEOUT: '600000', READ_TIMEOUT: '600000' },
    });
    const [frozen] = stack.all;
    const node = stack.sandbox.node('node-1');
    const hold = node.faults.hold('cluster_get_routes');
    const setting = frozen?.ask(SET_ROUTES, { variables: { input: { routes: [{ url: 'wss://a:9933' }] } } });
    await hold.arrived;
    clock.advance(20_000);
    hold.release();
    const { code, outcomeUnknown, retryable } = (await setting)?.errors[0]?.extensions ?? {};
    expect([code, outcomeUnknown, retryable]).toEqual(['UPSTREAM_TIMEOUT', false, false]);
    expect(node.routes).toEqual([]);
  });

  it('goes on with a change when Redis is killed in the middle, and with changes after it', async () => {
    await using stack = await startGateways({ sandbox, count: 2 });
    const [one, other] = stack.all as [Stack, Stack];
    const hold = stack.sandbox.node('node-1').faults.hold('add_node', 'after');
    const configuring = one.ask(CONFIGURE, { variables: { input: { connections } } });
    await hold.arrived;
    await stack.redis.kill();
    hold.release();
    const { data } = await configuring;
    expect(data.configureCluster.steps.map(({ result }: { result: string }) => result)).toEqual([
      'DONE',
      'DONE',
      'DONE',
    ]);
    const update = 'mutation { updateNode(input: { hostname: "node-2", shard: 9 }) { message } }';
    for (const gateway of [one, other]) expect((await gateway.ask(update)).errors).toEqual([]);
    for (const { logs } of [one, other])
      expect(logs.filter((line) => line.includes('apart within this gateway only'))).toHaveLength(1);
    await stack.redis.start();
    await eventually(async () => {
      expect((await one.ask(update)).errors).toEqual([]);
      expect(one.logs.join('')).toContain('apart across gateways again');
    });
  });
});
