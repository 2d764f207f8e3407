import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { forwarded } from '../../src/auth/credentials.ts';
import { createStatusReader } from '../../src/cluster/nodes/read-status.ts';
import type { ClusterStatus } from '../../src/harper/domain.ts';
import { waitFor } from '../../src/util/waiter.ts';
import { connection, status } from '../support/answers.ts';
import { startHarperClient } from '../support/harper-client.ts';
import { listen } from '../support/listen.ts';

/** A client of a server that answers with whatever `answer` holds at that moment. */
async function start() {
  const harper = { text: JSON.stringify(status()), date: 'Mon, 23 Nov 2026 02:12:57 GMT' };
  const server = createServer((req, res) => {
    req.resume().on('end', () => res.setHeader('date', harper.date).end(harper.text));
  });
  const client = startHarperClient(`http://127.0.0.1:${await listen(server)}`);
  const awaitStatus = createStatusReader(client);
  return {
    harper,
    read: (login = 'Basic YTph') => waitFor<ClusterStatus>((waiter) => awaitStatus(forwarded(login), waiter)),
    async [Symbol.asyncDispose]() {
      await client.close(0);
      server.close();
    },
  };
}

describe('an answer of the same bytes as the one before', () => {
  it('is not decoded again, for whatever login, but has its own times', async () => {
    await using stack = await start();
    const first = await stack.read();
    stack.harper.date = 'Mon, 23 Nov 2026 02:12:59 GMT';
    const second = await stack.read('Basic Yjpi');
    expect(second.connections).toBe(first.connections);
    expect(second.nodeTime.getTime() - first.nodeTime.getTime()).toBe(2000);
    expect(second.observedAt.getTime()).toBeGreaterThanOrEqual(first.observedAt.getTime());
  });

  it('is told from one that differs in a single byte of the same length', async () => {
    await using stack = await start();
    const names: (string | undefined)[] = [];
    for (const name of ['node-2', 'node-3', 'node-2', 'node-2']) {
      stack.harper.text = JSON.stringify(status([connection({ name })]));
      names.push((await stack.read()).connections[0]?.name);
    }
    expect(names).toEqual(['node-2', 'node-3', 'node-2', 'node-2']);
  });

  it('is refused again where it was refused', async () => {
    await using stack = await start();
    for (const text of ['{"connections":5}', '{"connections":5}', '[', '[']) {
      stack.harper.text = text;
      await expect(stack.read()).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    }
    stack.harper.text = JSON.stringify(status());
    expect((await stack.read()).nodeName).toBe('node-1');
  });

  it('is one status for all reads that it serves', async () => {
    await using stack = await start();
    // The first read goes out at once; the two that come while it runs share the next one.
    const [first, second, third] = await Promise.all([stack.read(), stack.read(), stack.read()]);
    expect(third).toBe(second);
    expect(second).not.toBe(first);
  });
});
