import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRedisStore } from '../../src/live/changelog/redis/redis-store.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { below, pick } from '../fuzz/generate.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { type Program, start } from '../support/process.ts';
import { redisOf } from '../support/redis-connections.ts';
import { HAS_REDIS, startRedisServer } from '../support/redis-server.ts';
import { seeded } from '../support/script.ts';
import { FAST } from '../support/stack.ts';
import { expectSequence, QUERIES, readByCursor } from './cursor-readers.ts';
import { createDisturbances, settingsFor } from './disturbances.ts';

/** `npm run chaos` takes another seed, and does more of it. */
const BLOWS = Number(process.env.CHAOS_BLOWS ?? 6);
const READERS = Number(process.env.CHAOS_READERS ?? 24);
/** How many changes are told at least. */
const CHANGES = Number(process.env.CHAOS_CHANGES ?? BLOWS / 3);
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_128);
const GATEWAYS = 3;
const LEASE = 1500;

describe.skipIf(!HAS_REDIS)('gateways that share Redis', () => {
  it(`lose and double nothing while ${BLOWS} of them are killed, stopped and paused, seed ${SEED}`, {
    timeout: 180_000 + BLOWS * 15_000 + CHANGES * 500,
  }, async () => {
    const random = seeded(SEED);
    await using redis = await startRedisServer();
    await using sandbox = await startSandbox({ nodes: 4, timing: { ...FAST, joinTimeout: 5000 } });
    const ports = await Promise.all(Array.from({ length: GATEWAYS }, freePort));
    const environment = {
      ...settingsFor(sandbox),
      ...{ REDIS_URL: redis.url, REDIS_LEASE: String(LEASE) },
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

    const client = await redisOf(redis, { prefix: 'harper-gateway:' });
    const store = createRedisStore({ redis: client, leaseOf: () => undefined, retention: 1 });
    const told = async () => (await store.size()).changes;

    const disturbances = createDisturbances(sandbox, random);
    for (let blow = 0; blow < BLOWS; blow += 1) {
      const enough = ((blow + 1) * CHANGES) / BLOWS;
      do await disturbances.some();
      while ((await told()) < enough);
      const at = below(random, GATEWAYS);
      const gateway = gateways[at] as Program;
      const signal = pick(random, ['SIGKILL', 'SIGSTOP', 'SIGTERM'] as const);
      if (signal === 'SIGSTOP') {
        gateway.child.kill('SIGSTOP');
        // Longer than its lease: another gateway polls when it wakes up.
        await pause(LEASE * (0.5 + random() * 1.5));
        if (random() < 0.5) await disturbances.next();
        gateway.child.kill('SIGCONT');
        continue;
      }
      gateway.child.kill(signal);
      await gateway.ended;
      await gateway[Symbol.asyncDispose]();
      if (random() < 0.5) await disturbances.next();
      gateways[at] = await launch(ports[at] as number);
    }
    await disturbances.end();

    // Quiet: nothing has been added for longer than a lease.
    let before = -1;
    await eventually(async () => {
      const changes = await told();
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
    expect(await told()).toBeGreaterThanOrEqual(CHANGES);
    // The sandbox is a Harper 4.7: one call takes the answer of another away.
    expect(sandbox.nodes.map(({ mostStatusCalls }) => mostStatusCalls)).toEqual(sandbox.nodes.map(() => 1));
    await client.close();
  });
});
