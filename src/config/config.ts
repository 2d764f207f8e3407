import { type HarperBackend, readBackend, type SandboxBackend, type TlsFiles } from './backend.ts';
import { type CallersConfig, readCallers } from './callers.ts';
import { type RedisConfig, readRedis } from './redis.ts';
import { SETTINGS, type SettingName, type Settings, settingOf } from './settings.ts';
import { warningsOfUnknown } from './unknown-settings.ts';
import { excludeEachOther, type ParsedSettings, parseSettings, requirePair } from './values.ts';

/** The gateway's configuration: checked, complete and frozen. */
export interface Config {
  /** Every setting by name, secrets apart; times are in milliseconds. */
  readonly settings: Settings;
  readonly backend: HarperBackend | SandboxBackend;
  readonly callers: CallersConfig;
  /** TLS of the gateway's own listener; plain HTTP when left out. */
  readonly tls?: TlsFiles & { readonly clientCaFile?: string };
  readonly trustedDocuments?: { readonly file: string; readonly for: 'everything' | 'mutations' };
  /** What several gateways of one cluster share; left out where this is the only one. */
  readonly redis?: RedisConfig;
  /** Opens /metrics to any address. */
  readonly metricsToken?: string;
  /** Sentences about variables that look like settings and are none. */
  readonly warnings: readonly string[];
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
 * @param environment environment variables; one that resembles a setting and is none becomes a warning
 * @returns the frozen configuration
 * @throws ConfigError with every fault at once
 */
export function readConfig(
  flags: Partial<Record<SettingName, string>> = {},
  environment: Record<string, string | undefined> = {},
): Config {
  const parsed = parseSettings(flags, environment);
  const backend = readBackend(parsed, environment);
  const callers = readCallers(parsed, backend);
  const redis = readRedis(parsed, backend);
  const others = { ...readTls(parsed), ...readTrustedDocuments(parsed), ...readMetricsToken(parsed) };
  if (parsed.faults.length > 0 || backend === undefined) throw new ConfigError(parsed.faults);
  return freeze({
    settings: withoutSecrets(parsed),
    backend,
    callers,
    ...(redis !== undefined && { redis }),
    ...others,
    warnings: warningsOfUnknown(environment),
  });
}

/** The settings as everybody may see them. Where there was no fault, each that has a default is there. */
function withoutSecrets({ values }: ParsedSettings): Settings {
  const entries = Object.entries(values).filter(([name]) => !settingOf(name as SettingName).secret);
  return Object.fromEntries(entries) as Settings;
}

function readTls(parsed: ParsedSettings): Pick<Config, 'tls'> {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE: clientCaFile } = parsed.values;
  requirePair(parsed, 'TLS_CERT_FILE', 'TLS_KEY_FILE');
  if (certFile !== undefined && keyFile !== undefined)
    return { tls: { certFile, keyFile, ...(clientCaFile !== undefined && { clientCaFile }) } };
  if (clientCaFile !== undefined) parsed.faults.push('TLS_CLIENT_CA_FILE without TLS_CERT_FILE');
  return {};
}

function readTrustedDocuments({ values, given, faults }: ParsedSettings): Pick<Config, 'trustedDocuments'> {
  const { TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_FOR: scope } = values;
  if (file !== undefined && scope !== undefined) return { trustedDocuments: { file, for: scope } };
  if (given.has('TRUSTED_DOCUMENTS_FOR')) faults.push('TRUSTED_DOCUMENTS_FOR without TRUSTED_DOCUMENTS');
  return {};
}

function readMetricsToken(parsed: ParsedSettings): Pick<Config, 'metricsToken'> {
  const { METRICS_TOKEN: token } = parsed.values;
  excludeEachOther(parsed, 'METRICS_TOKEN', 'METRICS_TOKEN_FILE');
  const text = parsed.texts.get('METRICS_TOKEN_FILE');
  if (text === undefined) return token === undefined ? {} : { metricsToken: token };
  const read = SETTINGS.METRICS_TOKEN.schema.safeParse(text.trim());
  if (read.success) return { metricsToken: read.data };
  parsed.faults.push('METRICS_TOKEN_FILE holds no token');
  return {};
}

function freeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child);
  return Object.freeze(value);
}
