import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { askHealth } from '../../src/transport/http/ask-health.ts';
import { listen } from '../support/listen.ts';
import { start } from '../support/process.ts';
import { certificate } from '../support/tls.ts';

/** Files of a certificate, and of one that is no use for it. */
async function tlsFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-health-'));
  const put = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  // For a host that the check does not ask for.
  const own = await certificate('gateway.example');
  const other = await certificate('gateway.example');
  return {
    files: { TLS_CERT_FILE: put('cert.pem', own.cert), TLS_KEY_FILE: put('key.pem', own.key) },
    clientCa: { TLS_CLIENT_CA_FILE: put('ca.pem', other.cert) },
    others: { TLS_CERT_FILE: put('other.pem', other.cert), TLS_KEY_FILE: put('other-key.pem', other.key) },
  };
}

const HARPER = { HARPER_URL: 'http://127.0.0.1:9' };

async function startOn(settings: Record<string, string>) {
  const gateway = await startGateway(readConfig({ ...HARPER, PORT: '0', ...settings }), {
    logger: createLogger('silent'),
  });
  const { port } = new URL(gateway.url);
  const ask = (more: Record<string, string> = {}) =>
    askHealth(readConfig({ ...HARPER, ...settings, ...more, PORT: port }));
  return { ask, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() };
}

describe('harper-gateway health', () => {
  it.each(['127.0.0.1', '0.0.0.0', 'localhost', '::'])('finds a gateway that listens on %s', async (HOST) => {
    await using gateway = await startOn({ HOST });
    await expect(gateway.ask()).resolves.toBeUndefined();
  });

  it('finds a gateway with TLS, whose certificate has to be its own', async () => {
    const { files, clientCa, others } = await tlsFiles();
    await using gateway = await startOn(files);
    await expect(gateway.ask()).resolves.toBeUndefined();
    await expect(gateway.ask(others)).rejects.toThrow();
    await using strict = await startOn({ ...files, ...clientCa });
    await expect(strict.ask()).resolves.toBeUndefined();
    await expect(strict.ask(others)).rejects.toThrow();
  });

  it('fails where nobody listens, and where nobody answers', async () => {
    const mute = createServer((socket) => socket.resume());
    const PORT = String(await listen(mute));
    await expect(askHealth(readConfig({ ...HARPER, PORT }))).rejects.toThrow('no answer within');
    await new Promise((resolve) => mute.close(resolve));
    await expect(askHealth(readConfig({ ...HARPER, PORT }))).rejects.toThrow('ECONNREFUSED');
    await using command = start(process.execPath, ['src/cli.ts', 'health', '--port', PORT], HARPER);
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(/harper-gateway is not alive: .*ECONNREFUSED/);
  });

  it('ends with 0 where the gateway is alive', async () => {
    await using gateway = start(process.execPath, ['src/cli.ts'], { ...HARPER, PORT: '0' });
    const [, port = ''] = await gateway.until(/GraphiQL +http:\/\/[^:]+:(\d+)/);
    await using command = start(process.execPath, ['src/cli.ts', 'health'], { ...HARPER, PORT: port });
    expect(await command.ended).toBe(0);
    expect(command.stdout()).toBe('alive\n');
  });
});
