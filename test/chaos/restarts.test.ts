import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SqliteFile } from '../../src/live/changelog/sqlite/sqlite-file.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { pick } from '../fuzz/generate.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { start } from '../support/process.ts';
import { seeded } from '../support/script.ts';
import { FAST } from '../support/stack.ts';
import { expectSequence, QUERIES, readByCursor } from './cursor-readers.ts';
import { createDisturbances, settingsFor } from './disturbances.ts';

/** `npm run chaos` takes another seed, and restarts more often. */
const RESTARTS = Number(process.env.CHAOS_RESTARTS ?? 12);
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_127);
const READERS = 20;

it(`loses and doubles nothing while a gateway with a file is restarted ${RESTARTS} times, seed ${SEED}`, {
  timeout: 120_000 + RESTARTS * 10_000,
}, async () => {
  const random = seeded(SEED);
  const folder = mkdtempSync(join(tmpdir(), 'harper-gateway-restarts-'));
  await using sandbox = await startSandbox({ nodes: 3, timing: { ...FAST, joinTimeout: 5000 } });
  const port = await freePort();
  const environment = {
    ...settingsFor(sandbox),
    ...{ PORT: String(port), HISTORY_FILE: join(folder, 'history.db') },
  };
  const launch = async () => {
    const program = start(process.execPath, ['src/cli.ts'], environment);
    await program.until(/GraphiQL/);
    return program;
  };
  let gateway = await launch();
  const stopped = Promise.withResolvers<undefined>();
  const over = stopped.promise;
  const url = () => `http://127.0.0.1:${port}/graphql`;
  const streams = Array.from({ length: READERS }, (_, at) => readByCursor({ url, at, over }));

  const disturbances = createDisturbances(sandbox, random);
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await disturbances.some();
    const signal = pick(random, ['SIGKILL', 'SIGKILL', 'SIGTERM'] as const);
    if (random() < 0.2) {
      gateway.child.kill('SIGSTOP');
      await pause(300);
      gateway.child.kill('SIGCONT');
    }
    gateway.child.kill(signal);
    await gateway.ended;
    if (random() < 0.5) await disturbances.next();
    gateway = await launch();
  }
  await disturbances.end();

  /** How many changes there are, without taking the file from the gateway. */
  function countChanges(): number {
    const database = new DatabaseSync(environment.HISTORY_FILE, { readOnly: true });
    const row = database.prepare('SELECT sum(length) AS length FROM logs').get();
    database.close();
    return Number(row?.length);
  }
  // Quiet: nothing has been added for a while, and the last reader has all.
  let before = 0;
  await eventually(async () => {
    const now = countChanges();
    const isQuiet = now === before;
    before = now;
    if (!isQuiet) await pause(1500);
    expect(isQuiet).toBe(true);
  }, 60_000);
  stopped.resolve(undefined);
  const all = await Promise.all(streams);
  gateway.child.kill('SIGTERM');
  await gateway.ended;
  await gateway[Symbol.asyncDispose]();

  const file = new SqliteFile(environment.HISTORY_FILE);
  for (const [at, stretches] of all.entries()) {
    const [, name] = QUERIES[at % 2] ?? QUERIES[0];
    const log = file.find(name, { limit: 1e6, from: 'start' });
    expect(log.changes.length).toBeGreaterThan(RESTARTS / 3);
    expectSequence(stretches, log);
  }
  file.close();
  rmSync(folder, { recursive: true });
});
