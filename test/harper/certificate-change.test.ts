import { X509Certificate } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOGIN } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { certificate } from '../support/tls.ts';

const QUERY = '{ clusterStatus { nodeName } }';
const ADD = `mutation($input: AddNodeInput!) { addNode(input: $input) { partial warnings peer { name } } }`;

const fingerprintOf = (cert: string) => new X509Certificate(cert).fingerprint256;

function fileOf(text: string): { path: string; write: (text: string) => void } {
  const path = join(mkdtempSync(join(tmpdir(), 'harper-gateway-join-')), 'file');
  const write = (content: string) => writeFileSync(path, content);
  write(text);
  return { path, write };
}

/** Adds a node over wss, after which the sandbox shows its other certificate, as a real server does. */
async function joinOverWss(stack: Stack): Promise<void> {
  const input = { hostname: 'node-3', url: 'wss://node-3:9933', authorization: LOGIN };
  const { data } = await stack.ask(ADD, { variables: { input } });
  expect(data.addNode).toMatchObject({
    partial: false,
    warnings: [expect.stringMatching(/another certificate\. .*HARPER_CA_FILE.*HARPER_FINGERPRINT/)],
    peer: { name: 'node-3' },
  });
}

/** Asks over a new connection: those that are open go on with the certificate that they were opened with. */
async function askAnew(stack: Stack) {
  const node = stack.sandbox.node('node-1');
  node.closeConnections();
  return stack.ask(QUERY);
}

describe('the certificate of a node that joins for the first time', () => {
  const start = async (settingsOf: (before: string, after: string) => Record<string, string>) => {
    const [before, after] = await Promise.all(
      ['one', 'other'].map((name) => certificate('localhost', undefined, name)),
    );
    if (!before || !after) throw new Error('no certificates');
    const stack = await startStack({
      sandbox: { nodes: 2, spares: 1, tls: { ...before, joined: after } },
      settings: settingsOf(before.cert, after.cert),
    });
    return { stack, before: before.cert, after: after.cert };
  };

  it.each<[string, (before: string, after: string) => Record<string, string>]>([
    ['the authorities of both', (before, after) => ({ HARPER_CA_FILE: fileOf([before, after].join('\n')).path })],
    ['both fingerprints', (before, after) => ({ HARPER_FINGERPRINT: [before, after].map(fingerprintOf).join(', ') })],
    [
      'a file of both fingerprints',
      (before, after) => ({ HARPER_FINGERPRINT_FILE: fileOf([before, after].map(fingerprintOf).join('\n')).path }),
    ],
  ])('is taken with %s', async (_, settingsOf) => {
    const { stack } = await start(settingsOf);
    await using _stack = stack;
    await joinOverWss(stack);
    expect((await askAnew(stack)).errors).toEqual([]);
  });

  it('is refused where it is not known, with the setting that has to hold it', async () => {
    const file = fileOf('');
    const { stack, after } = await start((before) => {
      file.write(before);
      return { HARPER_CA_FILE: file.path };
    });
    await using _stack = stack;
    await joinOverWss(stack);
    const { errors } = await askAnew(stack);
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('HARPER_CA_FILE does not hold the authority that signed its certificate.'),
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    file.write(after);
    await eventually(async () => expect((await askAnew(stack)).errors).toEqual([]));
  });

  it('is taken when its fingerprint is added to the file', async () => {
    const file = fileOf('');
    const { stack, before, after } = await start((first) => {
      file.write(fingerprintOf(first));
      return { HARPER_FINGERPRINT_FILE: file.path };
    });
    await using _stack = stack;
    await joinOverWss(stack);
    const { errors } = await askAnew(stack);
    expect(errors[0]?.message).toContain('HARPER_FINGERPRINT does not list its certificate.');
    file.write('no fingerprint');
    await eventually(() => expect(stack.logs.join('')).toContain('the old ones stay in use'));
    file.write([before, after].map(fingerprintOf).join('\n'));
    await eventually(async () => expect((await askAnew(stack)).errors).toEqual([]));
  });
});

it('a file without fingerprints is refused at the start', async () => {
  const settings = { HARPER_FINGERPRINT_FILE: fileOf('none').path };
  const starting = startStack({ sandbox: { nodes: 1, tls: await certificate() }, settings });
  await expect(starting).rejects.toThrow(/^HARPER_FINGERPRINT_FILE is not a SHA-256 fingerprint/);
});
