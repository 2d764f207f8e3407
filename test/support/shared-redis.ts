import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config/config.ts';
import { readRedisAddress } from '../../src/config/redis-address.ts';
import type { SettingName } from '../../src/config/settings.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger, type Logger } from '../../src/observability/logger.ts';
import { type Redis, startRedis } from '../../src/redis/redis.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Clock } from '../../src/util/clock.ts';
import { TestClock } from './clock.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';
import { type AskOptions, ask, FAST, LONG_TIMEOUTS, type Reply } from './stack.ts';

/** Connects to a server, as one more gateway. */
export async function connectTo(server: Pick<RedisServer, 'url'>, prefix = 'test:'): Promise<Redis> {
  const address = readRedisAddress(server.url);
  if (typeof address === 'string') throw new Error(address);
  // No answer is too late, however busy the machine is.
  const clock = new TestClock();
  return startRedis({ address, password: undefined, ca: undefined, prefix, clock, logger: createLogger('silent') });
}

/** A logger and what it was told. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { logger: createLogger('info', { write: (line) => void lines.push(line) }), lines };
}

/** One of several gateways. */
export interface SharingGateway {
  readonly url: string;
  readonly logs: readonly string[];
  ask(query: string, options?: AskOptions): Promise<Reply>;
}

/** Several gateways over one sandbox that share a Redis. */
export interface SharingStack extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly redis: RedisServer;
  readonly gateways: readonly SharingGateway[];
}

export interface SharingOptions {
  /** 3 when left out. */
  readonly count?: number;
  readonly sandbox?: SandboxOptions;
  readonly settings?: Partial<Record<SettingName, string>>;
  /** Clocks of the gateways, in order; the machine's where there is none. */
  readonly clocks?: readonly Clock[];
}

/** Starts several gateways of node-1; the login of the super user has been accepted by all of them. */
export async function startSharingStack(options: SharingOptions = {}): Promise<SharingStack> {
  const { count = 3, settings, clocks = [] } = options;
  await using started = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'harper-sharing-'));
  started.defer(() => rmSync(folder, { recursive: true }));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, 'a secret that is long enough for a test', { mode: 0o600 });
  const redis = started.use(await startRedisServer());
  const sandbox = started.use(await startSandbox({ timing: FAST, ...options.sandbox }));
  const flags = {
    ...LONG_TIMEOUTS,
    HARPER_URL: sandbox.node('node-1').url,
    PORT: '0',
    REDIS_URL: redis.url,
    REDIS_SECRET_FILE: secretFile,
    ...settings,
  };
  const gateways: SharingGateway[] = [];
  for (let index = 0; index < count; index += 1) {
    const { logger, lines } = recordingLogger();
    const clock = clocks[index];
    const gateway = started.use(await startGateway(readConfig(flags), { logger, ...(clock && { clock }) }));
    await ask(gateway.url, '{ viewer { username } }');
    gateways.push({ url: gateway.url, logs: lines, ask: (query, asked) => ask(gateway.url, query, asked) });
  }
  const all = started.move();
  return { sandbox, redis, gateways, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
