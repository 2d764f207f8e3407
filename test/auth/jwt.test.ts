import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createJwtVerifier } from '../../src/auth/jwt.ts';
import { settled, TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';
import { AUDIENCE, ISSUER, startService } from '../support/service.ts';

const RULES = { issuer: ISSUER, audience: AUDIENCE, roleClaim: 'role' };

function sign(key: KeyObject, claims: string | Record<string, unknown>, kid = 'one'): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const own = typeof claims === 'string' ? (JSON.parse(claims) as Record<string, unknown>) : claims;
  return new SignJWT(own)
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject('jo')
    .setExpirationTime(now + 60)
    .sign(key);
}

function keyFile(publicKey: KeyObject): string {
  const path = join(mkdtempSync(join(tmpdir(), 'harper-gateway-jwt-')), 'key.pem');
  writeFileSync(path, publicKey.export({ type: 'spki', format: 'pem' }));
  return path;
}

/** An issuer whose keys a test can take away: it answers with this status and body, or hangs where that is 0. */
async function startIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const good = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] });
  const answer = { status: 200, body: good, requests: 0 };
  const server = createServer((_, res) => {
    answer.requests += 1;
    if (answer.status !== 0) res.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    privateKey,
    answer,
    good,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('the role claim of a JWT', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = keyFile(publicKey);

  // Claims come from the wire, so only keys that a claim has itself may count, whatever an object inherits.
  it.each([
    ['role', '{"__proto__":{"role":"operator"}}', undefined],
    ['role', '{"constructor":{"role":"operator"}}', undefined],
    ['__proto__', '{"role":"operator"}', undefined],
    ['__proto__.role', '{"role":"operator"}', undefined],
    ['constructor', '{"role":"operator"}', undefined],
    ['constructor.name', '{}', undefined],
    ['constructor.prototype.role', '{"role":"operator"}', undefined],
    ['toString', '{}', undefined],
    ['role.length', '{"role":"viewer"}', undefined],
    ['role.constructor', '{"role":"viewer"}', undefined],
    ['role.at', '{"role":["viewer"]}', undefined],
    ['role', '{"role":"constructor"}', undefined],
    ['role', '{"role":"__proto__"}', undefined],
    ['role', '{"role":{"toString":"viewer"}}', undefined],
    ['role', '{"role":[["operator"]]}', undefined],
    ['role', '{"role":null}', undefined],
    ['a.b', '{"a":null}', undefined],
    ['a.b', '{"a":"text"}', undefined],
    ['__proto__.role', '{"__proto__":{"role":"viewer"}}', 'viewer'],
    ['a.constructor', '{"a":{"constructor":"viewer"}}', 'viewer'],
    ['a.0', '{"a":["viewer"]}', 'viewer'],
    ['a.b', '{"a":{"b":["other","operator","viewer"]}}', 'operator'],
  ])('%s is looked for in %s by own keys alone', async (roleClaim, claims, role) => {
    const verifier = createJwtVerifier({ ...RULES, keys: { file }, roleClaim });
    verifier.readKey();
    const result = await verifier.verify(await sign(privateKey, claims));
    if (role === undefined) expect(result).toMatchObject({ code: 'UNAUTHENTICATED' });
    else expect(result).toMatchObject({ name: 'jo', role, endsAt: expect.any(Number) });
  });
});

describe('the subject of a JWT', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = keyFile(publicKey);
  const signed = (sub: unknown) =>
    new SignJWT({ role: 'viewer', sub } as never)
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('1m')
      .sign(privateKey);

  it.each([[''], ['x'.repeat(257)], [5], [{}], [{ toString: 'ada' }], [['ada']], [null], [true]])(
    'is refused where it is no short text: %j',
    async (sub) => {
      const verifier = createJwtVerifier({ ...RULES, keys: { file } });
      verifier.readKey();
      expect(await verifier.verify(await signed(sub))).toMatchObject({
        code: 'UNAUTHENTICATED',
        message: expect.stringContaining("'sub'"),
      });
      expect(await verifier.verify(await signed('ada'))).toMatchObject({ name: 'ada' });
    },
  );

  it('is refused where TOKENS_FILE has its name', async () => {
    await using service = await startService({ sandbox: { nodes: 1 } });
    const as = await service.jwt({ sub: 'otto', role: 'viewer' });
    const { errors } = await service.ask('{ viewer { username } }', { as });
    expect(errors[0]).toMatchObject({ message: expect.stringContaining('TOKENS_FILE') });
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const other = await service.jwt({ sub: 'ottilie', role: 'viewer' });
    expect((await service.ask('{ viewer { username } }', { as: other })).errors).toEqual([]);
  });
});

describe('the key in JWT_KEY_FILE', () => {
  it.each([
    ['a short RSA key', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey],
    ['a curve without a signature', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
    ['a key for encryption', () => generateKeyPairSync('x25519').publicKey],
  ])('is refused when it is read: %s', (_, make) => {
    const verifier = createJwtVerifier({ ...RULES, keys: { file: keyFile(make()) } });
    expect(() => verifier.readKey()).toThrow(/^JWT_KEY_FILE: the key is neither RSA/);
  });

  it('stays in use while the file holds none', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const file = keyFile(publicKey);
    const verifier = createJwtVerifier({ ...RULES, keys: { file } });
    verifier.readKey();
    writeFileSync(file, 'half a key');
    expect(() => verifier.readKey()).toThrow(/^JWT_KEY_FILE: /);
    expect(await verifier.verify(await sign(privateKey, { role: 'viewer' }))).toMatchObject({ role: 'viewer' });
  });

  it('keeps the gateway from starting when it is none', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'harper-gateway-jwt-')), 'key.pem');
    writeFileSync(file, '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n');
    const starting = startService({ sandbox: { nodes: 1 }, settings: { JWT_KEY_FILE: file } });
    await expect(starting).rejects.toThrow(/^JWT_KEY_FILE: /);
  });
});

