import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { start } from './support/process.ts';
import { ask } from './support/stack.ts';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The oldest Node that `engines` promises. */
const OLDEST = String(engines.node).replace('>=', '');

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the packed package', () => {
  it(`installs and runs on plain Node ${OLDEST}`, { timeout: 240_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-pack-'));
    npm(['pack', '--pack-destination', directory], process.cwd());
    const tarball = readdirSync(directory).find((file) => file.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('nothing was packed');
    npm(['init', '--yes'], directory);
    npm(['install', '--no-audit', '--no-fund', `./${tarball}`, `node@${OLDEST}`], directory);
    const bin = join(directory, 'node_modules', '.bin');
    const environment = { PATH: `${bin}:${process.env.PATH}`, PORT: '0', SANDBOX_CONTROL_PORT: '0' };
    expect(execFileSync('node', ['--version'], { env: environment, encoding: 'utf8' })).toMatch(
      new RegExp(`^v${OLDEST}\\.`),
    );
    await using program = start('npx', ['harper-gateway'], environment, directory);
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    expect((await ask(url, '{ clusterStatus { state } }')).data).toEqual({ clusterStatus: { state: 'HEALTHY' } });
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('graphiql.js');
    const installed = join(directory, 'node_modules', 'harper-gateway', 'dist');
    // The command holds the packages that it needs at every start, and their licences.
    expect(readFileSync(join(installed, 'cli.js'), 'utf8')).not.toMatch(/^import .* from ['"](undici|graphql|zod)/m);
    expect(readFileSync(join(installed, 'cli.licenses.txt'), 'utf8')).toMatch(
      /^undici \d[\d.]+ \(MIT\)\n\nMIT License/m,
    );
    const library =
      "import('harper-gateway').then(async ({ startSandbox, readConfig, schema }) => console.log(typeof startSandbox, typeof readConfig, String(schema.getQueryType())))";
    expect(execFileSync('node', ['--eval', library], { cwd: directory, env: environment, encoding: 'utf8' })).toBe(
      'function function Query\n',
    );
  });
});
