import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { samples } from '../src/transport/graphiql/samples.ts';
import { overWebSocket } from './support/live.ts';
import { start } from './support/process.ts';
import { startProxy } from './support/proxy.ts';
import { FAST, startStack } from './support/stack.ts';

describe('the typed example', () => {
  it('runs as it stands and prints what the cluster looks like', async () => {
    await using stack = await startStack();
    const { port } = new URL(stack.url);
    await using program = start(process.execPath, ['examples/cluster-status.ts'], { PORT: port });
    expect(await program.ended).toBe(0);
    expect(program.stdout()).toBe('node-1 sees its cluster as HEALTHY\n  node-2: HEALTHY \n  node-3: HEALTHY \n');
  });

  it('ends with a coded error when the login is wrong', async () => {
    await using stack = await startStack();
    await using program = start(process.execPath, ['examples/cluster-status.ts'], {
      GATEWAY_URL: stack.url,
      LOGIN: 'admin:wrong',
    });
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/UNAUTHENTICATED: /);
  });
});

describe('the example that follows changes', { timeout: 180_000 }, () => {
  it('prints each change once, however its connection is cut', async () => {
    await using stack = await startStack({
      // Nothing but what this test does disconnects a node or expires a cursor, however slow the machine is.
      sandbox: { timing: FAST },
      settings: { POLL_INTERVAL: '100', WATCH_LINGER: '60000' },
    });
    await using proxy = await startProxy(Number(new URL(stack.url).port));
    await using program = start(process.execPath, ['examples/follow-changes.ts'], {
      PORT: String(proxy.port),
    });
    await program.until(/SNAPSHOT: node-3 is connected for system\./);
    await stack.sandbox.node('node-3').kill();
    await program.until(/STATE_CHANGED: node-3 went from \w+ to DISCONNECTED/);
    proxy.cut();
    await stack.sandbox.node('node-2').kill();
    await program.until(/cut off: coming back/);
    await program.until(/STATE_CHANGED: node-2 went from \w+ to DISCONNECTED/);
    const lines = program
      .stdout()
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line));
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.filter((line) => line.startsWith('DISCONNECTED'))).toHaveLength(4);
  });

  it('gives up when its login is refused', async () => {
    await using stack = await startStack();
    await using program = start(process.execPath, ['examples/follow-changes.ts'], {
      GATEWAY_URL: stack.url,
      LOGIN: 'admin:wrong',
    });
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/UNAUTHENTICATED/);
  });
});

describe('the sample documents of GraphiQL', () => {
  it('work on the sandbox, one after the other', async () => {
    await using stack = await startStack({ sandbox: { spares: 1 } });
    for (const { query, variables } of samples('node-4')) {
      if (/^subscription/m.test(query)) {
        await using events = overWebSocket(stack, query);
        expect(await events.next()).toBeTruthy();
        continue;
      }
      const { errors, data } = await stack.ask(query, { ...(variables && { variables }) });
      expect([query, errors]).toEqual([query, []]);
      expect(Object.values(data).every((value) => value !== null)).toBe(true);
    }
  });

  it('cover every operation of the schema', async () => {
    const { schema } = await import('../src/schema/schema.ts');
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    const text = samples('node-4')
      .map(({ query }) => query)
      .join('\n');
    expect(roots.filter((root) => !new RegExp(`\\b${root}\\b`).test(text))).toEqual([]);
  });
});
