import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { samples } from '../src/server/graphiql/samples.ts';
import { overWebSocket } from './support/live.ts';
import { start } from './support/process.ts';
import { startStack } from './support/stack.ts';

describe('the typed example', () => {
  it('runs as it stands and prints what the cluster looks like', async () => {
    await using stack = await startStack();
    await using program = start(process.execPath, ['examples/cluster-status.ts'], { GATEWAY_URL: stack.url });
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
