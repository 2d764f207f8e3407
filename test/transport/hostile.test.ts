import { once } from 'node:events';
import { mkdtempSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchFiles } from '../../src/util/watch-files.ts';
import { eventually } from '../support/eventually.ts';
import { startService } from '../support/service.ts';
import { ADMIN, basic, type Stack, startStack } from '../support/stack.ts';

function dial(stack: Pick<Stack, 'url'>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(stack.url).port), '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

const UPGRADE = 'GET /nope HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

describe('a WebSocket that is refused', () => {
  it('does no harm when its client resets the connection', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    for (let round = 0; round < 20; round += 1) {
      const socket = await dial(stack);
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.write(UPGRADE, () => resolve()));
      socket.resetAndDestroy();
    }
    expect((await stack.ask('{ __typename }')).status).toBe(200);
  });

  it('is closed, and does not stay half open', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const socket = await dial(stack);
    socket.allowHalfOpen = true;
    socket.on('error', () => undefined);
    socket.write(UPGRADE);
    await once(socket.resume(), 'end');
    // The other side is gone altogether: what comes now is answered with a reset.
    await eventually(() => {
      socket.write('more');
      expect(socket.destroyed).toBe(true);
    });
  });
});

describe('guessing a password', () => {
  it('is bounded also when many guess at once, and when nobody waits for the answer', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { LOGIN_FAILURES: '5' } });
    const { received } = stack.sandbox.node('node-1');
    const leaving = new AbortController();
    const guesses = Array.from({ length: 60 }, (_, index) =>
      stack
        .ask('{ viewer { username } }', {
          as: basic('admin', `guess-${index}`),
          ...(index % 2 === 0 && { signal: leaving.signal }),
        })
        .catch(() => undefined),
    );
    await eventually(() => expect(received.get('user_info')).toBeGreaterThan(0));
    leaving.abort();
    await Promise.all(guesses);
    expect(received.get('user_info')).toBeLessThanOrEqual(5);
    expect((await stack.ask('{ viewer { username } }', { as: basic('admin', 'another') })).status).toBe(429);
    // A login that Harper has taken goes on.
    expect((await stack.ask('{ viewer { username } }', { as: ADMIN })).status).toBe(200);
  });

  it('is bounded also while Harper cannot be asked, and nothing of it is left when Harper is back', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { LOGIN_FAILURES: '5' } });
    const node = stack.sandbox.node('node-1');
    await node.kill();
    const query = 'subscription { clusterStatus { nodeName } }';
    const codes = new Map<string, number>();
    for (let guess = 0; guess < 40; guess += 1) {
      const as = basic('admin', `guess-${guess}`);
      const answer = await fetch(`${stack.url}?query=${encodeURIComponent(query)}`, {
        headers: { accept: 'text/event-stream', authorization: as },
      });
      const code = /"code":"(\w+)"/.exec(await answer.text())?.[1] ?? 'none';
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(Object.fromEntries(codes)).toEqual({ UPSTREAM_UNAVAILABLE: 5, RATE_LIMITED: 35 });
    await node.start();
    await eventually(async () => expect((await stack.ask('{ clusterStatus { nodeName } }')).status).toBe(200));
    // Only the question of the test itself: no stream polls with a password that was tried.
    const { data } = await stack.ask('{ gateway { watch { subscribers } } }');
    expect(data).toEqual({ gateway: { watch: { subscribers: 0 } } });
    expect(node.received.get('cluster_status')).toBe(1);
  });

  it('by tokens that claim a name locks nobody of that name out', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { LOGIN_FAILURES: '3', TRUST_PROXY: '1' },
      fresh: true,
    });
    const claim = Buffer.from('{"username":"admin"}').toString('base64url');
    for (let index = 0; index < 5; index += 1) {
      await stack.ask('{ viewer { username } }', {
        as: `Bearer e30.${claim}.${index}`,
        headers: { 'x-forwarded-for': '10.0.0.1' },
      });
    }
    const good = await stack.ask('{ viewer { username } }', { headers: { 'x-forwarded-for': '10.0.0.2' } });
    expect(good.status).toBe(200);
  });
});

describe('somebody without a login', () => {
  it('cannot make the gateway read or look at much', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const big = await stack.ask('{ __typename }', { as: null, variables: { x: 'y'.repeat(20_000) } });
    expect([big.status, big.errors[0]?.extensions.limit]).toEqual([413, 'MAX_BODY_BYTES']);
    const connections = Array.from({ length: 5 }, () => ({ hostname: `${'='.repeat(2600)}:x` }));
    const query = 'mutation($c: [NodeInput!]!) { configureCluster(input: { connections: $c }) { message } }';
    expect((await stack.ask(query, { as: null, variables: { c: connections } })).status).toBe(401);
    expect(Math.max(...stack.logs.map((line) => line.length))).toBeLessThan(2000);
  });

  it('cannot evade the rate limit by inventing logins', async () => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { RATE_LIMIT: '5', LOGIN_FAILURES_IN_ALL: '5' },
    });
    const codes = [];
    for (let index = 0; index < 15; index += 1) {
      codes.push((await stack.ask('{ __typename }', { as: `Bearer invented-${index}` })).status);
    }
    expect(codes.filter((status) => status === 200).length).toBeLessThanOrEqual(5);
    expect(codes.at(-1)).toBe(429);
  });
});

it('watches a file that cannot be looked at, and one that is written slowly', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'harper-gateway-files-')), 'file');
  writeFileSync(path, 'one');
  let changes = 0;
  const stop = watchFiles([path], () => {
    changes += 1;
  });
  unlinkSync(path);
  symlinkSync(path, path);
  await eventually(() => expect(changes).toBe(1));
  unlinkSync(path);
  writeFileSync(path, 'two');
  await eventually(() => expect(changes).toBe(2));
  stop();
});

it('gives the metrics to no page that has pointed its name at this machine', async () => {
  await using stack = await startStack({ sandbox: { nodes: 1 } });
  const { request } = await import('undici');
  const ask = async (headers: Record<string, string>) => {
    const { statusCode, body } = await request(new URL('/metrics', stack.url), { headers });
    await body.dump();
    return statusCode;
  };
  expect(await ask({ host: 'evil.example' })).toBe(403);
  expect(await ask({ origin: 'http://evil.example' })).toBe(403);
  expect(await ask({})).toBe(200);
});

it('refuses a JWT of an algorithm that its key cannot make as what it is', async () => {
  await using service = await startService({ sandbox: { nodes: 1 } });
  const head = Buffer.from('{"alg":"RS256"}').toString('base64url');
  const { status, errors } = await service.ask('{ viewer { role } }', { as: `Bearer ${head}.e30.AAAA` });
  expect([status, errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
});
