import { Writable } from 'node:stream';
import { readConfig } from '../../src/config/config.ts';
import type { SettingName } from '../../src/config/settings.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observability/logger.ts';
import type { ProcessMemory } from '../../src/observability/memory.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Clock } from '../../src/util/clock.ts';
import { freePort } from './free-port.ts';

/**
 * Timing of a sandbox in which things happen in tens of milliseconds instead of tens of seconds. What means that a node
 * is gone is the exception: on a machine that is busy a healthy one must not seem to be.
 */
export const FAST = {
  pingInterval: 40,
  silence: 60_000,
  retryFirst: 20,
  retryLongest: 80,
  joinTimeout: 60_000,
  worker: 1,
  start: 50_000,
} as const;

/** The versions of Harper that the sandbox behaves as. */
export const DIALECTS = ['4.7', '5.2'] as const;

/** Authorization headers of the sandbox's users. */
export const ADMIN = basic('admin', 'sandbox');
export const VIEWER = basic('viewer', 'sandbox');

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Logins as they travel, which must stand in nothing that is printed. */
const LOGINS = [ADMIN, VIEWER].map((header) => header.slice('Basic '.length));

/** An answer over HTTP, as a client sees it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  readonly data: any;
  readonly errors: readonly {
    message: string;
    path?: (string | number)[];
    // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
    extensions: Record<string, any>;
  }[];
}

export interface AskOptions {
  /** Authorization header; null sends none. The super user's when left out. */
  readonly as?: string | null;
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** Sends one GraphQL request to a gateway and takes its answer apart. */
export async function ask(
  url: string,
  query: string,
  { as = ADMIN, variables, headers, signal }: AskOptions = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(as !== null && { authorization: as }), ...headers },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  return { status: response.status, headers: response.headers, text, data, errors: errors ?? [] };
}

/** A gateway over a sandbox, both on free ports, and everything the gateway has logged. */
export interface Stack extends AsyncDisposable {
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly logs: readonly string[];
  ask(query: string, options?: AskOptions): Promise<Reply>;
  stopGateway(): Promise<void>;
}

/** A sandbox that answers slowly on a machine that is busy has not failed. */
export const LONG_TIMEOUTS = { READ_TIMEOUT: '60000', STATUS_RETRY_AFTER: '50000', VIEW_TIMEOUT: '30000' };

export interface StackOptions {
  /** A cluster that is there already, and goes on when the gateway stops; or what a new one is like. */
  readonly sandbox?: SandboxOptions | Sandbox;
  /** Settings that differ from the defaults. */
  readonly settings?: Partial<Record<SettingName, string>>;
  /** Environment variables besides. */
  readonly environment?: Record<string, string>;
  /** Whether Harper has not been asked anything yet. */
  readonly fresh?: boolean;
  /** The memory of the gateway; that of this process is not watched. */
  readonly memory?: ProcessMemory;
  /** Names of the nodes whose addresses the gateway is given, in order of preference; node-1 when left out. */
  readonly addresses?: readonly string[];
  /** The gateway's own; the machine's when left out. */
  readonly clock?: Clock;
  /** Where the console is that the gateway serves; the one that npm ci has built when left out. */
  readonly consoleFolder?: URL;
}

export async function startStack({
  sandbox: options,
  settings,
  environment,
  fresh,
  memory,
  addresses = ['node-1'],
  clock,
  consoleFolder,
}: StackOptions = {}): Promise<Stack> {
  const isShared = options !== undefined && 'node' in options;
  const sandbox = isShared ? options : await startSandbox({ timing: FAST, ...options });
  const logs: string[] = [];
  const answers: string[] = [];
  const sink = new Writable({
    write(chunk, _, done) {
      logs.push(String(chunk));
      done();
    },
  });
  const flags = {
    ...LONG_TIMEOUTS,
    HARPER_URL: addresses.map((name) => sandbox.node(name).url).join(','),
    PORT: settings?.PORT ?? String(await freePort()),
    LOG_LEVEL: 'trace',
    ...settings,
  };
  const config = readConfig(flags, environment);
  const gateway = await startGateway(config, {
    logger: createLogger(config.settings.LOG_LEVEL, sink),
    ...(memory && { memory }),
    ...(clock && { clock }),
    ...(consoleFolder && { consoleFolder }),
  });
  if (settings?.HARPER_USERNAME === undefined && fresh !== true) {
    // The super user's login has been accepted, as it is after its first request; nothing of that counts.
    await ask(gateway.url, '{ viewer { username } }');
    for (const node of sandbox.nodes) {
      node.received.clear();
      (node.bodies as unknown[]).length = 0;
    }
  }
  return {
    url: gateway.url,
    sandbox,
    logs,
    async ask(query, askOptions) {
      const reply = await ask(gateway.url, query, askOptions);
      answers.push(reply.text);
      return reply;
    },
    stopGateway: async () => gateway[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      if (!isShared) for (const node of sandbox.nodes) node.thaw();
      await gateway[Symbol.asyncDispose]();
      if (!isShared) await sandbox[Symbol.asyncDispose]();
      // In every test: nothing that the gateway answered or logged holds a login that the tests use.
      const leaks = [...answers, ...logs].filter((text) => LOGINS.some((login) => text.includes(login)));
      if (leaks.length > 0) throw new Error(`a login was leaked: ${leaks[0]}`);
    },
  };
}
