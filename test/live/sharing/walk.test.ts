import { readFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { fileWith, REDIS_SECRET } from '../../support/gateways.ts';
import { overSse } from '../../support/live.ts';
import { start } from '../../support/process.ts';
import { HAS_REDIS, startRedisServer } from '../../support/redis-server.ts';
import { basic } from '../../support/stack.ts';

interface Told {
  readonly cursor: string;
  readonly kind: string;
  readonly message: string;
}

const LOGIN = { authorization: basic('admin', 'sandbox') };

/** The queries of the walk, as its commands send them. */
function queriesOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/-d '(\{.*\})'/g)].map(
    ([, body = '{}']) => (JSON.parse(body) as { query: string }).query,
  );
}

describe.skipIf(!HAS_REDIS)('the walk of docs/scaling.md', () => {
  it('moves a reader from one gateway to the other without losing a change', { timeout: 180_000 }, async () => {
    const [read = '', goOn = ''] = queriesOf('docs/scaling.md');
    await using redis = await startRedisServer();
    const shared = { REDIS_URL: redis.url, REDIS_SECRET_FILE: fileWith(REDIS_SECRET), PORT: '0' };
    await using first = start(process.execPath, ['src/cli.ts'], { ...shared, SANDBOX_CONTROL_PORT: '0' });
    const [, control] = await first.until(/curl (http:\/\/127\.0\.0\.1:\d+)/);
    const [, url = ''] = await first.until(/GraphiQL {3}(\S+)/);
    const nodes = [...first.output().matchAll(/ {4}node-[123] {3}(http:\S+)/g)].map(([, address]) => address);
    expect(nodes).toHaveLength(3);
    await using second = start(process.execPath, ['src/cli.ts'], { ...shared, HARPER_URL: nodes.join(',') });
    const [, otherUrl = ''] = await second.until(/GraphiQL +(\S+)/);

    await using watching = overSse<Told>({ url }, read, {}, LOGIN);
    const snapshot = await watching.until(({ kind }) => kind === 'STATE_CHANGED');
    await using moved = overSse<Told>({ url }, read, {}, LOGIN);
    const cursor = (await moved.until(({ kind }) => kind === 'STATE_CHANGED')).at(-1)?.cursor ?? '';
    expect(cursor).toBe(snapshot.at(-1)?.cursor);
    await moved[Symbol.asyncDispose]();
    // While it reads nowhere.
    await fetch(`${control}/node-3/kill`, { method: 'POST' });
    const told = await watching.until(({ kind }) => kind === 'NODE_DOWN');
    await using after = overSse<Told>({ url: otherUrl }, goOn.replace('CURSOR', cursor), {}, LOGIN);
    expect(await after.until(({ kind }) => kind === 'NODE_DOWN')).toEqual(told);
  });
});
