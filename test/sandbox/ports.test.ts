import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { claimPorts, listenOnNext, type Ports } from '../../src/sandbox/ports.ts';

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** All ports of a claim, in their order. */
function portsOf(ports: Ports): Set<number> {
  const all = new Set<number>();
  for (let port = ports.next(); !all.has(port); port = ports.next()) all.add(port);
  return all;
}

describe('ports that are claimed', () => {
  it('are nobody else’s until they are released, and can be taken again after the last', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimPorts()));
    const all = claims.map(portsOf);
    expect(all.map(({ size }) => size)).toEqual(all.map(() => 49));
    expect(new Set(all.flatMap((each) => [...each])).size).toBe(20 * 49);
    for (const port of all.flatMap((each) => [...each])) {
      expect(port).toBeGreaterThanOrEqual(10_000);
      // Linux gives the ports from here on to outgoing connections.
      expect(port).toBeLessThan(32_768);
    }
    await Promise.all(claims.map(({ release }) => release()));
    // Once more does nothing.
    await Promise.all(claims.map(({ release }) => release()));
  });

  it('are as many as are needed', async () => {
    const ports = await claimPorts(120);
    expect(portsOf(ports).size).toBeGreaterThanOrEqual(120);
    await ports.release();
  });

  it('are passed over where another program listens, and are found again by who had them', async () => {
    const ports = await claimPorts();
    const [other, first, second] = [createServer(), createServer(), createServer()];
    const before = await listenOnNext(first, ports);
    other.listen(before + 1, '127.0.0.1');
    await once(other, 'listening');
    expect(await listenOnNext(second, ports)).toBe(before + 2);
    await close(first);
    const refused = connect(before, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    first.listen(before, '127.0.0.1');
    await once(first, 'listening');
    await Promise.all([close(first), close(second), close(other), ports.release()]);
  });
});
