import { describe, expect, it } from 'vitest';
import { startStack } from '../support/stack.ts';

describe('GraphiQL over HTTP', () => {
  it('is served with a policy, and in no frame', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const { headers } = await fetch(stack.url, { headers: { accept: 'text/html' } });
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/,
    );
    expect([
      headers.get('x-frame-options'),
      headers.get('x-content-type-options'),
      headers.get('cache-control'),
    ]).toEqual(['DENY', 'nosniff', 'no-store']);
  });

  it('answers HEAD as GET, without the body: the page and its assets, compressed for whoever takes that', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const text = await (await fetch(stack.url, { headers: { accept: 'text/html' } })).text();
    const asset = new URL(text.match(/href="([^"]+page\.css)"/)?.[1] ?? '', stack.url).href;
    for (const url of [stack.url, asset]) {
      for (const encoding of ['gzip', 'gzip;q=0', 'br, *;q=0.1', 'identity']) {
        const headers = { accept: 'text/html', 'accept-encoding': encoding };
        const [get, head] = await Promise.all([fetch(url, { headers }), fetch(url, { method: 'HEAD', headers })]);
        expect([get.status, head.status, await head.text()]).toEqual([200, 200, '']);
        const isZipped = !['gzip;q=0', 'identity'].includes(encoding);
        expect([encoding, get.headers.get('content-encoding')]).toEqual([encoding, isZipped ? 'gzip' : null]);
        for (const name of ['content-type', 'content-length', 'content-encoding', 'cache-control', 'vary']) {
          expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
        }
      }
    }
  });

  it.each(['nothing.js', 'constructor', '__proto__'])('has no asset %s', async (name) => {
    await using stack = await startStack({ sandbox: { nodes: 1 } });
    const response = await fetch(`${stack.url}/assets/${name}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('is not there when it is switched off', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, settings: { GRAPHIQL: 'false' } });
    const response = await fetch(stack.url, { headers: { accept: 'text/html' } });
    expect(await response.text()).not.toContain('<html');
  });
});
