import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { CHANGES, overSse, overWebSocket, wsClient } from '../support/live.ts';
import { startService } from '../support/service.ts';
import { ADMIN } from '../support/stack.ts';

describe('a JWT', () => {
  it.each<[string, Record<string, unknown>, number, string, RegExp]>([
    ['of a viewer', { role: 'viewer' }, 60, 'OK', /^$/],
    ['with a list of roles', { role: ['other', 'viewer', 'operator'] }, 60, 'OK', /^$/],
    ['without a role', {}, 60, 'UNAUTHENTICATED', /names no role of the gateway in its claim 'role'/],
    ['with another role', { role: 'admin' }, 60, 'UNAUTHENTICATED', /names no role/],
    ['that has expired', { role: 'viewer' }, -60, 'UNAUTHENTICATED', /has expired/],
    ['of another issuer', { role: 'viewer', iss: 'https://other.example' }, 60, 'UNAUTHENTICATED', /claim 'iss'/],
    ['for another audience', { role: 'viewer', aud: 'other' }, 60, 'UNAUTHENTICATED', /claim 'aud'/],
    ['that is not valid yet', { role: 'viewer', nbf: Date.now() / 1000 + 600 }, 60, 'UNAUTHENTICATED', /claim 'nbf'/],
    ['without a subject', { role: 'viewer', sub: undefined }, 60, 'UNAUTHENTICATED', /claim 'sub'/],
  ])('%s is taken or refused, with the reason', async (_, claims, lifetime, code, reason) => {
    await using service = await startService({ sandbox: { nodes: 1 } });
    const { errors, text } = await service.ask('{ viewer { username } }', { as: await service.jwt(claims, lifetime) });
    expect([errors[0]?.extensions.code ?? 'OK', errors[0]?.message ?? '']).toEqual([
      code,
      expect.stringMatching(reason),
    ]);
    expect(text).not.toMatch(/eyJ/);
  });

  it('whose signature, algorithm or key is another is refused', async () => {
    await using service = await startService({ sandbox: { nodes: 1 } });
    const good = await service.jwt({ role: 'operator' });
    const [header = '', payload = '', signature = ''] = good.slice('Bearer '.length).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const shared = Buffer.from('{"alg":"HS256"}').toString('base64url');
    for (const forged of [
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${Buffer.from('{"sub":"x","role":"operator","exp":9999999999}').toString('base64url')}.${signature}`,
      `${none}.${payload}.x`,
      `${shared}.${payload}.${signature}`,
    ]) {
      expect((await service.ask('{ viewer { username } }', { as: `Bearer ${forged}` })).status).toBe(401);
    }
    expect((await service.ask('{ viewer { username } }', { as: good })).status).toBe(200);
  });

  it('takes its role out of a claim within others', async () => {
    await using service = await startService({
      sandbox: { nodes: 1 },
      settings: { JWT_ROLE_CLAIM: 'realm_access.roles' },
    });
    const as = await service.jwt({ realm_access: { roles: ['viewer'] } });
    expect((await service.ask('{ viewer { role } }', { as })).data).toEqual({ viewer: { role: 'viewer' } });
  });
});

describe('the streams of a caller', { timeout: 180_000 }, () => {
  it.each([
    ['WebSocket', overWebSocket],
    ['SSE', overSse],
  ] as const)('end when it is revoked over %s, and nobody else’s', async (transport, over) => {
    await using service = await startService({ settings: { POLL_INTERVAL: '100' } });
    const token = service.grant('rita', 'viewer');
    await eventually(async () => expect((await service.ask('{ viewer { role } }', { as: token })).status).toBe(200));
    const open = (as: string) =>
      transport === 'SSE'
        ? overSse(service, CHANGES, { snapshot: true }, { authorization: as })
        : over(service, CHANGES, { snapshot: true }, wsClient(service, { authorization: as }) as never);
    await using mine = open(token);
    await using other = open(service.operator);
    await Promise.all([mine.next(), other.next()]);
    service.revoke(token);
    expect(JSON.stringify(await mine.ended)).toContain('UNAUTHENTICATED');
    await service.sandbox.node('node-3').kill();
    await other.until(({ kind }) => kind === 'DISCONNECTED');
  });

  it('end when a JWT does', async () => {
    await using service = await startService({ settings: { POLL_INTERVAL: '100' } });
    const as = await service.jwt({ role: 'viewer' }, 2);
    await using events = overWebSocket(service, CHANGES, { snapshot: true }, wsClient(service, { authorization: as }));
    await events.next();
    expect(JSON.stringify(await events.ended)).toContain('The token has expired.');
  });

  it('go on when the tokens file changes for others, or is broken for a while', async () => {
    await using service = await startService({ settings: { POLL_INTERVAL: '100' } });
    await using events = overWebSocket(
      service,
      CHANGES,
      { snapshot: true },
      wsClient(service, { authorization: service.viewer }),
    );
    await events.next();
    service.corrupt();
    await eventually(() => expect(service.logs.join('')).toContain('TOKENS_FILE: line 1 is not'));
    expect((await service.ask('{ viewer { role } }', { as: service.viewer })).status).toBe(200);
    const extra = service.grant('new', 'viewer');
    await eventually(async () => expect((await service.ask('{ viewer { role } }', { as: extra })).status).toBe(200));
    await service.sandbox.node('node-2').kill();
    await events.until(({ kind }) => kind === 'DISCONNECTED');
  });
});

describe('the gateway’s own login', () => {
  it('is renewed when Harper refuses the token, without anybody noticing', async () => {
    await using service = await startService();
    const { faults, received } = service.sandbox.node('node-1');
    expect((await service.ask('{ clusterStatus { nodeName } }', { as: service.viewer })).status).toBe(200);
    faults.add('cluster_status', { kind: 'refuse', status: 401, body: { error: 'token expired' } });
    expect((await service.ask('{ clusterStatus { nodeName } }', { as: service.viewer })).status).toBe(200);
    expect(received.get('create_authentication_tokens')).toBe(2);
    faults.add('update_node', { kind: 'refuse', status: 401, body: { error: 'token expired' } });
    const { data } = await service.ask('mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message } }', {
      as: service.operator,
    });
    expect(data.updateNode.message).toBe("Successfully updated 'ws://node-2:9933'");
  });

  it('that Harper does not take is the gateway’s trouble, not the caller’s', async () => {
    await using service = await startService();
    const admin = service.sandbox.logins.users.get('admin');
    if (admin) admin.password = 'changed';
    const { errors, status, text } = await service.ask('{ clusterStatus { nodeName } }', { as: service.viewer });
    expect([status, errors[0]?.extensions.code]).toEqual([502, 'UPSTREAM_UNAVAILABLE']);
    expect(errors[0]?.message).toBe('Harper does not accept the login of the gateway itself.');
    expect(text).not.toContain('sandbox');
    if (admin) admin.password = 'sandbox';
    // It is tried again after a pause of a second.
    await eventually(async () => {
      expect((await service.ask('{ clusterStatus { nodeName } }', { as: service.viewer })).status).toBe(200);
    });
  });

  it('serves everybody on this machine when that is asked for, and no page of another host', async () => {
    await using service = await startService({
      sandbox: { nodes: 1 },
      settings: {
        TOKENS_FILE: undefined,
        JWT_KEY_FILE: undefined,
        JWT_ISSUER: undefined,
        JWT_AUDIENCE: undefined,
        INSECURE_NO_AUTH: 'true',
      } as never,
    });
    const { data } = await service.ask('{ viewer { role canChange } gateway { warnings } }', { as: null });
    expect(data).toEqual({
      viewer: { role: 'operator', canChange: true },
      gateway: { warnings: ['INSECURE_NO_AUTH is on: every process on this machine may change the cluster.'] },
    });
    const { port, pathname } = new URL(service.url);
    const { request } = await import('undici');
    const answer = await request(`http://127.0.0.1:${port}${pathname}`, {
      method: 'POST',
      headers: { host: 'rebound.example', 'content-type': 'application/json' },
      body: '{"query":"{ viewer { username } }"}',
    });
    expect(answer.statusCode).toBe(403);
    expect(await answer.body.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });
});

describe('failed logins', () => {
  it('are refused unseen after some by user and address, or by either alone, and good ones go on', async () => {
    const { startStack, basic } = await import('../support/stack.ts');
    await using stack = await startStack({
      sandbox: { nodes: 1 },
      settings: { LOGIN_FAILURES: '3', LOGIN_FAILURES_IN_ALL: '5', TRUST_PROXY: '1' },
    });
    const { received } = stack.sandbox.node('node-1');
    const from = (address: string, as: string) =>
      stack.ask('{ viewer { username } }', { as, headers: { 'x-forwarded-for': address } });
    expect((await from('10.0.0.1', ADMIN)).status).toBe(200);
    for (const guess of ['a', 'b', 'c']) expect((await from('10.0.0.1', basic('admin', guess))).status).toBe(401);
    const asked = received.get('user_info');
    const closed = await from('10.0.0.1', basic('admin', 'd'));
    expect([closed.status, closed.errors[0]?.extensions]).toMatchObject([
      429,
      { code: 'RATE_LIMITED', limit: 'LOGIN_FAILURES', retryAfter: Number(closed.headers.get('retry-after')) },
    ]);
    expect(received.get('user_info')).toBe(asked);
    // Neither others at that address nor the user elsewhere are kept out by that.
    expect((await from('10.0.0.1', basic('other', 'x'))).status).toBe(401);
    expect((await from('10.0.0.2', basic('admin', 'd'))).status).toBe(401);
    // One address may fail so often whatever the user name, and one user name so often wherever it comes from.
    expect((await from('10.0.0.1', basic('third', 'x'))).status).toBe(401);
    const office = await from('10.0.0.1', basic('fourth', 'x'));
    expect([office.status, office.errors[0]?.extensions.limit]).toEqual([429, 'LOGIN_FAILURES_IN_ALL']);
    expect((await from('10.0.0.3', basic('admin', 'e'))).status).toBe(401);
    expect((await from('10.0.0.4', basic('admin', 'f'))).status).toBe(429);
    // A login that Harper has taken before is not held up by those who guess.
    expect((await from('10.0.0.1', ADMIN)).status).toBe(200);
  });

  it('do not count the first requests with a JWT that come at once', async () => {
    await using service = await startService({ sandbox: { nodes: 1 }, settings: { LOGIN_FAILURES: '1' } });
    const as = await service.jwt({ role: 'viewer' });
    const replies = await Promise.all(Array.from({ length: 8 }, () => service.ask('{ viewer { role } }', { as })));
    expect(replies.map(({ status }) => status)).toEqual(new Array(8).fill(200));
  });

  it('are counted for tokens, too', async () => {
    await using service = await startService({ sandbox: { nodes: 1 }, settings: { LOGIN_FAILURES_IN_ALL: '3' } });
    for (let count = 0; count < 3; count += 1) {
      expect((await service.ask('{ viewer { role } }', { as: `Bearer hgw_${count}` })).status).toBe(401);
    }
    expect((await service.ask('{ viewer { role } }', { as: 'Bearer hgw_4' })).status).toBe(429);
    expect((await service.ask('{ viewer { role } }', { as: service.viewer })).status).toBe(200);
  });
});
