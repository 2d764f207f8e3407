import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { HEALTH_HELP, HISTORY_HELP, helpText, TOKEN_HELP } from '../src/config/help.ts';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { type Program, start } from './support/process.ts';
import { ADMIN, ask, FAST } from './support/stack.ts';

const FREE_PORTS = { PORT: '0', SANDBOX_CONTROL_PORT: '0' };

function cli(args: readonly string[], environment: Record<string, string> = {}): Program {
  return start(process.execPath, ['src/cli.ts', ...args], environment);
}

// Each test starts processes, which takes seconds on a machine that does other things too.
describe('harper-gateway', { timeout: 180_000 }, () => {
  it('names the sandbox on its first line, prints its login, and shows three nodes connected', async () => {
    await using program = cli([], FREE_PORTS);
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    expect(program.stdout().split('\n')[0]).toMatch(/sandbox/);
    expect(program.stdout()).toContain('admin / sandbox');
    const [consoleLine, graphiqlLine] = program.stdout().trimEnd().split('\n').slice(-2);
    expect([consoleLine, graphiqlLine]).toEqual([
      `  console    ${new URL('console', url).href}`,
      `  GraphiQL   ${url}`,
    ]);
    const { data } = await ask(url, '{ clusterStatus { state connections { name } } gateway { mode } }');
    expect(data).toEqual({
      clusterStatus: { state: 'HEALTHY', connections: [{ name: 'node-2' }, { name: 'node-3' }] },
      gateway: { mode: 'SANDBOX' },
    });
  });

  it('has a sandbox whose nodes a person can take down and bring back', async () => {
    await using program = cli(['--sandbox-nodes', '2', '--sandbox-dialect', '5.2'], FREE_PORTS);
    const [, control = ''] = await program.until(/nodes +curl (\S+)/);
    const response = await fetch(`${control}/node-2/kill`, { method: 'POST' });
    expect(await response.text()).toMatch(/node-1: up .*\nnode-2: down .*\nnode-3: up/);
  });

  it.each<[string[], string]>([
    [['--help'], helpText()],
    [['token', '--help'], TOKEN_HELP],
    [['health', '--help'], HEALTH_HELP],
    [['help', 'health'], HEALTH_HELP],
    [['history', '--help'], HISTORY_HELP],
    [['help', 'history'], HISTORY_HELP],
  ])('shows help for %j', async (args, text) => {
    await using help = cli(args);
    expect(await help.ended).toBe(0);
    expect(help.stdout()).toBe(text);
  });

  it('shows its version with --version', async () => {
    await using version = cli(['--version']);
    await version.ended;
    expect(version.stdout().trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });

  it.each<[string, string[], Record<string, string>, RegExp[]]>([
    [
      'all faults, by name',
      ['--port', 'x'],
      { HARPER_USERNAME: 'a', LOG_LEVEL: 'y' },
      [/PORT/, /HARPER_USERNAME/, /LOG_LEVEL/],
    ],
    ['a flag it does not have', ['--nope'], {}, [/--nope is no flag/]],
    ['a command it does not have', ['frobnicate'], {}, [/no command 'frobnicate'/, /--help/]],
    ['half-given Harper settings', [], { HARPER_PASSWORD: 'hush-hush' }, [/HARPER_PASSWORD without/]],
  ])('exits with 2 and names %s', async (_, args, environment, patterns) => {
    await using program = cli(args, environment);
    expect(await program.ended).toBe(2);
    for (const pattern of patterns) expect(program.output()).toMatch(pattern);
    expect(program.output()).not.toContain('hush-hush');
  });

  it('makes a token, shows it once, and lets its holder in', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'tokens');
    await using make = cli(['token', '--name', 'vera', '--role', 'viewer', '--file', file]);
    expect(await make.ended).toBe(0);
    const token = make.stdout().match(/hgw_[\w-]{43}/)?.[0] ?? '';
    const stored = readFileSync(file, 'utf8');
    expect(stored).toMatch(/^vera viewer [0-9a-f]{64}\n$/);
    expect(stored).not.toContain(token);
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    await using program = cli(['--tokens-file', file], {
      ...FREE_PORTS,
      HARPER_URL: sandbox.node('node-1').url,
      HARPER_USERNAME: 'admin',
      HARPER_PASSWORD: 'sandbox',
    });
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    expect((await ask(url, '{ viewer { username } }', { as: `Bearer ${token}` })).data.viewer.username).toBe('vera');
    expect(program.output()).not.toMatch(/hgw_|sandbox/);
  });

  it('makes no token of a name without a role, and says how it is done', async () => {
    await using program = cli(['token', '--name', 'a', '--role', 'root']);
    expect(await program.ended).toBe(2);
    expect(program.output()).toMatch(/A role is needed/);
    expect(program.output()).toMatch(/harper-gateway token --name/);
  });

  it('starts without client authentication when told so', async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    const service = {
      ...FREE_PORTS,
      HARPER_URL: sandbox.node('node-1').url,
      HARPER_USERNAME: 'admin',
      HARPER_PASSWORD: 'sandbox',
    };
    await using program = cli(['--insecure-no-auth'], service);
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    expect((await ask(url, '{ viewer { canChange } }', { as: null })).data.viewer.canChange).toBe(true);
    expect(program.output()).toMatch(/INSECURE_NO_AUTH is on/);
  });

  it('shows no secret in its process title', async () => {
    await using sandbox = await startSandbox({ nodes: 1, timing: FAST });
    await using program = cli(['--insecure-no-auth'], {
      ...FREE_PORTS,
      HARPER_URL: sandbox.node('node-1').url,
      HARPER_USERNAME: 'admin',
      HARPER_PASSWORD: 'sandbox',
      LOG_LEVEL: 'trace',
    });
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    await ask(url, '{ clusterStatus { nodeName } }', { as: null });
    const title = readFileSync(`/proc/${program.child.pid}/cmdline`, 'utf8');
    expect(`${title}${program.output()}`).not.toMatch(/sandbox/);
  });

  it('exits with 1 when its port is taken', async () => {
    await using first = cli([], FREE_PORTS);
    const [, port = ''] = await first.until(/GraphiQL +http:\/\/127\.0\.0\.1:(\d+)/);
    await using second = cli(['--port', port], { SANDBOX_CONTROL_PORT: '0' });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/could not start: PORT: .*EADDRINUSE/);
  });

  it('points at a Harper by one variable', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    await using program = cli([], { ...FREE_PORTS, HARPER_URL: sandbox.node('node-2').url });
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    expect(program.stdout()).not.toMatch(/sandbox/);
    expect((await ask(url, '{ clusterStatus { nodeName } }')).data.clusterStatus.nodeName).toBe('node-2');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'finishes running requests on %s, takes no new ones, and exits with 0',
    async (signal) => {
      await using sandbox = await startSandbox({ timing: FAST });
      await using program = cli([], { ...FREE_PORTS, HARPER_URL: sandbox.node('node-1').url });
      const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
      await ask(url, '{ clusterStatus { nodeName } }');
      const held = sandbox.node('node-1').faults.hold('remove_node', 'after');
      const running = ask(url, 'mutation { removeNode(input: { hostname: "node-3" }) { message } }');
      await held.arrived;
      program.child.kill(signal);
      await program.until(/finishing running requests/);
      await expect(ask(url, '{ __typename }')).rejects.toThrow();
      held.release();
      expect((await running).data.removeNode.message).toBe("Successfully removed 'node-3' from cluster");
      expect(await program.ended).toBe(0);
    },
  );

  it.each([
    ['an exception', 'throw error'],
    ['a rejection', 'Promise.reject(error)'],
  ])('finishes running requests after %s that nothing has handled, and exits with 1', async (_, fail) => {
    await using sandbox = await startSandbox({ timing: FAST });
    const code = `process.on('SIGUSR2', () => { const error = new Error('broken at ${ADMIN}'); ${fail}; });`;
    const environment = { ...FREE_PORTS, HARPER_URL: sandbox.node('node-1').url };
    const args = ['--import', `data:text/javascript,${encodeURIComponent(code)}`, 'src/cli.ts'];
    await using program = start(process.execPath, args, environment);
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    const held = sandbox.node('node-1').faults.hold('remove_node', 'after');
    const running = ask(url, 'mutation { removeNode(input: { hostname: "node-3" }) { message } }');
    await held.arrived;
    program.child.kill('SIGUSR2');
    await program.until(/A fault: finishing running requests/);
    await expect(ask(url, '{ __typename }')).rejects.toThrow();
    // One that comes while it is stopping does not cut off what is running.
    program.child.kill('SIGUSR2');
    await program.until(/(A fault that nothing has handled[\s\S]*){2}/);
    held.release();
    expect((await running).data.removeNode.message).toBe("Successfully removed 'node-3' from cluster");
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('broken at Basic [redacted]');
    expect(program.output()).not.toContain(ADMIN);
    expect(program.takeFaults()).toBe(2);
  });

  it('warns about variables that look like its settings', async () => {
    await using program = cli([], { ...FREE_PORTS, POLL_INTERVALL: '500' });
    await program.until(/POLL_INTERVALL has no effect: it is no setting. Did you mean POLL_INTERVAL\?/);
  });

  it('cuts what still runs when the shutdown timeout is over', async () => {
    await using sandbox = await startSandbox({ timing: FAST });
    await using program = cli([], { ...FREE_PORTS, HARPER_URL: sandbox.node('node-1').url, SHUTDOWN_TIMEOUT: '100' });
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    const held = sandbox.node('node-1').faults.hold('cluster_status');
    const running = ask(url, '{ clusterStatus { nodeName } }');
    await held.arrived;
    program.child.kill('SIGTERM');
    await expect(running).rejects.toThrow();
    expect(await program.ended).toBe(0);
    expect(program.output()).toMatch(/"requests":1/);
    held.release();
  });
});
