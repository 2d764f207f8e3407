import { type HarperBackend, readBackend, type SandboxBackend, type TlsFiles } from './backend.ts';
import { type CallersConfig, readCallers } from './callers.ts';
import { flagOf, SETTING_NAMES, type SettingName, settingOf } from './settings.ts';
import { excludeEachOther, type Reading, readSettingFile, requirePair, type Values } from './values.ts';

export type { HarperBackend, SandboxBackend } from './backend.ts';

/** What one request, socket or caller may take up; each is a row of docs/configuration.md under the same name. */
export interface Limits {
  readonly bodyBytes: number;
  readonly documentTokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
  readonly listLength: number;
  readonly operations: number;
  readonly requestsPerMinute: number;
  readonly loginFailures: number;
  readonly connections: number;
  readonly socketsPerAddress: number;
  readonly socketsPerCaller: number;
  readonly subscriptionsPerSocket: number;
  readonly subscriptionsPerCaller: number;
  readonly subscriptions: number;
}

/** The gateway's configuration: checked, complete and frozen. Times are in milliseconds. */
export interface Config {
  readonly backend: HarperBackend | SandboxBackend;
  readonly callers: CallersConfig;
  readonly host: string;
  readonly port: number;
  /** TLS of the gateway's own listener; plain HTTP when left out. */
  readonly tls?: TlsFiles & { readonly clientCaFile?: string };
  readonly trustProxy: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly maxHeaderBytes: number;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly connectTimeout: number;
  readonly maxResponseBytes: number;
  readonly limits: Limits;
  readonly introspection: boolean;
  readonly trustedDocuments?: { readonly file: string; readonly for: 'everything' | 'mutations' };
  readonly statusConcurrency: number;
  readonly pollInterval: number;
  readonly feedCapacity: number;
  readonly sharePayloads: boolean;
  readonly leanPath: boolean;
  readonly compiledExecution: boolean;
  readonly watchLinger: number;
  readonly socketInitTimeout: number;
  readonly socketIdleTimeout: number;
  readonly socketPingInterval: number;
  readonly socketBufferBytes: number;
  readonly thresholds: { readonly lag: number; readonly backPressure: number; readonly liveness: number };
  readonly corsOrigins: readonly string[];
  readonly graphiql: boolean;
  readonly logLevel: string;
  readonly metrics: boolean;
  readonly metricsToken?: string;
  readonly otlpEndpoint?: string;
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
  const reading: Reading = { values: values as Values, given, faults };
  const backend = readBackend(reading, environment);
  const callers = readCallers(reading, backend);
  checkListener(reading);
  if (faults.length > 0 || backend === undefined) throw new ConfigError(faults);
  return freeze(toConfig(values as Required<Values>, backend, callers));
}

function describe(name: SettingName): string {
  const flag = flagOf(name);
  const unit = settingOf(name).unit;
  return flag === undefined ? unit : `${unit}, or ${flag}`;
}

/** Checks what stands about the listener itself; its files are read again when it starts. */
function checkListener(reading: Reading): void {
  requirePair(reading, 'TLS_CERT_FILE', 'TLS_KEY_FILE');
  if (reading.given.has('TLS_CLIENT_CA_FILE') && !reading.given.has('TLS_CERT_FILE'))
    reading.faults.push('TLS_CLIENT_CA_FILE without TLS_CERT_FILE');
  for (const name of ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE'] as const)
    readSettingFile(reading, name, true);
  excludeEachOther(reading, 'METRICS_TOKEN', 'METRICS_TOKEN_FILE');
  const token = readSettingFile(reading, 'METRICS_TOKEN_FILE', false)?.trim();
  if (token !== undefined) reading.values.METRICS_TOKEN = token;
  if (reading.given.has('TRUSTED_DOCUMENTS_FOR') && !reading.given.has('TRUSTED_DOCUMENTS'))
    reading.faults.push('TRUSTED_DOCUMENTS_FOR without TRUSTED_DOCUMENTS');
  readSettingFile(reading, 'TRUSTED_DOCUMENTS', false);
}

function toConfig(values: Required<Values>, backend: Config['backend'], callers: CallersConfig): Config {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE: clientCaFile } = values as Values;
  const { TRUSTED_DOCUMENTS: manifest, METRICS_TOKEN: metricsToken } = values as Values;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint } = values as Values;
  return {
    backend,
    callers,
    host: values.HOST,
    port: values.PORT,
    ...(certFile !== undefined &&
      keyFile !== undefined && { tls: { certFile, keyFile, ...(clientCaFile !== undefined && { clientCaFile }) } }),
    trustProxy: values.TRUST_PROXY,
    headersTimeout: values.HEADERS_TIMEOUT,
    requestTimeout: values.REQUEST_TIMEOUT,
    maxHeaderBytes: values.MAX_HEADER_BYTES,
    readTimeout: values.READ_TIMEOUT,
    writeTimeout: values.WRITE_TIMEOUT,
    connectTimeout: values.CONNECT_TIMEOUT,
    maxResponseBytes: values.MAX_RESPONSE_BYTES,
    limits: {
      bodyBytes: values.MAX_BODY_BYTES,
      documentTokens: values.MAX_DOCUMENT_TOKENS,
      depth: values.MAX_DEPTH,
      aliases: values.MAX_ALIASES,
      cost: values.MAX_COST,
      listLength: values.MAX_LIST_LENGTH,
      operations: values.MAX_OPERATIONS,
      requestsPerMinute: values.RATE_LIMIT,
      loginFailures: values.LOGIN_FAILURES,
      connections: values.MAX_CONNECTIONS,
      socketsPerAddress: values.MAX_SOCKETS_PER_ADDRESS,
      socketsPerCaller: values.MAX_SOCKETS_PER_CALLER,
      subscriptionsPerSocket: values.MAX_SUBSCRIPTIONS_PER_SOCKET,
      subscriptionsPerCaller: values.MAX_SUBSCRIPTIONS_PER_CALLER,
      subscriptions: values.MAX_SUBSCRIPTIONS,
    },
    introspection: values.INTROSPECTION,
    ...(manifest !== undefined && { trustedDocuments: { file: manifest, for: values.TRUSTED_DOCUMENTS_FOR } }),
    statusConcurrency: values.STATUS_CONCURRENCY,
    pollInterval: values.POLL_INTERVAL,
    feedCapacity: values.FEED_CAPACITY,
    sharePayloads: values.SHARE_PAYLOADS,
    leanPath: values.LEAN_PATH,
    compiledExecution: values.COMPILED_EXECUTION,
    watchLinger: values.WATCH_LINGER,
    socketInitTimeout: values.SOCKET_INIT_TIMEOUT,
    socketIdleTimeout: values.SOCKET_IDLE_TIMEOUT,
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
    metrics: values.METRICS,
    ...(metricsToken !== undefined && { metricsToken }),
    ...(otlpEndpoint !== undefined && { otlpEndpoint }),
    shutdownTimeout: values.SHUTDOWN_TIMEOUT,
  };
}

function freeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child);
  return Object.freeze(value);
}
