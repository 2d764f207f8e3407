import { describe, expect, it } from 'vitest';
import { startSandboxControl } from '../../src/sandbox/control.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { FAST } from '../support/stack.ts';

describe('the control server of the sandbox', () => {
  it('takes nodes down, freezes them and brings them back', async () => {
    await using sandbox = await startSandbox({ nodes: 2, timing: FAST });
    await using control = await startSandboxControl(sandbox, 0);
    const act = async (path: string, method = 'POST') => {
      const response = await fetch(`${control.url}${path}`, { method });
      return [response.status, await response.text()] as const;
    };
    expect((await act('/', 'GET'))[1]).toMatch(/node-1: up .*\nnode-2: up/);
    expect((await act('/node-2/kill'))[1]).toMatch(/node-2: down/);
    expect((await act('/node-2/restart'))[1]).toMatch(/node-2: up/);
    expect((await act('/node-2/freeze'))[1]).toMatch(/node-2: frozen/);
    expect((await act('/node-2/thaw'))[1]).toMatch(/node-2: up/);
    expect((await act('/node-9/kill'))[0]).toBe(404);
    expect((await act('/node-2/explode'))[0]).toBe(404);
    expect((await act('/node-2/kill', 'GET'))[0]).toBe(404);
    const page = await fetch(`${control.url}/node-2/kill`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect([page.status, await page.text()]).toEqual([403, expect.stringMatching(/not for web pages/)]);
    expect(sandbox.node('node-2').isRunning).toBe(true);
  });
});
