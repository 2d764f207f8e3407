import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { issueToken } from '../../src/auth/tokens.ts';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';
import { AUDIENCE, ISSUER, startService } from '../support/service.ts';
import { ask, FAST } from '../support/stack.ts';

function tokensFile() {
  const { token, line } = issueToken('vera', 'viewer');
  const path = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'tokens');
  writeFileSync(path, `${line}\n`);
  return { path, as: `Bearer ${token}` };
}

describe('the gateway’s own login', () => {
  it('by the domain socket lets viewers see, and nobody without a token in', async () => {
    const socketPath = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'harper.sock');
    await using sandbox = await startSandbox({ nodes: 2, socketPath, timing: FAST });
    const { path, as } = tokensFile();
    const settings = { HARPER_URL: `unix:${socketPath}`, HARPER_LOGIN: 'socket', TOKENS_FILE: path, PORT: '0' };
    await using gateway = await startGateway(readConfig({}, settings), { logger: createLogger('silent') });
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }', { as: null })).status).toBe(401);
    expect(sandbox.node('node-1').received.size).toBe(0);
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }', { as })).data).toEqual({
      clusterStatus: { nodeName: 'node-1' },
    });
  });

  it('by a token in a file is read anew when Harper refuses it', async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const admin = sandbox.logins.users.get('admin');
    const issue = () => (admin === undefined ? '' : sandbox.logins.issue(admin).operation_token);
    const file = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'token');
    writeFileSync(file, 'stale');
    const { path, as } = tokensFile();
    const settings = { HARPER_URL: sandbox.node('node-1').url, HARPER_TOKEN_FILE: file, TOKENS_FILE: path, PORT: '0' };
    await using gateway = await startGateway(readConfig({}, settings), { logger: createLogger('silent') });
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }', { as })).errors[0]?.extensions.code).toBe(
      'UPSTREAM_UNAVAILABLE',
    );
    writeFileSync(file, `${issue()}\n`);
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }', { as })).errors).toEqual([]);
  });
});

it('takes JWTs by a JWKS, and no more when their key is withdrawn', { timeout: 180_000 }, async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  let keys: object[] = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
  const issuer = createServer((_, res) => res.end(JSON.stringify({ keys })));
  const port = await listen(issuer);
  await using service = await startService({
    sandbox: { nodes: 1 },
    settings: {
      JWT_KEY_FILE: undefined,
      JWT_JWKS_URL: `http://127.0.0.1:${port}`,
    } as never,
  });
  const token = await new SignJWT({ role: 'viewer' })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject('jo')
    .setExpirationTime('10 min')
    .sign(privateKey);
  const as = `Bearer ${token}`;
  expect((await service.ask('{ viewer { username role } }', { as })).data).toEqual({
    viewer: { username: 'jo', role: 'viewer' },
  });
  keys = [];
  await eventually(async () => expect((await service.ask('{ viewer { role } }', { as })).status).toBe(401));
  issuer.close();
});
