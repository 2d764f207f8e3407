import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLoginThrottle, type LoginThrottle, type UncheckedLogin } from '../../src/auth/login-throttle.ts';
import { GatewayError } from '../../src/errors.ts';
import { settled } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { type Connection, connectTo, contentOf, reconnected } from '../support/redis-connections.ts';
import { HAS_REDIS, startRedisServer } from '../support/redis-server.ts';

const REFUSED = new GatewayError('UNAUTHENTICATED', 'no');
const LIMITS = { maxFailures: 3, maxFailuresInAll: 5, countsUnchecked: false };

type Throttle = LoginThrottle<string>;

function throttleOver(connection?: Connection, limits: Partial<typeof LIMITS> = {}): Throttle {
  return createLoginThrottle({ ...LIMITS, ...limits, shared: connection, ...(connection && connection) });
}

let logins = 0;

/** A login with credentials of its own. */
function login(changed: Partial<UncheckedLogin> = {}): UncheckedLogin {
  logins += 1;
  return { key: `key-${logins}`, address: '10.0.0.1', user: 'ann', ...changed };
}

const fail = (throttle: Throttle, changed?: Partial<UncheckedLogin>) =>
  throttle.guard(login(changed), async () => REFUSED).then(codeOf);

const succeed = (throttle: Throttle, changed?: Partial<UncheckedLogin>) =>
  throttle.guard(login(changed), async () => 'accepted').then(codeOf);

const codeOf = (result: string | GatewayError) => (result instanceof GatewayError ? result.code : result);

