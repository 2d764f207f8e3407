import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { forwarded } from '../../../src/auth/credentials.ts';
import { eventually } from '../../support/eventually.ts';
import { REDIS_SECRET, startGateways } from '../../support/gateways.ts';
import { CHANGES, overWebSocket } from '../../support/live.ts';
import { HAS_REDIS } from '../../support/redis-server.ts';
import { spellingsOf } from '../../support/spellings.ts';
import { ADMIN, type Stack } from '../../support/stack.ts';

const PEER_PASSWORD = 'of the peer and of nobody else';

describe.skipIf(!HAS_REDIS)('what gateways write to Redis, and tell one another there', () => {
  it('has no login in it, in any encoding', async () => {
    await using gateways = await startGateways({ count: 2, settings: { POLL_INTERVAL: '100' } });
    const { redis, sandbox } = gateways;
    const heard: Buffer[] = [];
    const listener = spawn('redis-cli', ['-p', String(redis.port), 'PSUBSCRIBE', '*']);
    listener.stdout.on('data', (bytes) => heard.push(bytes));
    await eventually(() => expect(Buffer.concat(heard).toString()).toContain('psubscribe'));

    const [one, other] = gateways.all as [Stack, Stack];
    await using reader = overWebSocket(one, CHANGES, { snapshot: true });
    await using follower = overWebSocket(other, CHANGES, { snapshot: true });
    await reader.next();
    await follower.next();
    const authorization = { basic: { username: 'admin', password: PEER_PASSWORD } };
    const added = await one.ask('mutation($i: AddNodeInput!) { addNode(input: $i) { message } }', {
      variables: { i: { hostname: 'node-4.invalid', authorization } },
    });
    expect(added.errors[0]?.extensions.code).not.toBe('GRAPHQL_VALIDATION_FAILED');
    await one.ask('{ viewer { username } }', {
      as: `Basic ${Buffer.from('admin:guessed wrongly').toString('base64')}`,
    });
    await sandbox.node('node-2').kill();
    await follower.until(({ kind }) => kind === 'STATE_CHANGED');
    await eventually(() => expect(redis.written().toString()).toContain('addNode'));
    listener.kill();

    const secrets = [ADMIN, forwarded(ADMIN).key, 'admin:sandbox', PEER_PASSWORD, 'guessed wrongly', REDIS_SECRET];
    for (const content of [redis.written().toString(), Buffer.concat(heard).toString()]) {
      expect(content).toContain('node-2');
      expect(secrets.flatMap(spellingsOf).filter((text) => content.includes(text))).toEqual([]);
    }
  });
});
