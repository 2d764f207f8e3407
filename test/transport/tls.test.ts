import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { readConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, FAST } from '../support/stack.ts';
import { type Certificate, certificate } from '../support/tls.ts';

async function start(clientCa?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-tls-'));
  const path = (name: string) => join(directory, name);
  const put = ({ cert, key }: Certificate) => {
    writeFileSync(path('key.pem'), key);
    writeFileSync(path('cert.pem'), cert);
  };
  const first = await certificate();
  put(first);
  if (clientCa !== undefined) writeFileSync(path('ca.pem'), clientCa);
  const sandbox = await startSandbox({ nodes: 2, timing: FAST });
  const gateway = await startGateway(
    readConfig({
      HARPER_URL: sandbox.node('node-1').url,
      PORT: '0',
      POLL_INTERVAL: '100',
      TLS_CERT_FILE: path('cert.pem'),
      TLS_KEY_FILE: path('key.pem'),
      ...(clientCa !== undefined && { TLS_CLIENT_CA_FILE: path('ca.pem') }),
    }),
    { logger: createLogger('silent') },
  );
  return {
    gateway,
    sandbox,
    first,
    put,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

async function ask(url: string, tls: object): Promise<number> {
  const dispatcher = new Agent({ connect: tls });
  try {
    const { statusCode, body, headers } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: ADMIN },
      body: '{"query":"{ clusterStatus { nodeName } }"}',
      dispatcher,
    });
    await body.dump();
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    return statusCode;
  } finally {
    await dispatcher.destroy();
  }
}

/** The certificate that a new connection is shown. */
function shown(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    }).on('error', reject);
  });
}

describe('the gateway’s own TLS', () => {
  it('serves HTTPS and WSS, and takes a new certificate without dropping anybody', async () => {
    await using stack = await start();
    const { url } = stack.gateway;
    expect(url).toMatch(/^https:/);
    expect(await ask(url, { ca: stack.first.cert })).toBe(200);
    const socket = new WebSocket(url.replace('https:', 'wss:'), 'graphql-transport-ws', { ca: stack.first.cert });
    const messages: string[] = [];
    socket.on('message', (data) => messages.push(String(data)));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: ADMIN } }));
    const query = 'subscription { connectionStatusChanged(snapshot: true) { kind peerName } }';
    await eventually(() => expect(messages.length).toBe(1));
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    await eventually(() => expect(messages.join()).toContain('SNAPSHOT'));
    const before = await shown(url);
    stack.put(await certificate());
    await eventually(async () => expect(await shown(url)).not.toBe(before));
    await stack.sandbox.node('node-2').kill();
    await eventually(() => expect(messages.join()).toContain('DISCONNECTED'));
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });

  it('asks clients for a certificate of an authority where that is configured', async () => {
    const client = await certificate('client');
    await using stack = await start(client.cert);
    const { url } = stack.gateway;
    const ca = stack.first.cert;
    expect(await ask(url, { ca, cert: client.cert, key: client.key })).toBe(200);
    await expect(ask(url, { ca })).rejects.toThrow();
    const other = await certificate('other');
    await expect(ask(url, { ca, cert: other.cert, key: other.key })).rejects.toThrow();
  });
});
