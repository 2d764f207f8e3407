import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { start } from './support/process.ts';
import { ask } from './support/stack.ts';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The oldest Node that `engines` promises, and one that is older. */
const OLDEST = String(engines.node).replace('>=', '');
const TOO_OLD = '20';

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the packed package', { timeout: 240_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-pack-'));
  const bin = join(directory, 'node_modules', '.bin');
  const installed = join(directory, 'node_modules', 'harper-gateway', 'dist');
  const environment = { PATH: `${bin}:${process.env.PATH}`, PORT: '0', SANDBOX_CONTROL_PORT: '0' };

  beforeAll(() => {
    npm(['pack', '--pack-destination', directory], process.cwd());
    const tarball = readdirSync(directory).find((file) => file.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('nothing was packed');
    npm(['init', '--yes'], directory);
    npm(['install', '--no-audit', '--no-fund', `./${tarball}`, `node@${OLDEST}`], directory);
  }, 480_000);

  it(`runs on plain Node ${OLDEST}`, async () => {
    expect(execFileSync('node', ['--version'], { env: environment, encoding: 'utf8' })).toMatch(
      new RegExp(`^v${OLDEST}\\.`),
    );
    await using program = start('npx', ['harper-gateway'], environment, directory);
    const [, url = ''] = await program.until(/GraphiQL +(\S+)/);
    expect((await ask(url, '{ clusterStatus { state } }')).data).toEqual({ clusterStatus: { state: 'HEALTHY' } });
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('graphiql.js');
    const consolePage = await (await fetch(new URL('console', url))).text();
    const script = await fetch(new URL(consolePage.match(/src="([^"]+)"/)?.[1] ?? '', url));
    expect([script.status, script.headers.get('content-encoding')]).toEqual([200, 'gzip']);
  });

  it(`says which Node it needs on Node ${TOO_OLD}`, () => {
    const onOldNode = ['exec', '--yes', `--package=node@${TOO_OLD}`, '--', 'node'];
    const version = npm([...onOldNode, '--version'], directory).trim();
    expect(version).toMatch(new RegExp(`^v${TOO_OLD}\\.`));
    const { status, stdout, stderr } = spawnSync('npm', [...onOldNode, join(installed, 'cli.js')], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')[0]).toBe(`harper-gateway needs Node ${OLDEST} or newer; this is ${version}`);
  });

  it('says what tracing needs, whose packages are installed by those only who want it', async () => {
    const settings = { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    await using program = start('npx', ['harper-gateway'], settings, directory);
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(
      /OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed: npm install @opentelemetry\/api /,
    );
  });

  it('holds the packages that the command needs at every start, and their licences', () => {
    expect(readFileSync(join(installed, 'cli-main.js'), 'utf8')).not.toMatch(
      /^import .* from ['"](undici|graphql|zod)/m,
    );
    expect(readFileSync(join(installed, 'cli.licenses.txt'), 'utf8')).toMatch(
      /^undici \d[\d.]+ \(MIT\)\n\nMIT License/m,
    );
    expect(readFileSync(join(installed, '..', 'dist-console', 'licenses.txt'), 'utf8')).toMatch(
      /^preact \d[\d.]+ \(MIT\)\n\nThe MIT License/m,
    );
  });

  it('is a library as well', () => {
    const library = `import('harper-gateway').then(async ({ startSandbox, readConfig, schema }) =>
      console.log(typeof startSandbox, typeof readConfig, String(schema.getQueryType())))`;
    expect(execFileSync('node', ['--eval', library], { cwd: directory, env: environment, encoding: 'utf8' })).toBe(
      'function function Query\n',
    );
  });
});
