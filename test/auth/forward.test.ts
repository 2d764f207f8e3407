import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { ADMIN, ask, basic, startStack } from '../support/stack.ts';

const ROOTS = [
  '{ clusterStatus { nodeName } }',
  '{ peer(name: "a") { name } }',
  '{ clusterPlan(connections: []) { isNoop } }',
  '{ routes { url } }',
  '{ viewer { username } }',
  '{ gateway { version } }',
  'mutation { addNode(input: { hostname: "a" }) { message } }',
  'mutation { updateNode(input: { hostname: "a", shard: 1 }) { message } }',
  'mutation { removeNode(input: { hostname: "a" }) { message } }',
  'mutation { configureCluster(input: { connections: [] }) { message } }',
  'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }',
  'mutation { deleteRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }',
];

describe('a caller without usable credentials', () => {
  // authorizeLocal: this Harper takes a request without login from this machine for a super user's.
  it.each(ROOTS)('is UNAUTHENTICATED, and Harper is not asked: %s', async (query) => {
    await using stack = await startStack({ sandbox: { nodes: 1, authorizeLocal: true } });
    const { status, errors } = await stack.ask(query, { as: null });
    expect([status, errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });

  it.each([
    ['an empty header', ''],
    ['a scheme alone', 'Basic'],
    ['another scheme', 'Digest username="admin"'],
    ['Basic with nothing in it', basic('', '')],
    ['Basic without a password', basic('admin', '')],
    ['Basic without a user', basic('', 'sandbox')],
    ['Basic without a colon', `Basic ${btoa('admin')}`],
    ['Basic that is not Base64', 'Basic ad:min'],
    ['Bearer with nothing in it', 'Bearer '],
    ['Bearer with odd characters', 'Bearer a"b'],
    ['two headers in one', `${ADMIN}, ${ADMIN}`],
  ])('is UNAUTHENTICATED, and Harper is not asked: %s', async (_, as) => {
    await using stack = await startStack({ sandbox: { nodes: 1, authorizeLocal: true } });
    const { status, errors } = await stack.ask('{ clusterStatus { nodeName } }', { as });
    expect([status, errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(stack.sandbox.node('node-1').received.size).toBe(0);
  });

  it('is UNAUTHENTICATED over a domain socket too, where Harper asks for no login', async () => {
    const socketPath = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'harper.sock');
    await using sandbox = await startSandbox({ nodes: 1, socketPath });
    const config = readConfig({}, { HARPER_URL: `unix:${socketPath}`, PORT: '0' });
    await using gateway = await startGateway(config, { logger: createLogger('silent') });
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }', { as: null })).status).toBe(401);
    expect(sandbox.node('node-1').received.size).toBe(0);
    expect((await ask(gateway.url, '{ clusterStatus { nodeName } }')).data).toEqual({
      clusterStatus: { nodeName: 'node-1' },
    });
  });

  it('may still read the schema, so that GraphiQL can be opened before the login', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    expect((await stack.ask('{ __schema { queryType { name } } }', { as: null })).status).toBe(200);
  });
});

describe('credentials', () => {
  it.each([
    ['basic in lower case', ADMIN.replace('Basic', 'basic')],
    ['BASIC in capitals', ADMIN.replace('Basic', 'BASIC')],
    ['two spaces', ADMIN.replace(' ', '  ')],
    ['a password with a colon', basic('colon', 'a:b')],
    ['a password outside ASCII', basic('umlaut', 'pässwörd')],
  ])('reach Harper as Harper reads them: %s', async (_, as) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const user = { role: 'super_user', superUser: true, active: true };
    stack.sandbox.logins.add({ ...user, username: 'colon', password: 'a:b' });
    stack.sandbox.logins.add({ ...user, username: 'umlaut', password: 'pässwörd' });
    expect((await stack.ask('{ clusterStatus { nodeName } }', { as })).status).toBe(200);
  });
});
