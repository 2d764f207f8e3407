import type { HarperBackend, SandboxBackend } from './backend.ts';
import { type RedisAddress, readRedisAddress } from './redis-address.ts';
import type { SettingName } from './settings.ts';
import { excludeEachOther, type ParsedSettings } from './values.ts';

/** How gateways share what they have to. */
export interface RedisConfig {
  readonly address: RedisAddress;
  readonly password?: string;
  /** Certificates, as PEM. */
  readonly ca?: string;
  readonly prefix: string;
  /** What names of logins are made with; left out where the gateway has a login of its own. */
  readonly secret?: string;
  /** Milliseconds. */
  readonly lease: number;
}

const SHORTEST_SECRET = 32;

const OTHERS = ['REDIS_PASSWORD_FILE', 'REDIS_CA_FILE', 'REDIS_PREFIX', 'REDIS_SECRET_FILE', 'REDIS_LEASE'] as const;

/** Reads how gateways share; undefined where they do not. */
export function readRedis(
  parsed: ParsedSettings,
  backend: HarperBackend | SandboxBackend | undefined,
): RedisConfig | undefined {
  const { values, given, texts, faults } = parsed;
  const { REDIS_URL: url, REDIS_PREFIX: prefix, REDIS_LEASE: lease } = values;
  if (url === undefined) {
    const beside: SettingName[] = OTHERS.filter((name) => given.has(name));
    if (beside.length > 0) faults.push(`${beside.join(', ')} without REDIS_URL`);
    return undefined;
  }
  excludeEachOther(parsed, 'REDIS_URL', 'HISTORY_FILE');
  const address = readRedisAddress(url);
  if (typeof address === 'string') faults.push(`REDIS_URL ${address}`);
  else if (given.has('REDIS_CA_FILE') && !address.isEncrypted)
    faults.push('REDIS_CA_FILE has no effect without TLS: rediss://, rediss-sentinel:// or rediss-cluster://');
  const secret = readSecret(parsed, backend);
  if (typeof address === 'string' || prefix === undefined || lease === undefined) return undefined;
  const password = texts.get('REDIS_PASSWORD_FILE')?.trim();
  const ca = texts.get('REDIS_CA_FILE');
  return {
    ...{ address, prefix, lease },
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(secret !== undefined && { secret }),
  };
}

function readSecret(
  { texts, faults }: ParsedSettings,
  backend: HarperBackend | SandboxBackend | undefined,
): string | undefined {
  const secret = texts.get('REDIS_SECRET_FILE')?.trim();
  if (secret !== undefined && secret.length < SHORTEST_SECRET)
    faults.push(`REDIS_SECRET_FILE holds fewer than ${SHORTEST_SECRET} characters`);
  const hasOwnLogin = backend?.kind === 'harper' && backend.login !== undefined;
  if (secret === undefined && backend !== undefined && !hasOwnLogin)
    faults.push('REDIS_URL without REDIS_SECRET_FILE, which callers with a Harper login of their own need');
  return secret;
}
