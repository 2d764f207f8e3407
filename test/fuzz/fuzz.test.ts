import { connect } from 'node:net';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { samples } from '../../src/transport/graphiql/samples.ts';
import { connection, socket, status } from '../support/answers.ts';
import { wsUrl } from '../support/live.ts';
import { seeded } from '../support/script.ts';
import { ADMIN, type Stack, startStack } from '../support/stack.ts';
import { checkAnswer } from './check-answer.ts';
import { anyValue, below, mutated, mutatedText, pick, type Random } from './generate.ts';

/** `npm run fuzz` asks for more, from another seed; the same seed gives the same cases. */
const CASES = Number(process.env.FUZZ_CASES ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_124);
const TIMEOUT = 20_000 + CASES * 10;

/** The sample documents, without waiting for nodes that never come. */
const SAMPLES = samples('node-9').map(({ query, variables }) => ({
  query,
  variables: JSON.parse(JSON.stringify(variables ?? null).replace(/,"waitForConnected":\d+/, '')) as unknown,
}));
const PIECES = [
  '{',
  '}',
  '(',
  ')',
  '...',
  '$a',
  '!',
  ':',
  '@skip(if: true)',
  'fragment A on Query {',
  'mutation',
  'subscription',
  '"',
  '"""',
  '#',
  '[',
  ']',
  '__typename',
  'input:',
  '1e9',
  'null',
  '\ufeff',
];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

