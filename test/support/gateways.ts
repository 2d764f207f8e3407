import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SettingName } from '../../src/config/settings.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Clock } from '../../src/util/clock.ts';
import { type RedisServer, type RedisServerOptions, startRedisServer } from './redis-server.ts';
import { FAST, type Stack, startStack } from './stack.ts';

/** Several gateways over one sandbox and one Redis. */
export interface Gateways extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly redis: RedisServer;
  readonly all: readonly Stack[];
  /** Settings that one more gateway needs. */
  readonly settings: Partial<Record<SettingName, string>>;
  /** Starts one more. */
  add(more?: Partial<Record<SettingName, string>>, clock?: Clock): Promise<Stack>;
}

export interface GatewaysOptions {
  readonly count: number;
  readonly sandbox?: SandboxOptions;
  readonly redis?: RedisServerOptions;
  readonly settings?: Partial<Record<SettingName, string>>;
  readonly addresses?: readonly string[];
  /** Clocks of the gateways, in order; the machine's where there is none. */
  readonly clocks?: readonly Clock[];
}

/** Writes a file that a setting names. */
export function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'harper-file-')), 'file');
  writeFileSync(path, text);
  return path;
}

export const REDIS_SECRET = 'of-all-gateways-and-nobody-else-0123456789';

export async function startGateways(options: GatewaysOptions): Promise<Gateways> {
  const { count, addresses, redis: redisOptions = {}, clocks = [] } = options;
  const redis = await startRedisServer(redisOptions);
  const sandbox = await startSandbox({ timing: FAST, ...options.sandbox });
  const settings = {
    REDIS_URL: redis.url,
    REDIS_SECRET_FILE: fileWith(REDIS_SECRET),
    ...(redisOptions.password !== undefined && { REDIS_PASSWORD_FILE: fileWith(redisOptions.password) }),
    ...(redis.ca !== undefined && { REDIS_CA_FILE: fileWith(redis.ca) }),
    ...options.settings,
  };
  const all: Stack[] = [];
  async function add(more: Partial<Record<SettingName, string>> = {}, clock?: Clock): Promise<Stack> {
    const stack = await startStack({
      ...{ sandbox, settings: { ...settings, ...more } },
      ...(addresses && { addresses }),
      ...(clock && { clock }),
    });
    all.push(stack);
    return stack;
  }
  for (let at = 0; at < count; at += 1) await add({}, clocks[at]);
  return {
    ...{ sandbox, redis, all, settings, add },
    async [Symbol.asyncDispose]() {
      for (const node of sandbox.nodes) node.thaw();
      for (const stack of all) await stack[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}
