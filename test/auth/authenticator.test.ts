import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createForwardAuthenticator } from '../../src/auth/forward.ts';
import { createSessions } from '../../src/auth/sessions.ts';
import { issueToken, readTokens, type TokenHolder } from '../../src/auth/tokens.ts';
import { GatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { TestClock } from '../support/clock.ts';
import { startService } from '../support/service.ts';
import { basic, startStack } from '../support/stack.ts';

/** Names that every object inherits. */
const INHERITED = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];

function collectLogs() {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, logger: createLogger('trace', sink) };
}

describe('names that every object inherits', () => {
  it.each(INHERITED)('are no login: %s', async (name) => {
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { LOGIN_FAILURES: '10000', LOGIN_FAILURES_IN_ALL: '10000' },
    });
    for (const as of [name, `${name} ${name}`, `Bearer ${name}`, basic(name, name), basic('admin', name)]) {
      const { status, errors } = await stack.ask('{ viewer { username } }', { as });
      expect([as, status, errors[0]?.extensions.code]).toEqual([as, 401, 'UNAUTHENTICATED']);
    }
    expect((await stack.ask('{ viewer { username } }')).status).toBe(200);
  });

  it.each(INHERITED)('are no token and no role, but may be the name of a caller: %s', async (name) => {
    await using service = await startService({ sandbox: { nodes: 1 } });
    expect((await service.ask('{ viewer { role } }', { as: `Bearer ${name}` })).status).toBe(401);
    expect(() => issueToken('name', name)).toThrow('A role is needed: viewer or operator.');
    const { line, token } = issueToken(name, 'viewer');
    const file = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'tokens');
    writeFileSync(file, line);
    expect([...readTokens(file).values()]).toEqual([{ name, role: 'viewer' }]);
    writeFileSync(file, line.replace(' viewer ', ` ${name} `));
    expect(() => readTokens(file)).toThrow('TOKENS_FILE: line 1: the role is neither viewer nor operator');
    expect(token).toMatch(/^hgw_/);
  });
});

describe('a fault of the gateway itself', () => {
  const login = { authorization: basic('admin', 'sandbox'), address: '10.0.0.1' };

  it('while Harper checks a login is thrown, and is neither a refusal nor a failed login', async () => {
    let fault: Error | undefined = new TypeError('a fault of ours');
    const authenticator = createForwardAuthenticator({
      maxFailures: 1,
      maxFailuresInAll: 1,
      hasAccepted: () => fault === undefined,
      verify: async () => {
        if (fault !== undefined) throw fault;
      },
    });
    for (let count = 0; count < 3; count += 1)
      await expect(authenticator.authenticate(login)).rejects.toThrow('a fault of ours');
    fault = undefined;
    expect(await authenticator.authenticate(login)).toMatchObject({ name: 'admin' });
  });

  it('while a token with open streams is checked is logged, and ends no stream', async () => {
    const { lines, logger } = collectLogs();
    const holder: TokenHolder = { name: 'vera', role: 'viewer' };
    const results: (() => TokenHolder | GatewayError)[] = [
      () => {
        throw new TypeError('a fault of ours');
      },
      () => new GatewayError('UPSTREAM_UNAVAILABLE', 'The keys cannot be read.'),
      () => holder,
      () => new GatewayError('UNAUTHENTICATED', 'The token is not known.'),
    ];
    const sessions = createSessions(async () => results.shift()?.() ?? holder, logger);
    const ended: string[] = [];
    sessions.join('token', holder, ({ message }) => ended.push(message));
    const check = async () => {
      sessions.check();
      // Every check has settled after a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (let count = 0; count < 3; count += 1) await check();
    expect(ended).toEqual([]);
    expect(lines.filter((line) => line.includes('a fault of ours')).length).toBe(1);
    await check();
    expect(ended).toEqual(['The token is not known.']);
    sessions.stop();
  });
});

it('a revoked token ends its streams with the next check, ten seconds later at most', async () => {
  const clock = new TestClock();
  const { logger } = collectLogs();
  const ended: string[] = [];
  const refusal = new GatewayError('UNAUTHENTICATED', 'The token is not known.');
  const sessions = createSessions(async () => refusal, logger, clock);
  sessions.join('token', { name: 'vera', role: 'viewer' }, ({ message }) => ended.push(message));
  await clock.advance(9999);
  expect(ended).toEqual([]);
  await clock.advance(1);
  expect(ended).toEqual(['The token is not known.']);
  sessions.stop();
});

it('a token that expires ends its streams at that moment', async () => {
  const clock = new TestClock();
  const { logger } = collectLogs();
  const ended: string[] = [];
  const holder: TokenHolder = { name: 'vera', role: 'viewer', endsAt: clock.date() + 5000 };
  const sessions = createSessions(async () => holder, logger, clock);
  sessions.join('token', holder, ({ message }) => ended.push(message));
  await clock.advance(4999);
  expect(ended).toEqual([]);
  await clock.advance(1);
  expect(ended).toEqual(['The token has expired.']);
  sessions.stop();
});

it('a login that cannot be checked is refused, counts once, and is served when Harper is back', async () => {
  let asked = 0;
  const accepted = new Set<string>();
  const answers: (GatewayError | undefined)[] = [
    new GatewayError('UPSTREAM_TIMEOUT', 'Harper gave no whole answer.'),
    new GatewayError('UPSTREAM_UNAVAILABLE', 'Harper refused the connection.'),
    new GatewayError('UPSTREAM_INVALID_RESPONSE', 'No JSON.'),
  ];
  const authenticator = createForwardAuthenticator({
    maxFailures: 1,
    maxFailuresInAll: 1,
    hasAccepted: ({ key }) => accepted.has(key),
    verify: async ({ key }) => {
      const answer = answers[asked];
      asked += 1;
      if (answer !== undefined) throw answer;
      accepted.add(key);
    },
  });
  const login = { authorization: basic('admin', 'sandbox'), address: '10.0.0.1' };
  const attempt = () => Promise.all([authenticator.authenticate(login), authenticator.authenticate(login)]);
  for (const { code } of answers.filter((each) => each !== undefined)) {
    expect(await attempt()).toMatchObject([{ code }, { code }]);
    // Another password from there is one too many.
    const other = { authorization: basic('else', 'guess'), address: '10.0.0.1' };
    expect(await authenticator.authenticate(other)).toMatchObject({ code: 'RATE_LIMITED' });
  }
  const served = { name: 'admin', key: expect.stringMatching(/^login /) };
  expect(await attempt()).toMatchObject([served, served]);
  expect(asked).toBe(4);
  // It counts no more, so there is room for another.
  const other = { authorization: basic('else', 'guess'), address: '10.0.0.1' };
  expect(await authenticator.authenticate(other)).toMatchObject({ name: 'else' });
});

it('a login that Harper lets do nothing is served, and counts by its address, as it may be invented', async () => {
  const authenticator = createForwardAuthenticator({
    maxFailures: 1,
    maxFailuresInAll: 1,
    hasAccepted: () => false,
    verify: async () => {
      throw new GatewayError('FORBIDDEN', 'Only for super users.');
    },
  });
  for (const password of ['one', 'other', 'third']) {
    const attempt = { authorization: basic('someone', password), address: '10.0.0.1' };
    expect(await authenticator.authenticate(attempt)).toMatchObject({ name: 'someone', key: 'address 10.0.0.1' });
  }
});