describe(`fuzzing from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  let stack: Stack;
  let pool: Pool;
  const faults: unknown[] = [];
  const note = (error: unknown) => faults.push(error);
  let before = 0;

  beforeAll(async () => {
    stack = await startStack({
      sandbox: { nodes: 2 },
      settings: {
        READ_TIMEOUT: '1000',
        WRITE_TIMEOUT: '1000',
        LOG_LEVEL: 'error',
        RATE_LIMIT: '100000000',
        LOGIN_FAILURES: '10000',
      },
    });
    pool = new Pool(new URL(stack.url).origin, { connections: 16 });
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
    await stack.ask('{ clusterStatus { nodeName } }');
    before = heap();
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    await pool.close();
    await stack[Symbol.asyncDispose]();
  });

  const check = (body: string | Buffer, headers?: Record<string, string>) => checkAnswer(pool, body, headers);

  async function cases(count: number, seed: number, run: (random: Random) => Promise<void>): Promise<void> {
    const random = seeded(SEED + seed);
    for (let done = 0; done < count; done += 32) {
      await Promise.all(Array.from({ length: Math.min(32, count - done) }, () => run(random)));
    }
  }

  it('takes random and mutated documents', async () => {
    const changeless = SAMPLES.filter(({ query }) => !/mutation|subscription/.test(query));
    await cases(Math.round(CASES * 0.35), 1, async (random) => {
      const { query, variables } = pick(random, random() < 0.8 ? changeless : SAMPLES);
      const text =
        random() < 0.9
          ? mutatedText(random, query, PIECES)
          : Array.from({ length: 30 }, () => pick(random, PIECES)).join(' ');
      await check(JSON.stringify({ query: text, variables }));
    });
  });

  it('takes random and mutated variables', async () => {
    const withVariables = SAMPLES.filter(({ variables }) => variables);
    await cases(Math.round(CASES * 0.25), 2, async (random) => {
      const { query, variables } = pick(random, withVariables);
      await check(
        JSON.stringify({ query, variables: random() < 0.9 ? mutated(random, variables, 0.4) : anyValue(random) }),
      );
    });
  });

  it('takes random request bodies and headers', async () => {
    await cases(Math.round(CASES * 0.1), 3, async (random) => {
      const whole = JSON.stringify({
        query: '{ viewer { username } }',
        operationName: null,
        variables: {},
        extensions: {},
      });
      const body = random() < 0.5 ? mutatedText(random, whole, PIECES) : JSON.stringify(anyValue(random));
      const headers = {
        accept: pick(random, ['*/*', 'application/json', 'application/graphql-response+json', 'text/html', 'nonsense']),
        'content-type': pick(random, [
          'application/json',
          'application/json; charset=utf-8',
          'text/plain',
          'application/x-www-form-urlencoded',
        ]),
        authorization: pick(random, [ADMIN, 'Basic', 'Bearer a.b.c', 'Digest x', `Basic ${'A'.repeat(3000)}`]),
      };
      await check(Buffer.from(body), headers);
    });
  });

  it('takes raw bytes in place of HTTP', async () => {
    const { port } = new URL(stack.url);
    const request =
      'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20\r\n' +
      'Connection: close\r\n\r\n{"query":"{a}"}     ';
    await cases(Math.round(CASES * 0.05), 4, async (random) => {
      const text = mutatedText(random, request, [
        '\r\n',
        ':',
        'Transfer-Encoding: chunked\r\n',
        '\0',
        'Upgrade: websocket\r\n',
        'HTTP/9.9',
      ]);
      await new Promise<void>((resolve, reject) => {
        let answer = '';
        const fuse = setTimeout(() => reject(new Error(`hangs: ${JSON.stringify(text)}`)), 15_000);
        const client = connect(Number(port), '127.0.0.1', () => client.end(text, 'latin1'));
        client.on('data', (chunk) => {
          answer += chunk;
        });
        client.on('error', () => undefined);
        client.on('close', () => {
          clearTimeout(fuse);
          const [head = '', body = ''] = answer.split('\r\n\r\n');
          if (/^HTTP\/1\.1 5/.test(head) && !/"code":"\w+"/.test(body)) reject(new Error(`no code: ${text} ${answer}`));
          else resolve();
        });
      });
    });
  });

  it('takes random WebSocket frames', async () => {
    const perSocket = 20;
    await cases(Math.round((CASES * 0.15) / perSocket), 5, async (random) => {
      const client = new WebSocket(wsUrl(stack), 'graphql-transport-ws');
      const closed = new Promise<number>((resolve) => client.once('close', resolve));
      client.on('error', () => undefined);
      await new Promise((resolve) => client.once('open', resolve));
      const frames = [
        { type: 'connection_init', payload: { authorization: ADMIN } },
        { type: 'subscribe', id: '1', payload: { query: 'subscription { clusterStatus { nodeName } }' } },
        { type: 'subscribe', id: '2', payload: { query: '{ viewer { username } }', variables: {} } },
        { type: 'complete', id: '1' },
        { type: 'ping' },
        { type: 'pong' },
      ];
      client.send(JSON.stringify(frames[0]));
      for (let count = 0; count < perSocket && client.readyState === WebSocket.OPEN; count += 1) {
        const frame = pick(random, frames);
        const kind = random();
        if (kind < 0.6) client.send(JSON.stringify(mutated(random, frame, 0.2)));
        else if (kind < 0.8) client.send(mutatedText(random, JSON.stringify(frame), ['"', '}', '\0']));
        else if (kind < 0.9) client.send(JSON.stringify(frame));
        else client.send(Buffer.from(Array.from({ length: below(random, 50) }, () => below(random, 256))));
      }
      client.close(1000);
      const code = await Promise.race([closed, new Promise<string>((resolve) => setTimeout(resolve, 15_000, 'hangs'))]);
      if (![1000, 1002, 1003, 1005, 1006, 1007, 1009, 4400, 4401, 4403, 4409, 4429].includes(code as number)) {
        throw new Error(`closed with ${code}`);
      }
    });
  });

  it('takes whatever Harper answers', async () => {
    const { faults: sandboxFaults } = stack.sandbox.node('node-1');
    const random = seeded(SEED + 6);
    const shapes: Record<string, () => unknown> = {
      cluster_status: () =>
        status([
          connection({
            ca_info: {
              issuer: 'i',
              subject: 's',
              serialNumber: 'a',
              validFrom: 'Nov 23 02:11:29 2026 GMT',
              validTo: 'x',
            },
            subscriptions: [{ database: 'dev', table: 'dog', publish: true, subscribe: false }],
            revoked_certificates: ['A'],
            shard: 1,
            start_time: 1704067200000,
            replicates: { sends: true, receives: false, sendsTo: [], receivesFrom: ['a'] },
            database_sockets: [
              socket({ sendingMessage: 'Copying', lastConnectionError: { code: 1006, time: 'x' }, lastLiveness: 'x' }),
            ],
          }),
        ]),
      user_info: () => ({ username: 'a', active: true, role: { role: 'r', permission: { super_user: true } } }),
      cluster_get_routes: () => ['a', { hostname: 'b', port: 1 }, 'ws://c:1'],
    };
    for (const [operation, make] of Object.entries(shapes)) {
      sandboxFaults.add(
        operation,
        { kind: 'alter', change: () => mutated(random, make(), 0.1) },
        Number.POSITIVE_INFINITY,
      );
    }
    for (const operation of ['add_node', 'cluster_set_routes']) {
      const make = () => ({ message: 'done', set: ['a'], skipped: [] });
      sandboxFaults.add(
        operation,
        { kind: 'alter', change: () => mutated(random, make(), 0.2) },
        Number.POSITIVE_INFINITY,
      );
    }
    const everything = SAMPLES.filter(({ query }) => !/subscription|mutation|clusterPlan/.test(query));
    const changes = [
      'mutation { addNode(input: { hostname: "node-2" }) { message warnings peer { name } } }',
      'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message set { url configured } routes { url } } }',
    ];
    await cases(Math.round(CASES * 0.1), 7, async (choose) => {
      const { query, variables } =
        choose() < 0.8 ? pick(choose, everything) : { query: pick(choose, changes), variables: undefined };
      await check(JSON.stringify({ query, variables }));
    });
    sandboxFaults.clear();
  });

  it('is well afterwards: nothing was thrown away, the heap is back, and it answers', async () => {
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
});