describe('an issuer whose keys cannot be read', () => {
  const FAULTS: [string, (answer: { status: number; body: string }) => void][] = [
    ['answers 500', (answer) => Object.assign(answer, { status: 500 })],
    ['answers 404', (answer) => Object.assign(answer, { status: 404 })],
    ['answers with a redirect', (answer) => Object.assign(answer, { status: 302 })],
    ['answers no JSON', (answer) => Object.assign(answer, { body: '<html>' })],
    ['answers JSON without keys', (answer) => Object.assign(answer, { body: '{}' })],
    [
      'answers a broken key',
      (answer) => Object.assign(answer, { body: answer.body.replace(/"x":"[^"]{9}/, '"x":"AAAAAAAAA') }),
    ],
  ];

  it.each(FAULTS)('is unavailable, and says nothing about the token: it %s', async (_, breakKeys) => {
    await using issuer = await startIssuer();
    const verifier = createJwtVerifier({ ...RULES, keys: { url: issuer.url } });
    breakKeys(issuer.answer);
    expect(await verifier.verify(await sign(issuer.privateKey, { role: 'viewer' }))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The keys that JWTs are checked with cannot be read.',
    });
  });

  it('is unavailable when nobody listens', async () => {
    const issuer = await startIssuer();
    await issuer[Symbol.asyncDispose]();
    const verifier = createJwtVerifier({ ...RULES, keys: { url: issuer.url } });
    expect(await verifier.verify(await sign(issuer.privateKey, { role: 'viewer' }))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });

  it.each([...FAULTS, ['hangs', (answer) => Object.assign(answer, { status: 0 })] as (typeof FAULTS)[number]])(
    'keeps no token out whose key is known, and only those: it %s',
    { timeout: 120_000 },
    async (_, breakKeys) => {
      await using issuer = await startIssuer();
      const clock = new TestClock();
      const verifier = createJwtVerifier({ ...RULES, keys: { url: issuer.url } }, clock);
      const known = await sign(issuer.privateKey, { role: 'viewer' });
      const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const unknown = await sign(other.privateKey, { role: 'viewer' }, 'two');
      expect(await verifier.verify(known)).toMatchObject({ role: 'viewer' });
      breakKeys(issuer.answer);
      for (let count = 0; count < 3; count += 1) {
        await clock.advance(60_000);
        const answers = Promise.all([verifier.verify(known), verifier.verify(unknown)]);
        await eventually(async () => {
          // An issuer that hangs is given up after a time.
          await clock.advance(100);
          expect(await Promise.race([answers, settled()])).toMatchObject([
            { role: 'viewer' },
            // A set of which one key is broken has none for it.
            { code: issuer.answer.body.includes('AAAAAAAAA') ? 'UNAUTHENTICATED' : 'UPSTREAM_UNAVAILABLE' },
          ]);
        });
      }
      // It is over as soon as the issuer is back, which signs with another key by now.
      const keys = { keys: [{ ...(await exportJWK(other.publicKey)), kid: 'two', alg: 'ES256', use: 'sig' }] };
      Object.assign(issuer.answer, { status: 200, body: JSON.stringify(keys) });
      await clock.advance(5000);
      await eventually(async () => {
        await clock.advance(1000);
        expect(await verifier.verify(unknown)).toMatchObject({ role: 'viewer' });
        // A request that hangs is given its 5 s.
      });
      expect(await verifier.verify(known)).toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );

  it('is asked once a second at most for keys that invented tokens name', async () => {
    await using issuer = await startIssuer();
    const clock = new TestClock();
    const verifier = createJwtVerifier({ ...RULES, keys: { url: issuer.url } }, clock);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const invented = await Promise.all(
      Array.from({ length: 50 }, (_, index) => sign(other.privateKey, { role: 'viewer' }, `key-${index}`)),
    );
    for (let second = 0; second < 3; second += 1) {
      for (const token of invented) expect(await verifier.verify(token)).toMatchObject({ code: 'UNAUTHENTICATED' });
      await clock.advance(1000);
    }
    expect(issuer.answer.requests).toBe(3);
  });

  it('is not the reason when none of its keys has signed the token', async () => {
    await using issuer = await startIssuer();
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const verifier = createJwtVerifier({ ...RULES, keys: { url: issuer.url } });
    expect(await verifier.verify(await sign(other.privateKey, { role: 'viewer' }))).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('costs callers no login, and is logged', async () => {
    await using issuer = await startIssuer();
    await using service = await startService({
      sandbox: { nodes: 1 },
      settings: { JWT_KEY_FILE: undefined, JWT_JWKS_URL: issuer.url, LOGIN_FAILURES: '1' } as never,
    });
    issuer.answer.status = 503;
    const as = `Bearer ${await sign(issuer.privateKey, { role: 'viewer' })}`;
    for (let count = 0; count < 3; count += 1) {
      const { status, errors } = await service.ask('{ viewer { role } }', { as });
      expect([status, errors[0]?.extensions.code]).toEqual([502, 'UPSTREAM_UNAVAILABLE']);
    }
    expect(service.logs.join('')).toContain('The keys of JWTs cannot be read');
    issuer.answer.status = 200;
    await eventually(async () => expect((await service.ask('{ viewer { role } }', { as })).status).toBe(200));
  });
});
