import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { listen } from '../support/listen.ts';
import { start } from '../support/process.ts';
import { startService } from '../support/service.ts';
import { FAST, startStack } from '../support/stack.ts';

async function ready({ url }: { url: string }) {
  const response = await fetch(new URL('/ready', url));
  return [response.status, await response.json()];
}

const UNREACHABLE = {
  status: 'unavailable',
  ready: false,
  reason: 'harper',
  message: expect.stringMatching(/^Harper refused the connection/),
};

describe('/ready', () => {
  it('is 200 while Harper can be reached, and says what is wrong otherwise', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    expect(await ready(stack)).toEqual([200, { status: 'ok' }]);
    const node = stack.sandbox.node('node-1');
    await node.kill();
    await eventually(async () => expect(await ready(stack)).toEqual([503, UNREACHABLE]));
    expect((await fetch(new URL('/health', stack.url))).status).toBe(200);
    await node.start();
    await eventually(async () => expect((await ready(stack))[0]).toBe(200));
  });

  it('is 200 while Harper cannot be reached where that is set, and says so', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { READY_WITHOUT_HARPER: 'true' } });
    expect(await ready(stack)).toEqual([200, { status: 'ok' }]);
    await stack.sandbox.node('node-1').kill();
    await eventually(async () => expect(await ready(stack)).toEqual([200, { status: 'ok', harper: 'unreachable' }]));
  });

  it("is 503 when Harper refuses the gateway's own login, which is told at the start", async () => {
    await using service = await startService({
      sandbox: { nodes: 1, authorizeLocal: false },
      settings: { HARPER_PASSWORD: 'mistyped', READY_WITHOUT_HARPER: 'true' },
    });
    const message = 'Harper does not accept the login of the gateway itself.';
    const refused = { ready: false, reason: 'login', message };
    await eventually(() => expect(service.logs.join('')).toContain(message));
    expect(await ready(service)).toEqual([503, { status: 'unavailable', ...refused }]);
    // The caller's own login is good, and is told where to look.
    const query = '{ gateway { backend { reachable lastError } } clusterStatus { nodeName } }';
    const { data, errors } = await service.ask(query, { as: service.viewer });
    expect(data.gateway.backend).toMatchObject({ reachable: expect.any(Boolean) });
    expect(errors).toMatchObject([{ message, extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  it("is 503 when the gateway's own user may not see the cluster, and no caller is blamed for that", async () => {
    await using service = await startService({
      sandbox: { nodes: 1, authorizeLocal: false },
      settings: { HARPER_USERNAME: 'viewer' },
    });
    const message = "Harper does not let the gateway's own user do this: it must be a super user.";
    await eventually(() => expect(service.logs.join('')).toContain(message));
    expect(await ready(service)).toMatchObject([503, { reason: 'login', message }]);
    const { errors, data } = await service.ask('{ clusterStatus { nodeName } gateway { mode } }', {
      as: service.operator,
    });
    expect(errors).toMatchObject([{ message, extensions: { code: 'FORBIDDEN' } }]);
    expect(data.gateway).toEqual({ mode: 'SERVICE' });
  });
});

it('a gateway that starts while Harper is away says so at once', async () => {
  const sandbox = await startSandbox({ nodes: 1, timing: FAST });
  const { url } = sandbox.node('node-1');
  await sandbox[Symbol.asyncDispose]();
  await using program = start(process.execPath, ['src/cli.ts'], { HARPER_URL: url, PORT: '0' });
  await program.until(/"reason":"harper","message":"Harper refused the connection.*cannot serve yet/);
});

describe('a stop', () => {
  it('goes on as before for SHUTDOWN_DELAY, while /ready says 503', { timeout: 180_000 }, async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const settings = { HARPER_URL: sandbox.node('node-1').url, PORT: '0', SHUTDOWN_DELAY: '5000' };
    await using program = start(process.execPath, ['src/cli.ts'], settings);
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    program.child.kill('SIGTERM');
    await program.until(/SIGTERM: finishing/);
    // New connections are taken: fetch would keep one, so each is closed.
    const get = (path: string) => fetch(new URL(path, url), { headers: { connection: 'close' } });
    await eventually(async () => expect((await get('/ready')).status).toBe(503));
    expect((await get('/health')).status).toBe(200);
    expect(await program.ended).toBe(0);
  });
});

describe('a connection', () => {
  it('without a request is closed after KEEP_ALIVE_TIMEOUT', async () => {
    const settings = { KEEP_ALIVE_TIMEOUT: '7000' };
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings });
    const response = await fetch(new URL('/health', stack.url));
    expect(response.headers.get('keep-alive')).toBe('timeout=7');
  });

  it('to Harper is replaced after HARPER_CONNECTION_LIFETIME, so that a name that moves is followed', async () => {
    const sockets = new Set<Socket>();
    const harper = createServer((req, res) => {
      req.resume().on('end', () => res.end(JSON.stringify({ username: 'admin', node_name: 'a', connections: [] })));
    });
    harper.on('connection', (socket) => sockets.add(socket));
    const port = await listen(harper);
    const settings = { HARPER_URL: `http://127.0.0.1:${port}`, HARPER_CONNECTION_LIFETIME: '10' };
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings });
    await eventually(async () => {
      expect((await stack.ask('{ clusterStatus { nodeName } }')).errors).toEqual([]);
      expect(sockets.size).toBeGreaterThan(3);
    });
    await eventually(() => expect([...sockets].filter((socket) => !socket.destroyed).length).toBeLessThan(3));
    harper.close();
    harper.closeAllConnections();
  });
});
