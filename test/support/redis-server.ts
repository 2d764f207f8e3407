import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { type Program, start } from './process.ts';
import { certificate } from './tls.ts';

/** Whether this machine has the program. What needs it is left out where it has not, and says so. */
export const HAS_REDIS = spawnSync('redis-server', ['--version']).error === undefined;
if (!HAS_REDIS) console.log('Redis is not tested: there is no redis-server (Debian package redis-server).');

export interface RedisServerOptions {
  readonly password?: string;
  /** Whether it takes TLS, and nothing else. */
  readonly tls?: boolean;
  /** More lines of its configuration, such as `maxmemory 2mb`. */
  readonly configuration?: readonly string[];
}

/** A Redis of its own. What it has outlives its process. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Its certificate as PEM. */
  readonly ca: string | undefined;
  /** Ends the process at once. */
  kill(): Promise<void>;
  /** Starts it again at the same port. */
  start(): Promise<void>;
  /** Starts it again without what it had. */
  startEmpty(): Promise<void>;
  /** Stops the process, which answers nothing from then on and keeps its connections. */
  freeze(): void;
  thaw(): void;
  /** Runs redis-cli and returns what that printed. */
  command(...args: string[]): string;
  /** Everything that was ever written to it, as its log has that. */
  written(): Buffer;
}

/** Starts one, on a port of its own. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { password, tls = false, configuration = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'harper-redis-'));
  const port = await freePort();
  const files = tls ? await certificate() : undefined;
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  if (files !== undefined) {
    writeFileSync(key, files.key);
    writeFileSync(cert, files.cert);
  }
  const lines = [
    ...['bind 127.0.0.1', `dir ${folder}`, 'save ""', 'appendonly yes', 'appendfsync no'],
    ...(tls
      ? ['port 0', `tls-port ${port}`, `tls-cert-file ${cert}`, `tls-key-file ${key}`, 'tls-auth-clients no']
      : [`port ${port}`]),
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    ...configuration,
    // Left to itself it takes one that systems give to outgoing connections.
    ...(configuration.includes('cluster-enabled yes') ? [`cluster-port ${await freePort()}`] : []),
  ];
  const path = join(folder, 'redis.conf');
  writeFileSync(path, lines.join('\n'));
  let program: Program;

  function command(...args: string[]): string {
    const login = password === undefined ? [] : ['-a', password, '--no-auth-warning'];
    const secure = tls ? ['--tls', '--cacert', cert] : [];
    const { stdout, stderr } = spawnSync('redis-cli', ['-p', String(port), ...secure, ...login, ...args], {
      encoding: 'utf8',
    });
    return `${stdout}${stderr}`.trim();
  }

  async function begin(): Promise<void> {
    program = start('redis-server', [path]);
    await program.until(/Ready to accept connections/);
    await eventually(() => {
      if (command('PING') !== 'PONG') throw new Error('Redis does not answer yet');
    });
  }

  async function kill(): Promise<void> {
    program.child.kill('SIGKILL');
    await program.ended;
  }

  await begin();
  return {
    port,
    url: `${tls ? 'rediss' : 'redis'}://localhost:${port}`,
    ca: files?.cert,
    command,
    kill,
    start: begin,
    async startEmpty() {
      rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true });
      await begin();
    },
    written() {
      const log = join(folder, 'appendonlydir');
      return Buffer.concat(readdirSync(log).map((name) => readFileSync(join(log, name))));
    },
    freeze: () => void program.child.kill('SIGSTOP'),
    thaw: () => void program.child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
