import type { HarperBackend, SandboxBackend } from './backend.ts';
import { excludeEachOther, isExposed, isLoopback, type ParsedSettings, requirePair } from './values.ts';

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

const AUTHENTICATION = ['TOKENS_FILE', 'JWT_JWKS_URL', 'JWT_KEY_FILE', 'JWT_ISSUER', 'JWT_AUDIENCE'] as const;

/**
 * Reads who may call. A gateway with a Harper login of its own serves nobody whom it cannot authenticate, unless it is
 * told to, and then this machine only.
 */
export function readCallers(
  parsed: ParsedSettings,
  backend: HarperBackend | SandboxBackend | undefined,
): CallersConfig {
  if (backend?.kind !== 'harper' || backend.login === undefined) {
    if (backend !== undefined) checkForward(parsed);
    return { kind: 'forward' };
  }
  const { values, given, faults } = parsed;
  const jwt = readJwt(parsed);
  if (values.INSECURE_NO_AUTH) {
    const others = AUTHENTICATION.filter((name) => given.has(name));
    if (others.length > 0) faults.push(`INSECURE_NO_AUTH beside ${others.join(', ')}: which is meant?`);
    if (isExposed(parsed))
      faults.push('INSECURE_NO_AUTH with a HOST that is not a loopback address: anyone could change the cluster');
    return { kind: 'anyone' };
  }
  if (!given.has('TOKENS_FILE') && jwt === undefined) {
    faults.push(
      'The gateway has a Harper login of its own and cannot tell its callers apart: give TOKENS_FILE, ' +
        'JWT_JWKS_URL or JWT_KEY_FILE, or, on a loopback HOST, --insecure-no-auth true',
    );
  }
  const { TOKENS_FILE: tokensFile } = values;
  return { kind: 'service', ...(tokensFile !== undefined && { tokensFile }), ...(jwt !== undefined && { jwt }) };
}

/** Where callers bring their own login, nothing is said of how the gateway would authenticate them. */
function checkForward(parsed: ParsedSettings): void {
  const { values, given, faults } = parsed;
  const meaningless: string[] = AUTHENTICATION.filter((name) => given.has(name));
  if (values.INSECURE_NO_AUTH) meaningless.push('INSECURE_NO_AUTH');
  if (meaningless.length > 0) {
    faults.push(
      `${meaningless.join(', ')} without a Harper login of the gateway's own ` +
        '(HARPER_USERNAME, HARPER_TOKEN or HARPER_LOGIN): callers bring theirs',
    );
  }
  // Harper may take a certificate for a login, and every caller of this gateway would have it.
  if (given.has('HARPER_CERT_FILE') && isExposed(parsed)) {
    faults.push(
      'HOST is not a loopback address, and HARPER_CERT_FILE may be a login for everyone who reaches it: ' +
        'set HARPER_LOGIN to certificate and say who may call',
    );
  }
}

function readJwt(parsed: ParsedSettings): JwtConfig | undefined {
  const { values, given, faults } = parsed;
  const { JWT_JWKS_URL: url, JWT_KEY_FILE: file, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values;
  excludeEachOther(parsed, 'JWT_JWKS_URL', 'JWT_KEY_FILE');
  requirePair(parsed, 'JWT_ISSUER', 'JWT_AUDIENCE');
  requirePair(parsed, given.has('JWT_KEY_FILE') ? 'JWT_KEY_FILE' : 'JWT_JWKS_URL', 'JWT_ISSUER');
  if (url?.startsWith('http:') && !isLoopback(new URL(url).hostname))
    faults.push('JWT_JWKS_URL is not https: whoever is in between could make keys of their own');
  const keys = url !== undefined ? { url } : file !== undefined ? { file } : undefined;
  if (keys === undefined || issuer === undefined || audience === undefined) return undefined;
  return { keys, issuer, audience, roleClaim: values.JWT_ROLE_CLAIM ?? 'role' };
}
