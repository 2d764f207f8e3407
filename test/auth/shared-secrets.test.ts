import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createForwardAuthenticator } from '../../src/auth/forward.ts';
import { startRateLimits } from '../../src/auth/start-rate-limits.ts';
import { GatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createHashedKeys } from '../../src/redis/hashed-keys.ts';
import { TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { connectTo, contentOf, SECRET } from '../support/redis-connections.ts';
import { HAS_REDIS, startRedisServer } from '../support/redis-server.ts';
import { spellingsOf } from '../support/spellings.ts';
import { basic } from '../support/stack.ts';

const USER = 'ann of the operators';
const PASSWORD = 'correct horse battery';
const TOKEN = `${Buffer.from('{"alg":"none"}').toString('base64url')}.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl`;
const ADDRESS = '198.51.100.77';

/** Digests by which who guesses a text could recognize it. */
function digestsOf(text: string): string[] {
  return (['sha1', 'sha256', 'sha512', 'md5'] as const).flatMap((name) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding) => createHash(name).update(text).digest(encoding)),
  );
}

describe.skipIf(!HAS_REDIS)('what Redis holds of callers', () => {
  it('lets nobody read a login, a user or an address, or recognize one that is guessed', async () => {
    await using server = await startRedisServer();
    await using shared = await connectTo(server);
    const { clock } = shared;
    const authenticator = createForwardAuthenticator({
      ...{ maxFailures: 10, maxFailuresInAll: 10, shared, clock },
      hasAccepted: () => false,
      verify: async () => {
        throw new GatewayError('UNAUTHENTICATED', 'no');
      },
    });
    const rates = startRateLimits({
      settings: { RATE_LIMIT: 10, ANONYMOUS_RATE_LIMIT: 10 },
      ...{ shared, clock, logger: createLogger('silent') },
    });
    const headers = [basic(USER, PASSWORD), `Bearer ${TOKEN}`];
    for (const authorization of headers) await authenticator.authenticate({ authorization, address: ADDRESS });
    const names = headers.map((header) => createHash('sha256').update(header).digest('base64url'));
    rates.anonymous.count(ADDRESS);
    for (const name of names) rates.callers.count(`login ${name}`);
    await clock.advance(250);
    await eventually(() => expect(contentOf(server).size).toBe(7));
    rates.stop();
    const dump = [...contentOf(server)].flat().join('\n');
    const secrets = [USER, PASSWORD, `${USER}:${PASSWORD}`, ADDRESS, TOKEN, ...headers, ...names];
    const found = secrets
      .flatMap((text) => [...spellingsOf(text), ...digestsOf(text)])
      .filter((each) => {
        return dump.toLowerCase().includes(each.toLowerCase());
      });
    expect(found).toEqual([]);
    // Each key is one of two groups and a digest of 256 bits; the values are numbers, and names of gateways.
    for (const [key, value] of contentOf(server)) {
      expect(key).toMatch(/^test:\{(login-failures|rates)\}:[\w-]{43}$/);
      expect(value).toMatch(/^([\w-]{12} )?\d+$/);
    }
  });

  it('ends with the minute', async () => {
    await using server = await startRedisServer();
    await using shared = await connectTo(server);
    const { clock } = shared;
    const rates = startRateLimits({
      settings: { RATE_LIMIT: 10, ANONYMOUS_RATE_LIMIT: 10 },
      ...{ shared, clock, logger: createLogger('silent') },
    });
    rates.anonymous.count(ADDRESS);
    await clock.advance(250);
    await eventually(() => expect(contentOf(server).size).toBe(1));
    rates.stop();
    for (const key of contentOf(server).keys()) {
      const left = Number(server.command('PTTL', key));
      expect([left > 0, left <= 60_000]).toEqual([true, true]);
    }
  });
});

describe('names of keys', () => {
  const redis = { key: (group: string, name: string) => `${group} ${name}` } as never;

  it('differ by secret, group and name, and are the same at all gateways', () => {
    const keyOf = createHashedKeys({ redis, secret: SECRET });
    const others = [
      createHashedKeys({ redis, secret: `${SECRET}.` })('group', 'name'),
      createHashedKeys({ redis, secret: undefined })('group', 'name'),
      keyOf('other', 'name').replace('other', 'group'),
      keyOf('group', 'names'),
    ];
    expect(new Set([keyOf('group', 'name'), ...others]).size).toBe(5);
    expect(createHashedKeys({ redis, secret: SECRET })('group', 'name')).toBe(keyOf('group', 'name'));
  });

  it('hide what they are made of also without a secret', () => {
    const keyOf = createHashedKeys({ redis, secret: undefined });
    expect(keyOf('rates', ADDRESS)).toMatch(/^rates [\w-]{43}$/);
    expect(keyOf('rates', ADDRESS)).not.toContain(ADDRESS);
  });
});

it('without Redis nothing is exchanged', async () => {
  const clock = new TestClock();
  const rates = startRateLimits({
    settings: { RATE_LIMIT: 1, ANONYMOUS_RATE_LIMIT: 2 },
    ...{ clock, logger: createLogger('silent') },
  });
  expect([rates.callers.count('ann'), rates.anonymous.count(ADDRESS)]).toEqual([undefined, undefined]);
  expect(rates.callers.count('ann')).toMatchObject({ details: { limit: 'RATE_LIMIT' } });
  expect(rates.anonymous.count(ADDRESS)).toBeUndefined();
  expect(rates.anonymous.count(ADDRESS)).toMatchObject({ details: { limit: 'ANONYMOUS_RATE_LIMIT' } });
  rates.stop();
});
