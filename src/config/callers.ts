import type { HarperBackend, SandboxBackend } from './backend.ts';
import type { SettingName } from './settings.ts';
import { excludeEachOther, isLoopback, type Reading, readSettingFile, requirePair } from './values.ts';

/** How JWTs of callers are checked. */
export interface JwtConfig {
  /** Where the keys are: a JWKS, or a file with a public key. */
  readonly keys: { readonly url: string } | { readonly file: string };
  readonly issuer: string;
  readonly audience: string;
  /** Claim that holds the role; dots lead into objects. */
  readonly roleClaim: string;
}

/** Who may call the gateway. */
export type CallersConfig =
  /** Callers bring their own Harper login (FORWARD and SANDBOX mode). */
  | { readonly kind: 'forward' }
  /** Callers are authenticated by the gateway (SERVICE mode). */
  | { readonly kind: 'service'; readonly tokensFile?: string; readonly jwt?: JwtConfig }
  /** Everyone on this machine is an operator (SERVICE mode, --insecure-no-auth). */
  | { readonly kind: 'anyone' };

const SERVICE_SETTINGS = ['TOKENS_FILE', 'JWT_JWKS_URL', 'JWT_KEY_FILE', 'JWT_ISSUER', 'JWT_AUDIENCE'] as const;

/** Reads who may call. Without client authentication a gateway with a login of its own serves nobody but this machine. */
export function readCallers(reading: Reading, backend: HarperBackend | SandboxBackend | undefined): CallersConfig {
  const { values, given, faults } = reading;
  const settings: SettingName[] = SERVICE_SETTINGS.filter((name) => given.has(name));
  const isService = backend?.kind === 'harper' && backend.login !== undefined;
  if (!isService) {
    if (values.INSECURE_NO_AUTH) settings.push('INSECURE_NO_AUTH');
    if (backend !== undefined && settings.length > 0) {
      faults.push(
        `${settings.join(', ')} without a Harper login of the gateway's own (HARPER_USERNAME, HARPER_TOKEN or HARPER_LOGIN): callers bring theirs`,
      );
    }
    // Harper may take a certificate for a login, and every caller of this gateway would have it.
    if (given.has('HARPER_CERT_FILE') && values.HOST !== undefined && !isLoopback(values.HOST)) {
      faults.push(
        'HOST is not a loopback address, and HARPER_CERT_FILE may be a login for everyone who reaches it: set HARPER_LOGIN to certificate and say who may call',
      );
    }
    return { kind: 'forward' };
  }
  readSettingFile(reading, 'TOKENS_FILE', false);
  const jwt = readJwt(reading);
  if (values.INSECURE_NO_AUTH) {
    if (settings.length > 0) faults.push(`INSECURE_NO_AUTH beside ${settings.join(', ')}: which is meant?`);
    if (values.HOST !== undefined && !isLoopback(values.HOST)) {
      faults.push(
        'INSECURE_NO_AUTH with a HOST that is not a loopback address: anyone who reaches it could change the cluster',
      );
    }
    return { kind: 'anyone' };
  }
  if (values.TOKENS_FILE === undefined && jwt === undefined) {
    faults.push(
      'The gateway has a Harper login of its own and cannot tell its callers apart: give TOKENS_FILE, or JWT_JWKS_URL or JWT_KEY_FILE, or, on a loopback HOST, --insecure-no-auth true',
    );
  }
  return {
    kind: 'service',
    ...(values.TOKENS_FILE !== undefined && { tokensFile: values.TOKENS_FILE }),
    ...(jwt !== undefined && { jwt }),
  };
}

function readJwt(reading: Reading): JwtConfig | undefined {
  const { values, given, faults } = reading;
  const { JWT_JWKS_URL: url, JWT_KEY_FILE: file, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values;
  excludeEachOther(reading, 'JWT_JWKS_URL', 'JWT_KEY_FILE');
  requirePair(reading, 'JWT_ISSUER', 'JWT_AUDIENCE');
  const source = given.has('JWT_KEY_FILE') ? 'JWT_KEY_FILE' : 'JWT_JWKS_URL';
  requirePair(reading, source, 'JWT_ISSUER');
  readSettingFile(reading, 'JWT_KEY_FILE', true);
  if (url?.startsWith('http:') && !isLoopback(new URL(url).hostname)) {
    faults.push('JWT_JWKS_URL is not https: whoever is in between could make keys of their own');
  }
  const keys = url !== undefined ? { url } : file !== undefined ? { file } : undefined;
  if (keys === undefined || issuer === undefined || audience === undefined) return undefined;
  return { keys, issuer, audience, roleClaim: values.JWT_ROLE_CLAIM ?? 'role' };
}
