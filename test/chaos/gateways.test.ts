import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type RedisAddress, readRedisAddress } from '../../src/config/redis-address.ts';
import { createRedisStore } from '../../src/live/changelog/redis/redis-store.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { startRedis } from '../../src/redis/redis.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { below, pick } from '../fuzz/generate.ts';
import { eventually } from '../support/eventually.ts';
import { type Program, start } from '../support/process.ts';
import { freePort, HAS_REDIS, startRedisServer } from '../support/redis-server.ts';
import { seeded } from '../support/script.ts';
import { FAST } from '../support/stack.ts';
import { expectSequence, QUERIES, readByCursor } from './cursor-readers.ts';

/** `npm run chaos` takes another seed, and does more of it. */
const BLOWS = Number(process.env.CHAOS_BLOWS ?? 6);
const READERS = Number(process.env.CHAOS_READERS ?? 24);
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_128);
const GATEWAYS = 3;
const LEASE = 1500;

describe.skipIf(!HAS_REDIS)('gateways that share Redis', () => {
  it(`lose and double nothing while ${BLOWS} of them are killed, stopped and paused, seed ${SEED}`, {
    timeout: 180_000 + BLOWS * 15_000,
  }, async () => {
    const random = seeded(SEED);
    await using redis = await startRedisServer();
    await using sandbox = await startSandbox({ nodes: 4, timing: { ...FAST, joinTimeout: 5000 } });
    const ports = await Promise.all(Array.from({ length: GATEWAYS }, freePort));
    const environment = {
      HARPER_URL: sandbox.nodes.map(({ url }) => url).join(','),
      ...{ HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true' },
      ...{ REDIS_URL: redis.url, REDIS_LEASE: String(LEASE) },
      ...{ POLL_INTERVAL: '100', CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '0', LOG_LEVEL: 'warn' },
      ...{ READ_TIMEOUT: '60000', STATUS_RETRY_AFTER: '50000', VIEW_TIMEOUT: '30000', SHUTDOWN_TIMEOUT: '1000' },
      ...{ RATE_LIMIT: '100000', MAX_SOCKETS_PER_ADDRESS: '1000' },
    };
    const launch = async (port: number) => {
      const program = start(process.execPath, ['src/cli.ts'], { ...environment, PORT: String(port) });
      await program.until(/GraphiQL/);
      return program;
    };
    const gateways: Program[] = await Promise.all(ports.map(launch));
    const stopped = Promise.withResolvers<undefined>();
    const url = () => `http://127.0.0.1:${pick(Math.random, ports)}/graphql`;
    const streams = Array.from({ length: READERS }, (_, at) => readByCursor({ url, at, over: stopped.promise }));

    const others = sandbox.nodes.slice(1);
    const down = new Set<string>();
    async function disturb(): Promise<void> {
      const node = pick(random, others);
      if (random() < 0.3) {
        if (random() < 0.5) sandbox.partition('node-1', node.name);
        else sandbox.heal();
      } else if (down.delete(node.name)) await node.start();
      else {
        down.add(node.name);
        await node.kill();
      }
    }

    for (let blow = 0; blow < BLOWS; blow += 1) {
      for (let steps = below(random, 4); steps >= 0; steps -= 1) {
        await disturb();
        await pause(below(random, 200));
      }
      const at = below(random, GATEWAYS);
      const gateway = gateways[at] as Program;
      const signal = pick(random, ['SIGKILL', 'SIGSTOP', 'SIGTERM'] as const);
      if (signal === 'SIGSTOP') {
        gateway.child.kill('SIGSTOP');
        // Longer than its lease: another gateway polls when it wakes up.
        await pause(LEASE * (0.5 + random() * 1.5));
        if (random() < 0.5) await disturb();
        gateway.child.kill('SIGCONT');
        continue;
      }
      gateway.child.kill(signal);
      await gateway.ended;
      await gateway[Symbol.asyncDispose]();
      if (random() < 0.5) await disturb();
      gateways[at] = await launch(ports[at] as number);
    }
    sandbox.heal();
    for (const node of others) if (down.delete(node.name)) await node.start();

    const client = await startRedis({
      address: readRedisAddress(redis.url) as RedisAddress,
      ...{ prefix: 'harper-gateway:', logger: createLogger('silent') },
    });
    const store = createRedisStore({ redis: client, leaseOf: () => undefined, retention: 1 });
    // Quiet: nothing has been added for longer than a lease.
    let before = -1;
    await eventually(async () => {
      const { changes } = await store.size();
      const isQuiet = changes === before;
      before = changes;
      if (!isQuiet) await pause(LEASE * 2);
      expect(isQuiet).toBe(true);
    }, 60_000);
    stopped.resolve(undefined);
    const all = await Promise.all(streams);
    for (const gateway of gateways) {
      gateway.child.kill('SIGTERM');
      await gateway.ended;
      await gateway[Symbol.asyncDispose]();
    }
    for (const [at, stretches] of all.entries()) {
      const [, name] = QUERIES[at % 2] ?? QUERIES[0];
      const log = await store.find(name, { limit: 1e6, from: 'start' });
      expect(log.changes.length).toBeGreaterThan(BLOWS / 3);
      expectSequence(stretches, log);
    }
    await client.close();
  });
});
