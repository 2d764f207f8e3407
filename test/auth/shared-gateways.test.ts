import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SettingName } from '../../src/config/settings.ts';
import { eventually } from '../support/eventually.ts';
import { contentOf, SECRET } from '../support/redis-connections.ts';
import { HAS_REDIS, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { ADMIN, basic, type Stack, startStack } from '../support/stack.ts';

const VIEWER = '{ viewer { username } }';

/** Starts two gateways that share a Redis. */
async function startTwo(
  server: RedisServer,
  settings: Partial<Record<SettingName, string>>,
): Promise<AsyncDisposable & { readonly gateways: readonly [Stack, Stack] }> {
  const folder = mkdtempSync(join(tmpdir(), 'harper-secret-'));
  const secret = join(folder, 'secret');
  writeFileSync(secret, SECRET);
  const start = () =>
    startStack({
      sandbox: { nodes: 1 },
      settings: { ...settings, REDIS_URL: server.url, REDIS_SECRET_FILE: secret },
    });
  const gateways = [await start(), await start()] as const;
  return {
    gateways,
    async [Symbol.asyncDispose]() {
      for (const gateway of gateways) await gateway[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

const codeOf = async (stack: Stack, as: string | null) =>
  (await stack.ask(VIEWER, { as })).errors[0]?.extensions.code as string | undefined;

describe.skipIf(!HAS_REDIS)('gateways that share a Redis', () => {
  it('refuse a login that has failed too often at another one, and go on with one that is accepted', async () => {
    await using server = await startRedisServer();
    await using two = await startTwo(server, { LOGIN_FAILURES: '3', LOGIN_FAILURES_IN_ALL: '100000' });
    const [one, other] = two.gateways;
    let names = 0;
    // Again with another name where Redis has not answered in time: each gateway counts for itself then.
    await eventually(async () => {
      names += 1;
      for (let count = 0; count < 3; count += 1) {
        expect(await codeOf(one, basic(`user-${names}`, `guess-${count}`))).toBe('UNAUTHENTICATED');
      }
      expect(await codeOf(other, basic(`user-${names}`, 'another guess'))).toBe('RATE_LIMITED');
    });
    expect(await codeOf(other, ADMIN)).toBeUndefined();
  });

  it('let an address without a login begin so many operations at all of them together', async () => {
    await using server = await startRedisServer();
    await using two = await startTwo(server, { ANONYMOUS_RATE_LIMIT: '100' });
    const [one, other] = two.gateways;
    for (let count = 0; count < 100; count += 1) expect(await codeOf(one, null)).toBe('UNAUTHENTICATED');
    await eventually(() => expect([...contentOf(server).values()].join('\n')).toMatch(/ 100$/m));
    let asked = 0;
    await eventually(async () => {
      asked += 1;
      expect(await codeOf(other, null)).toBe('RATE_LIMITED');
      expect(asked).toBeLessThan(100);
    });
  });
});