describe.skipIf(!HAS_REDIS)('failed logins of several gateways', () => {
  it('count together: what fails at one is refused unchecked at another', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    await using other = await connectTo(server);
    const [first, second] = [throttleOver(one), throttleOver(other)];
    expect(await fail(first)).toBe('UNAUTHENTICATED');
    expect(await fail(second)).toBe('UNAUTHENTICATED');
    expect(await fail(first)).toBe('UNAUTHENTICATED');
    let checked = 0;
    const refusal = await second.guard(login(), async () => {
      checked += 1;
      return 'accepted';
    });
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', details: { limit: 'LOGIN_FAILURES' } });
    const { retryAfter } = (refusal as GatewayError).details as { retryAfter: number };
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(checked).toBe(0);
    // Who shares the address or the name only has room up to the higher limit.
    expect(await fail(second, { user: 'bob' })).toBe('UNAUTHENTICATED');
    expect(await fail(first, { address: '10.0.0.2' })).toBe('UNAUTHENTICATED');
    expect(await fail(first, { user: 'eve' })).toBe('UNAUTHENTICATED');
    expect(await succeed(second, { user: 'eve' })).toBe('RATE_LIMITED');
  });

  it('are released when the login is accepted', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    await using other = await connectTo(server);
    const [first, second] = [throttleOver(one), throttleOver(other)];
    for (let count = 0; count < 10; count += 1) {
      expect(await succeed(first)).toBe('accepted');
      expect(await succeed(second)).toBe('accepted');
    }
    expect([...new Set(contentOf(server).values())]).toEqual(['0']);
  });

  it('count from the start of a check, so that of many at once no more are checked than may fail', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    await using other = await connectTo(server);
    const throttles = [throttleOver(one), throttleOver(other), throttleOver(one)];
    const { promise, resolve } = Promise.withResolvers<GatewayError>();
    let checked = 0;
    const guards = Array.from({ length: 60 }, (_, at) =>
      throttles[at % 3]?.guard(login(), () => {
        checked += 1;
        return promise;
      }),
    );
    await eventually(() => expect(checked).toBe(3));
    resolve(REFUSED);
    const codes = (await Promise.all(guards)).map((result) => codeOf(result ?? 'none'));
    expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBe(57);
    expect(checked).toBe(3);
  });

  it('count as at a single gateway, whatever comes in whatever order', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    await using other = await connectTo(server);
    await using third = await connectTo(server);
    const step = fc.record({
      at: fc.nat(2),
      user: fc.constantFrom('ann', 'bob', null),
      address: fc.constantFrom('10.0.0.1', '10.0.0.2'),
      isGood: fc.boolean(),
    });
    let runs = 0;
    const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      runs += 1;
      const shared = [throttleOver(one), throttleOver(other), throttleOver(third)];
      const single = throttleOver();
      for (const { at, isGood, ...names } of steps) {
        const user = names.user && `${names.user} of ${runs}`;
        // A token counts by itself, so two that are tried have to be the same to count together.
        const key = names.user === null ? { key: `token of ${runs}` } : {};
        const changed = { user, address: `${names.address} of ${runs}`, ...key };
        const attempt = isGood ? succeed : fail;
        expect(await attempt(shared[at] as Throttle, changed)).toBe(await attempt(single, changed));
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

describe.skipIf(!HAS_REDIS)('while Redis', () => {
  it('is away, every gateway counts for itself, and together again when it is back', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    await using other = await connectTo(server);
    const [first, second] = [throttleOver(one), throttleOver(other)];
    expect(await fail(first)).toBe('UNAUTHENTICATED');
    await server.kill();
    for (let count = 0; count < 2; count += 1) expect(await fail(first)).toBe('UNAUTHENTICATED');
    expect(await fail(first)).toBe('RATE_LIMITED');
    for (let count = 0; count < 2; count += 1) expect(await fail(second)).toBe('UNAUTHENTICATED');
    expect(await succeed(second)).toBe('accepted');
    await server.start();
    await reconnected(one, other);
    // It has kept the first one.
    const bob = { user: 'bob', address: '10.0.0.2' };
    for (let count = 0; count < 3; count += 1) expect(await fail(first, bob)).toBe('UNAUTHENTICATED');
    expect(await fail(second, bob)).toBe('RATE_LIMITED');
    expect([...contentOf(server).values()].sort()).toEqual(['1', '1', '1', '3', '3', '3']);
  });

  it('has lost everything, what a gateway has counted itself still holds there, and nothing else', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    await using other = await connectTo(server);
    const [first, second] = [throttleOver(one), throttleOver(other)];
    for (let count = 0; count < 3; count += 1) expect(await fail(first)).toBe('UNAUTHENTICATED');
    // What is refused because of others counts nowhere.
    for (let count = 0; count < 5; count += 1) expect(await fail(second)).toBe('RATE_LIMITED');
    await server.kill();
    await server.startEmpty();
    await reconnected(one, other);
    expect(await fail(first)).toBe('RATE_LIMITED');
    expect(contentOf(server).size).toBe(0);
    for (let count = 0; count < 3; count += 1) expect(await fail(second)).toBe('UNAUTHENTICATED');
    expect(await fail(second)).toBe('RATE_LIMITED');
    expect([...contentOf(server).values()]).toEqual(['3', '3', '3']);
  });

  it('hangs, one login waits an eighth of a second and the next ones do not', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    await using other = await connectTo(server);
    const [first, second] = [throttleOver(one), throttleOver(other)];
    expect(await fail(first)).toBe('UNAUTHENTICATED');
    server.freeze();
    const failing = fail(second);
    await settled();
    await one.clock.advance(125);
    await other.clock.advance(125);
    expect(await failing).toBe('UNAUTHENTICATED');
    // The clock stands still, so these have not waited.
    expect(await fail(second)).toBe('UNAUTHENTICATED');
    expect(await fail(second)).toBe('UNAUTHENTICATED');
    expect(await fail(second)).toBe('RATE_LIMITED');
    server.thaw();
    await reconnected(one, other);
    // What was sent before has been carried out since.
    await eventually(() => expect([...contentOf(server).values()]).toEqual(['2', '2', '2']));
    expect(await fail(first)).toBe('UNAUTHENTICATED');
    expect(await fail(first)).toBe('RATE_LIMITED');
  });

  it('hangs, a login that is accepted meanwhile is not left counted, whatever Redis does later', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    const throttle = throttleOver(one);
    expect(await fail(throttle)).toBe('UNAUTHENTICATED');
    server.freeze();
    const accepted = succeed(throttle);
    await settled();
    await one.clock.advance(125);
    expect(await accepted).toBe('accepted');
    server.thaw();
    await reconnected(one);
    await eventually(() => expect([...contentOf(server).values()]).toEqual(['1', '1', '1']));
  });

  it('holds something else under a key, the gateway counts for itself', async () => {
    await using server = await startRedisServer();
    await using one = await connectTo(server);
    const throttle = throttleOver(one);
    expect(await fail(throttle)).toBe('UNAUTHENTICATED');
    for (const key of contentOf(server).keys()) server.command('SET', key, 'no number');
    expect(await fail(throttle)).toBe('UNAUTHENTICATED');
    await one.clock.advance(1000);
    expect(await fail(throttle)).toBe('UNAUTHENTICATED');
    expect(await fail(throttle)).toBe('RATE_LIMITED');
  });
});

it('a login that could not be checked counts once, and is released when it is accepted', async () => {
  const throttle = throttleOver(undefined, { maxFailures: 1, countsUnchecked: true });
  const attempt = login();
  const away = new GatewayError('UPSTREAM_UNAVAILABLE', 'away');
  for (let count = 0; count < 3; count += 1) expect(await throttle.guard(attempt, async () => away)).toBe(away);
  expect(await fail(throttle)).toBe('RATE_LIMITED');
  expect(await throttle.guard(attempt, async () => 'accepted')).toBe('accepted');
  expect(await fail(throttle)).toBe('UNAUTHENTICATED');
});
