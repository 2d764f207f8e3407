import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import type { z } from 'zod';
import { flagOf, SETTING_NAMES, type SETTINGS, type SettingName, settingOf } from './settings.ts';

type Values = { [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['schema']> };

/** How the gateway reaches a real Harper. */
export interface HarperBackend {
  readonly kind: 'harper';
  /** Origin of the operations API, without a path. Over a domain socket it is a placeholder for the Host header. */
  readonly origin: string;
  /** What people see of it: the configured URL, without userinfo. */
  readonly displayUrl: string;
  readonly socketPath?: string;
  readonly tls: { readonly verify: boolean; readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Authorization header of the gateway's own login. Present: SERVICE mode; absent: FORWARD mode. */
  readonly authorization?: string;
}

/** The embedded sandbox cluster in place of a real Harper. */
export interface SandboxBackend {
  readonly kind: 'sandbox';
  readonly dialect: '4.7' | '5.2';
  readonly nodes: number;
  readonly controlPort: number;
}

/** The gateway's configuration: checked, complete and frozen. Times are in milliseconds. */
export interface Config {
  readonly backend: HarperBackend | SandboxBackend;
  readonly host: string;
  readonly port: number;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly connectTimeout: number;
  readonly maxResponseBytes: number;
  readonly maxBodyBytes: number;
  readonly maxDocumentTokens: number;
  readonly statusConcurrency: number;
  readonly pollInterval: number;
  readonly feedCapacity: number;
  readonly sharePayloads: boolean;
  readonly watchLinger: number;
  readonly socketInitTimeout: number;
  readonly socketPingInterval: number;
  readonly socketBufferBytes: number;
  readonly thresholds: { readonly lag: number; readonly backPressure: number; readonly liveness: number };
  readonly corsOrigins: readonly string[];
  readonly graphiql: boolean;
  readonly logLevel: string;
  readonly shutdownTimeout: number;
}

/** All faults of a configuration, each naming its setting. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.join('\n')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Reads the configuration from flags and environment; a flag wins.
 * @param flags values by setting name, as parsed from the command line
 * @param environment environment variables; names that are no setting are ignored
 * @returns the frozen configuration
 * @throws ConfigError with every fault at once
 */
export function readConfig(
  flags: Partial<Record<SettingName, string>> = {},
  environment: Record<string, string | undefined> = {},
): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  const given = new Set<SettingName>();
  for (const name of SETTING_NAMES) {
    const setting = settingOf(name);
    const raw = flags[name] ?? environment[name];
    if (raw !== undefined) given.add(name);
    if (raw === '') {
      faults.push(`${name} is empty; leave it out or give it a value`);
      continue;
    }
    const value = raw ?? setting.default;
    if (value === undefined) continue;
    const result = setting.schema.safeParse(value);
    if (result.success) values[name] = result.data;
    else faults.push(`${name} ${result.error.issues[0]?.message ?? 'is wrong'} (${describe(name)})`);
  }
  const backend = readBackend(values as Values, given, environment, faults);
  if (faults.length > 0 || backend === undefined) throw new ConfigError(faults);
  return freeze(toConfig(values as Required<Values>, backend));
}

function describe(name: SettingName): string {
  const flag = flagOf(name);
  const unit = settingOf(name).unit;
  return flag === undefined ? unit : `${unit}, or ${flag}`;
}

function readBackend(
  values: Values,
  given: Set<SettingName>,
  environment: Record<string, string | undefined>,
  faults: string[],
): Config['backend'] | undefined {
  const unknown = Object.keys(environment).filter((name) => isMisspelt(name));
  for (const name of unknown) faults.push(`${name} is no setting; those about Harper are ${HARPER_NAMES.join(', ')}`);
  const aboutHarper = [...given].filter((name) => name.startsWith('HARPER_'));
  if (aboutHarper.length === 0) return unknown.length === 0 ? readSandbox(values, faults) : undefined;
  if (!given.has('HARPER_URL')) faults.push(`${aboutHarper.join(', ')} without HARPER_URL: which Harper is meant?`);
  const pairs = [
    ['HARPER_USERNAME', 'HARPER_PASSWORD'],
    ['HARPER_CERT_FILE', 'HARPER_KEY_FILE'],
  ] as const;
  for (const [one, other] of [...pairs, ...pairs.map(([a, b]) => [b, a] as const)]) {
    if (given.has(one) && !given.has(other)) faults.push(`${one} without ${other}`);
  }
  if (given.has('HARPER_TOKEN') && (given.has('HARPER_USERNAME') || given.has('HARPER_PASSWORD'))) {
    faults.push('HARPER_TOKEN and HARPER_USERNAME/HARPER_PASSWORD exclude each other');
  }
  if (values.HARPER_USERNAME?.includes(':')) faults.push('HARPER_USERNAME has a colon, which Basic login cannot carry');
  const login = ['HARPER_USERNAME', 'HARPER_TOKEN', 'HARPER_CERT_FILE'].filter((name) =>
    given.has(name as SettingName),
  );
  if (login.length > 0 && values.HOST !== undefined && !isLoopback(values.HOST)) {
    faults.push(
      `HOST is not a loopback address, and with ${login.join(', ')} the gateway's own login would serve anyone who reaches it; leave the login out, so that callers bring their own, or listen on 127.0.0.1`,
    );
  }
  const files = readFiles(values, faults);
  return values.HARPER_URL === undefined ? undefined : readHarper(values.HARPER_URL, values, files, given, faults);
}

const HARPER_NAMES = SETTING_NAMES.filter((name) => name.startsWith('HARPER_'));

/** Whether a variable looks like a setting about Harper and is none; Kubernetes names those of a service called harper so, too. */
function isMisspelt(name: string): boolean {
  if (!name.startsWith('HARPER_') || HARPER_NAMES.includes(name as SettingName)) return false;
  return !/^HARPER_(SERVICE_|PORT$|PORT_\d)/.test(name);
}

function readSandbox(values: Values, faults: string[]): SandboxBackend | undefined {
  const { SANDBOX_DIALECT: dialect, SANDBOX_NODES: nodes, SANDBOX_CONTROL_PORT: controlPort } = values;
  if (dialect === undefined || nodes === undefined || controlPort === undefined) return undefined;
  if (values.HOST !== undefined && !isLoopback(values.HOST)) {
    faults.push('HOST is not a loopback address: the sandbox, whose password everybody knows, stays on this machine');
  }
  return { kind: 'sandbox', dialect, nodes, controlPort };
}

function readHarper(
  text: string,
  values: Values,
  files: Partial<Record<SettingName, string>>,
  given: Set<SettingName>,
  faults: string[],
): HarperBackend {
  const socketPath = text.startsWith('unix:') ? text.slice('unix:'.length) : undefined;
  const url = socketPath === undefined ? new URL(text) : new URL('http://localhost');
  if (url.username !== '' || url.password !== '') {
    faults.push('HARPER_URL carries a login: use HARPER_USERNAME and HARPER_PASSWORD');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    faults.push('HARPER_URL has a path or a query: Harper takes operations at / only');
  }
  for (const name of ['HARPER_CA_FILE', 'HARPER_CERT_FILE', 'HARPER_TLS_VERIFY'] as const) {
    if (given.has(name) && url.protocol !== 'https:') faults.push(`${name} has no effect without an https HARPER_URL`);
  }
  const authorization = serviceAuthorization(values);
  const { HARPER_CA_FILE: ca, HARPER_CERT_FILE: cert, HARPER_KEY_FILE: key } = files;
  return {
    kind: 'harper',
    origin: url.origin,
    displayUrl: socketPath === undefined ? url.origin : text,
    ...(socketPath !== undefined && { socketPath }),
    tls: {
      verify: values.HARPER_TLS_VERIFY ?? true,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    },
    ...(authorization !== undefined && { authorization }),
  };
}

function serviceAuthorization(values: Values): string | undefined {
  if (values.HARPER_TOKEN !== undefined) return `Bearer ${values.HARPER_TOKEN}`;
  if (values.HARPER_USERNAME === undefined || values.HARPER_PASSWORD === undefined) return undefined;
  return `Basic ${Buffer.from(`${values.HARPER_USERNAME}:${values.HARPER_PASSWORD}`).toString('base64')}`;
}

function readFiles(values: Values, faults: string[]): Partial<Record<SettingName, string>> {
  const contents: Partial<Record<SettingName, string>> = {};
  for (const name of ['HARPER_CA_FILE', 'HARPER_CERT_FILE', 'HARPER_KEY_FILE'] as const) {
    const path = values[name];
    if (path === undefined) continue;
    try {
      contents[name] = readFileSync(path, 'utf8');
      if (!contents[name].includes('-----BEGIN ')) faults.push(`${name}: ${path} is not a PEM file`);
    } catch (error) {
      faults.push(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    }
  }
  return contents;
}

function toConfig(values: Required<Values>, backend: Config['backend']): Config {
  return {
    backend,
    host: values.HOST,
    port: values.PORT,
    readTimeout: values.READ_TIMEOUT,
    writeTimeout: values.WRITE_TIMEOUT,
    connectTimeout: values.CONNECT_TIMEOUT,
    maxResponseBytes: values.MAX_RESPONSE_BYTES,
    maxBodyBytes: values.MAX_BODY_BYTES,
    maxDocumentTokens: values.MAX_DOCUMENT_TOKENS,
    statusConcurrency: values.STATUS_CONCURRENCY,
    pollInterval: values.POLL_INTERVAL,
    feedCapacity: values.FEED_CAPACITY,
    sharePayloads: values.SHARE_PAYLOADS,
    watchLinger: values.WATCH_LINGER,
    socketInitTimeout: values.SOCKET_INIT_TIMEOUT,
    socketPingInterval: values.SOCKET_PING_INTERVAL,
    socketBufferBytes: values.SOCKET_BUFFER_BYTES,
    thresholds: {
      lag: values.LAG_THRESHOLD,
      backPressure: values.BACK_PRESSURE_THRESHOLD,
      liveness: values.LIVENESS_THRESHOLD,
    },
    corsOrigins: values.CORS_ORIGINS ?? [],
    graphiql: values.GRAPHIQL,
    logLevel: values.LOG_LEVEL,
    shutdownTimeout: values.SHUTDOWN_TIMEOUT,
  };
}

/** Whether an address or name always means this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}

function freeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child);
  return Object.freeze(value);
}
