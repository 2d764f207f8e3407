import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SqliteFile } from '../../src/live/changelog/sqlite/sqlite-file.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { below, pick } from '../fuzz/generate.ts';
import { eventually } from '../support/eventually.ts';
import { overSse, overWebSocket } from '../support/live.ts';
import { start } from '../support/process.ts';
import { seeded } from '../support/script.ts';
import { FAST } from '../support/stack.ts';

/** `npm run chaos` takes another seed, and restarts more often. */
const RESTARTS = Number(process.env.CHAOS_RESTARTS ?? 12);
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_127);
const READERS = 20;

const QUERIES = [
  ['connectionStatusChanged', 'views own'],
  ['clusterChanged', 'cluster own'],
] as const;

interface Event {
  readonly cursor: string;
  readonly kind: string;
  readonly message: string;
}

/** What one reader has had without beginning anew: the cursor it began at, and the events after it. */
interface Stretch {
  readonly begin: string;
  readonly events: Event[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it(`loses and doubles nothing while a gateway with a file is restarted ${RESTARTS} times, seed ${SEED}`, {
  timeout: 120_000 + RESTARTS * 10_000,
}, async () => {
  const random = seeded(SEED);
  const folder = mkdtempSync(join(tmpdir(), 'harper-gateway-restarts-'));
  await using sandbox = await startSandbox({ nodes: 3, timing: { ...FAST, joinTimeout: 5000 } });
  const port = await freePort();
  const environment = {
    PORT: String(port),
    HARPER_URL: sandbox.nodes.map(({ url }) => url).join(','),
    ...{ HARPER_USERNAME: 'admin', HARPER_PASSWORD: 'sandbox', INSECURE_NO_AUTH: 'true' },
    HISTORY_FILE: join(folder, 'history.db'),
    ...{ POLL_INTERVAL: '100', CHANGE_GRACE: '0', RECOVERY_GRACE: '0', CUT_GRACE: '0', LOG_LEVEL: 'warn' },
    ...{ READ_TIMEOUT: '60000', STATUS_RETRY_AFTER: '50000', VIEW_TIMEOUT: '30000', SHUTDOWN_TIMEOUT: '1000' },
    RATE_LIMIT: '100000',
  };
  const launch = async () => {
    const program = start(process.execPath, ['src/cli.ts'], environment);
    await program.until(/GraphiQL/);
    return program;
  };
  let gateway = await launch();
  const stack = { url: `http://127.0.0.1:${port}/graphql` };
  let isOver = false;

  /** Reads for ever: goes on by its cursor, or begins anew where that is refused. */
  async function read(at: number): Promise<Stretch[]> {
    const stretches: Stretch[] = [];
    const [field] = QUERIES[at % 2] ?? QUERIES[0];
    const subscribe = at % 4 < 2 ? overWebSocket : overSse;
    const more = field === 'clusterChanged' ? 'isSnapshot' : '';
    const query = `subscription($after: ID, $snapshot: Boolean!) {
      ${field}(after: $after, snapshot: $snapshot) { cursor kind message ${more} }
    }`;
    let cursor: string | undefined;
    while (!isOver) {
      const reader = subscribe<Event & { isSnapshot?: boolean }>(stack, query, { after: cursor, snapshot: !cursor });
      try {
        for (;;) {
          const event = await Promise.race([reader.next(), over]);
          if (event === undefined) break;
          const isSnapshot = event.kind === 'SNAPSHOT' || event.isSnapshot === true;
          // Of a snapshot, and of what is told with it, the last leads on.
          if (event.cursor.endsWith('~')) continue;
          cursor = event.cursor;
          if (isSnapshot) stretches.push({ begin: cursor, events: [] });
          else stretches.at(-1)?.events.push(event);
        }
      } catch (error) {
        if (`${error} ${JSON.stringify(error)}`.includes('CURSOR_EXPIRED')) {
          // Only where the file was slow, so that the process alone knew the cursor.
          if (cursor?.includes('~') !== true) throw new Error(`the cursor ${cursor} has expired`, { cause: error });
          cursor = undefined;
          // What it was told then may be in no file: it is in the difference that follows.
          const events = stretches.at(-1)?.events ?? [];
          while (events.at(-1)?.cursor.includes('~')) events.pop();
        }
        await pause(20);
      }
      await Promise.resolve(reader[Symbol.asyncDispose]()).catch(() => undefined);
    }
    return stretches;
  }
  const stopped = Promise.withResolvers<undefined>();
  const over = stopped.promise;
  const streams = Array.from({ length: READERS }, (_, at) => read(at));

  const [, second, third] = sandbox.nodes;
  const others = [second, third].flatMap((node) => node ?? []);
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

  for (let restart = 0; restart < RESTARTS; restart += 1) {
    for (let steps = below(random, 4); steps >= 0; steps -= 1) {
      await disturb();
      await pause(below(random, 200));
    }
    const signal = pick(random, ['SIGKILL', 'SIGKILL', 'SIGTERM'] as const);
    if (random() < 0.2) {
      gateway.child.kill('SIGSTOP');
      await pause(300);
      gateway.child.kill('SIGCONT');
    }
    gateway.child.kill(signal);
    await gateway.ended;
    if (random() < 0.5) await disturb();
    gateway = await launch();
  }
  sandbox.heal();
  for (const node of others) if (down.delete(node.name)) await node.start();

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
  isOver = true;
  stopped.resolve(undefined);
  const all = await Promise.all(streams);
  gateway.child.kill('SIGTERM');
  await gateway.ended;
  await gateway[Symbol.asyncDispose]();

  const file = new SqliteFile(environment.HISTORY_FILE);
  for (const [at, stretches] of all.entries()) {
    const [, name] = QUERIES[at % 2] ?? QUERIES[0];
    const { epoch, changes } = file.find(name, { limit: 1e6, from: 'start' });
    expect(changes.length).toBeGreaterThan(RESTARTS / 3);
    expect(changes.map(({ position }) => position)).toEqual(changes.map((_, index) => index + 1));
    for (const [nth, { begin, events }] of stretches.entries()) {
      const from = Number(begin.split('.')[1]);
      const isLast = nth === stretches.length - 1;
      const log = changes.slice(from, isLast ? undefined : from + events.length);
      expect(events.map(({ message }) => message)).toEqual(log.map(({ text }) => JSON.parse(text).message));
      expect(events.map(({ cursor }) => cursor.replace(/~[^.]*/, ''))).toEqual(
        log.map(({ position }) => `${epoch}.${position}`),
      );
    }
  }
  file.close();
  rmSync(folder, { recursive: true });
});
