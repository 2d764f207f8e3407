import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { askAt, REMOVE, STATUS, summaryOf } from '../support/failures.ts';
import { listen } from '../support/listen.ts';
import { certificate } from '../support/tls.ts';

describe('a Harper that cannot be reached', () => {
  it.each([
    ['refuses the connection', 'http://127.0.0.1:1', /refused the connection \(ECONNREFUSED\)/],
    ['has no name', 'http://harper.invalid:9925', /host name .*\((ENOTFOUND|EAI_AGAIN)\)/],
    ['has no socket', 'unix:/no/such/harper.sock', /domain socket does not exist \(ENOENT\)/],
  ])('%s: UPSTREAM_UNAVAILABLE, and a change was certainly not made', async (_, url, message) => {
    const query = await askAt(url);
    expect(summaryOf(query)).toEqual([502, 'UPSTREAM_UNAVAILABLE', 'retryable']);
    expect(query.errors[0]?.message).toMatch(message);
    // The login is checked first, so the change was not sent, and may be sent again.
    expect(summaryOf(await askAt(url, REMOVE))).toEqual([502, 'UPSTREAM_UNAVAILABLE', 'retryable']);
  });

  it('accepts and never answers: UPSTREAM_TIMEOUT', async () => {
    const silent = createServer();
    const port = await listen(silent);
    expect(summaryOf(await askAt(`http://127.0.0.1:${port}`, STATUS, { READ_TIMEOUT: '100' }))).toEqual([
      504,
      'UPSTREAM_TIMEOUT',
      'retryable',
    ]);
    silent.close();
  });

  it('speaks TLS and is asked in clear text: UPSTREAM_UNAVAILABLE', async () => {
    await using sandbox = await startSandbox({ nodes: 1, tls: await certificate() });
    const reply = await askAt(sandbox.node('node-1').url.replace('https:', 'http:'));
    expect(summaryOf(reply)).toEqual([502, 'UPSTREAM_UNAVAILABLE', 'retryable']);
  });
});

describe('TLS to Harper', () => {
  const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-'));

  it('is refused for a self-signed certificate, and accepted with its authority or without verification', async () => {
    const tls = await certificate();
    await using sandbox = await startSandbox({ nodes: 1, tls });
    const { url } = sandbox.node('node-1');
    const ca = join(directory, 'self-signed.pem');
    writeFileSync(ca, tls.cert);
    const refused = await askAt(url);
    expect(summaryOf(refused)).toEqual([502, 'UPSTREAM_UNAVAILABLE', 'retryable']);
    expect(refused.errors[0]?.message).toMatch(/TLS handshake failed \((DEPTH_ZERO_)?SELF_SIGNED_CERT/);
    expect((await askAt(url, STATUS, { HARPER_CA_FILE: ca })).data).toEqual({ clusterStatus: { nodeName: 'node-1' } });
    expect((await askAt(url, STATUS, { HARPER_TLS_VERIFY: 'false' })).data).toEqual({
      clusterStatus: { nodeName: 'node-1' },
    });
  });

  it('shows a client certificate to a Harper that asks for one', async () => {
    const [tls, client] = [await certificate(), await certificate('gateway.example')];
    await using sandbox = await startSandbox({ nodes: 1, tls: { ...tls, clientCa: client.cert } });
    const { url } = sandbox.node('node-1');
    const files = {
      HARPER_CA_FILE: join(directory, 'mtls-ca.pem'),
      HARPER_CERT_FILE: join(directory, 'mtls-cert.pem'),
      HARPER_KEY_FILE: join(directory, 'mtls-key.pem'),
    };
    writeFileSync(files.HARPER_CA_FILE, tls.cert);
    writeFileSync(files.HARPER_CERT_FILE, client.cert);
    writeFileSync(files.HARPER_KEY_FILE, client.key);
    const without = await askAt(url, STATUS, { HARPER_CA_FILE: files.HARPER_CA_FILE });
    expect(summaryOf(without)).toEqual([502, 'UPSTREAM_UNAVAILABLE', 'retryable']);
    expect((await askAt(url, STATUS, files)).data).toEqual({ clusterStatus: { nodeName: 'node-1' } });
  });

  it.each([
    ['for another host', () => certificate('other.example'), /ERR_TLS_CERT_ALTNAME_INVALID/],
    ['that has expired', () => certificate('localhost', new Date(Date.now() - 1000)), /CERT_HAS_EXPIRED/],
  ])('is refused for a certificate %s', async (name, make, message) => {
    const tls = await make();
    await using sandbox = await startSandbox({ nodes: 1, tls });
    const ca = join(directory, `${name.replaceAll(' ', '-')}.pem`);
    writeFileSync(ca, tls.cert);
    const query = await askAt(sandbox.node('node-1').url, STATUS, { HARPER_CA_FILE: ca });
    expect(query.errors[0]?.message).toMatch(message);
    expect(summaryOf(await askAt(sandbox.node('node-1').url, REMOVE, { HARPER_CA_FILE: ca }))).toEqual([
      502,
      'UPSTREAM_UNAVAILABLE',
      'retryable',
    ]);
  });
});
