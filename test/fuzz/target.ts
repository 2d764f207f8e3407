import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { samples } from '../../src/transport/graphiql/samples.ts';
import { seeded } from '../support/script.ts';
import { type Stack, startStack } from '../support/stack.ts';
import type { Random } from './generate.ts';

/** Of all files together. `npm run fuzz` asks for more, from another seed; the same seed gives the same cases. */
const CASES = Number(process.env.FUZZ_CASES ?? 30_000);
export const SEED = Number(process.env.FUZZ_SEED ?? 20_261_124);
export const TIMEOUT = 20_000 + CASES * 10;

/** The sample documents, without waiting for nodes that never come. */
export const SAMPLES = samples('node-9').map(({ query, variables }) => ({
  query,
  variables: JSON.parse(JSON.stringify(variables ?? null).replace(/,"waitForConnected":\d+/, '')) as unknown,
}));

/** Pieces of GraphQL that are put into documents and bodies. */
export const PIECES = [
  ...['{', '}', '(', ')', '[', ']', '...', '$a', '!', ':', '"', '"""', '#', '\ufeff', '1e9', 'null'],
  ...['@skip(if: true)', 'fragment A on Query {', 'mutation', 'subscription', '__typename', 'input:'],
];

/** A gateway that is fuzzed. */
export interface Target {
  readonly stack: Stack;
  readonly pool: Pool;
  /** Runs a share of all cases; `seed` makes them differ from those of other tests. */
  cases(share: number, seed: number, run: (random: Random) => Promise<void>, options?: CasesOptions): Promise<void>;
}

interface CasesOptions {
  /** So many cases make one run: 1 by default. */
  readonly cost?: number;
  /** So many runs at a time: 32 by default. */
  readonly atOnce?: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

/** Starts a gateway before the tests of a file; the last test says that it is well after them. */
export function fuzzed(tests: (target: Target) => void): void {
  const target = {} as { -readonly [Key in keyof Target]: Target[Key] };
  const faults: unknown[] = [];
  const note = (error: unknown) => faults.push(error);
  let before = 0;

  beforeAll(async () => {
    const stack = await startStack({
      sandbox: { nodes: 2 },
      settings: {
        READ_TIMEOUT: '1000',
        WRITE_TIMEOUT: '1000',
        LOG_LEVEL: 'error',
        RATE_LIMIT: '100000000',
        ANONYMOUS_RATE_LIMIT: '100000000',
        LOGIN_FAILURES: '10000',
        LOGIN_FAILURES_IN_ALL: '10000',
      },
    });
    target.stack = stack;
    target.pool = new Pool(new URL(stack.url).origin, { connections: 16 });
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
    await stack.ask('{ clusterStatus { nodeName } }');
    before = heap();
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    await target.pool.close();
    await target.stack[Symbol.asyncDispose]();
  });

  target.cases = async (share, seed, run, { cost = 1, atOnce = 32 } = {}) => {
    const random = seeded(SEED + seed);
    const count = Math.round((CASES * share) / cost);
    expect(count).toBeGreaterThan(0);
    for (let done = 0; done < count; done += atOnce) {
      await Promise.all(Array.from({ length: Math.min(atOnce, count - done) }, () => run(random)));
    }
  };

  tests(target);

  it('is well afterwards: nothing was thrown away, the heap is back, and it answers', async () => {
    const { stack } = target;
    expect(faults).toEqual([]);
    expect(stack.logs.filter((line) => /Unexpected error/.test(line))).toEqual([]);
    await expect(stack.ask('{ clusterStatus { nodeName } }')).resolves.toMatchObject({ status: 200 });
    // What the tests themselves keep: what was sent, what was logged, and the peers that came to be.
    for (const { name } of stack.sandbox.nodes) {
      const { bodies, replication } = stack.sandbox.node(name);
      (bodies as unknown[]).length = 0;
      for (const peer of replication.records.peers()) replication.records.forget(peer.name);
      replication.apply();
    }
    (stack.logs as string[]).length = 0;
    expect(heap() - before).toBeLessThan(60);
  });
}
