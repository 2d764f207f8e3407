import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { type SandboxControl, startSandboxControl } from '../../src/sandbox/control.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { FAST } from '../support/stack.ts';
import { all, listed, sockets, view } from './views.ts';

interface Controlled extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly control: SandboxControl;
  /** Sends a request, by POST unless it is said otherwise. */
  act(path: string, method?: string): Promise<readonly [status: number, text: string]>;
}

async function startControlled(options: SandboxOptions = {}): Promise<Controlled> {
  const sandbox = await startSandbox({ nodes: 2, timing: FAST, ...options });
  const control = await startSandboxControl(sandbox, 0);
  return {
    sandbox,
    control,
    async act(path, method = 'POST') {
      const response = await fetch(`${control.url}${path}`, { method });
      return [response.status, await response.text()];
    },
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

describe('the control server of the sandbox', () => {
  it('takes nodes down, freezes them and brings them back', async () => {
    await using controlled = await startControlled();
    const { act, control, sandbox } = controlled;
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

  it('is not for web pages that have pointed their name at this machine', async () => {
    await using controlled = await startControlled();
    const headers = { host: 'evil.example' };
    const { statusCode, body } = await request(`${controlled.control.url}/heal`, { method: 'POST', headers });
    expect([statusCode, await body.text()]).toEqual([403, expect.stringMatching(/not for web pages/)]);
  });

  it('cuts nodes from one another, and mends that', async () => {
    await using controlled = await startControlled({ nodes: 3 });
    const { act, sandbox } = controlled;
    expect(await act('/node-2/cut/node-3')).toEqual([200, expect.stringContaining('from node-2 to node-3\n')]);
    await eventually(async () =>
      expect(await sockets(sandbox, 'node-3')).toEqual({ ...all(['1'], true), ...all(['2'], false) }),
    );
    expect((await act('/node-3/mend/node-2'))[1]).not.toContain('cut');
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], true)));
    await act('/node-3/isolate');
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], false)));
    expect((await act('/heal'))[1]).not.toContain('cut');
    await eventually(async () => expect(await sockets(sandbox, 'node-3')).toEqual(all(['1', '2'], true)));
  });

  it('takes the options of a cut', async () => {
    await using controlled = await startControlled();
    const { act, sandbox } = controlled;
    const cut = { from: 'node-1', to: 'node-2', databases: undefined, silent: false };
    await act('/node-1/cut/node-2?oneWay=true');
    expect(sandbox.cuts).toEqual([cut]);
    sandbox.heal();
    const [, text] = await act('/node-1/cut/node-2?silent=true&oneWay=true&database=dev&database=system');
    expect(sandbox.cuts).toEqual([{ ...cut, databases: ['dev', 'system'], silent: true }]);
    expect(text).toContain('cut: nothing gets from node-1 to node-2, of dev and system, silently\n');
    sandbox.heal();
    await act('/node-2/isolate?oneWay=false&database=dev');
    expect(sandbox.cuts).toEqual([
      { ...cut, from: 'node-2', to: 'node-1', databases: ['dev'] },
      { ...cut, databases: ['dev'] },
    ]);
  });

  it('gives a node another name, by which it goes from then on', async () => {
    await using controlled = await startControlled();
    const { act, sandbox } = controlled;
    expect((await act('/node-2/rename/node-four'))[1]).toMatch(/^node-four: up .*, was node-2$/m);
    expect(await listed(sandbox, 'node-four')).toEqual(['node-1', 'node-2']);
    await act('/node-four/cut/node-1');
    expect((await act('/', 'GET'))[1]).toContain('nothing gets from node-four to node-1\n');
    expect((await act('/node-2/kill'))[1]).toMatch(/^node-four: down/m);
  });

  it('sets the clock of a node', async () => {
    await using controlled = await startControlled();
    const { act, sandbox } = controlled;
    expect((await act('/node-2/clock/-90000'))[1]).toMatch(/^node-2: up .*, clock -90000 ms$/m);
    expect(sandbox.node('node-2').clockOffset).toBe(-90_000);
    expect((await act('/node-2/clock/5'))[1]).toMatch(/, clock \+5 ms$/m);
    expect((await act('/node-2/clock/0'))[1]).not.toContain('clock');
  });

  it('shows everything that can be done', async () => {
    await using controlled = await startControlled();
    const [status, text] = await controlled.act('/', 'GET');
    expect(status).toBe(200);
    const paths = text.split('\n').flatMap((line) => line.match(/^POST (\S+) {2,}\S/)?.[1] ?? []);
    expect(paths).toEqual([
      '/<node>/kill',
      '/<node>/restart',
      '/<node>/freeze',
      '/<node>/thaw',
      '/<node>/cut/<node>',
      '/<node>/mend/<node>',
      '/<node>/isolate',
      '/<node>/rename/<name>',
      '/<node>/clock/<milliseconds>',
      '/heal',
    ]);
  });

  it('shows what is documented', async () => {
    await using controlled = await startControlled();
    const [, text] = await controlled.act('/', 'GET');
    const shown = [...text.matchAll(/^POST (\S+)/gm)].map(([, path]) => path);
    const documented = readFileSync('docs/sandbox.md', 'utf8').matchAll(/^\| `(\/\S+)` \|/gm);
    expect([...documented].map(([, path]) => path)).toEqual(shown);
  });

  it.each<[path: string, status: number, words: RegExp]>([
    ['/node-9/kill', 404, /^There is no node 'node-9'\. There are node-1, node-2\.$/m],
    ['/node-1/cut/node-9', 404, /^There is no node 'node-9'\. There are node-1, node-2\.$/m],
    ['/node-1/explode', 404, /^There is no POST \/node-1\/explode\. What there is:\nPOST \/<node>\/kill/],
    ['/node-1/cut', 404, /^There is no POST \/node-1\/cut\./],
    ['/node-1/kill/now', 404, /^There is no POST /],
    ['/node-1/cut/node-2/now', 404, /^There is no POST /],
    ['/constructor/kill', 404, /^There is no node 'constructor'/],
    ['/node-1/constructor', 404, /^There is no POST /],
    ['/', 404, /^There is no node ''/],
    ['//', 404, /^There is /],
    ['/node-1/cut/node-1', 400, /cannot be cut from itself/],
    ['/node-1/cut/node-2?oneway=true', 400, /no option 'oneway' here\. There is oneWay, silent, database\.$/m],
    ['/node-1/cut/node-2?silent=yes', 400, /silent is true or false, not 'yes'/],
    ['/node-1/kill?silent=true', 400, /no option 'silent' here\. There is none\.$/m],
    ['/node-1/rename/Node', 400, /^No node can be called 'Node'\.$/m],
    ['/node-1/clock/soon', 400, /^'soon' is no number of milliseconds\.$/m],
  ])('refuses %s with %i, and says what there is', async (path, status, words) => {
    await using controlled = await startControlled();
    expect(await controlled.act(path)).toEqual([status, expect.stringMatching(words)]);
    expect(controlled.sandbox.cuts).toEqual([]);
    expect((await view(controlled.sandbox, 'node-1')).node_name).toBe('node-1');
  });
});
