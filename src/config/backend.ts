import { faultsOfUnknownHarper } from './unknown-settings.ts';
import { excludeEachOther, isExposed, type ParsedSettings, requirePair } from './values.ts';

/** Files of a TLS connection, by path: they are read again when they change. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** How the gateway itself logs in at Harper. */
export type HarperLogin =
  /** By operation tokens that it gets for a user and refreshes; `passwordFile` wins over `password`. */
  | { readonly kind: 'password'; readonly username: string; readonly password?: string; readonly passwordFile?: string }
  /** By a token that it was given. */
  | { readonly kind: 'token'; readonly token?: string; readonly tokenFile?: string }
  /** By its client certificate, or by being on the domain socket: no Authorization is sent. */
  | { readonly kind: 'certificate' }
  | { readonly kind: 'socket' };

/** Settings that say something of TLS. */
const TLS_SETTINGS = [
  'HARPER_CA_FILE',
  'HARPER_CERT_FILE',
  'HARPER_FINGERPRINT',
  'HARPER_FINGERPRINT_FILE',
  'HARPER_TLS_VERIFY',
] as const;

/** Where the operations API of one node is. */
export interface HarperAddress {
  /** Origin of the operations API, without a path. Over a domain socket it is a placeholder for the Host header. */
  readonly origin: string;
  /** What people see of it: the configured URL, without userinfo. */
  readonly displayUrl: string;
  readonly socketPath?: string;
}

/** How nodes are found that are not configured. */
export interface Discovery {
  /** URL of an operations API with `{host}` in it. */
  readonly template: string;
  /** The only hosts it may lead to: names, patterns and CIDR ranges. */
  readonly hosts: readonly string[];
}

/** How the gateway reaches a real Harper. It is itself the address of the preferred node. */
export interface HarperBackend extends HarperAddress {
  readonly kind: 'harper';
  /** The other nodes that are configured, in order of preference; left out where there are none. */
  readonly others?: readonly HarperAddress[];
  /** Left out: no other node is asked than those that are configured. */
  readonly discovery?: Discovery;
  readonly tls: {
    readonly verify: boolean;
    /** SHA-256 of the only certificates taken, in hexadecimal without colons; or the file that lists them. */
    readonly fingerprints?: readonly string[];
    readonly fingerprintFile?: string;
    readonly caFile?: string;
    readonly client?: TlsFiles;
  };
  /** The gateway's own login. Present: SERVICE mode; absent: FORWARD mode. */
  readonly login?: HarperLogin;
}

/** All configured addresses, the preferred one first. */
export function addressesOf(backend: HarperBackend): readonly HarperAddress[] {
  return [backend, ...(backend.others ?? [])];
}

/** The embedded sandbox cluster in place of a real Harper. */
export interface SandboxBackend {
  readonly kind: 'sandbox';
  readonly dialect: '4.7' | '5.2';
  readonly nodes: number;
  readonly controlPort: number;
}

/** Reads what is said of Harper; undefined, with faults, where that does not fit together. */
export function readBackend(
  parsed: ParsedSettings,
  environment: Record<string, string | undefined>,
): HarperBackend | SandboxBackend | undefined {
  const { values, given, faults } = parsed;
  const unknown = faultsOfUnknownHarper(environment);
  faults.push(...unknown);
  const aboutHarper = [...given].filter((name) => name.startsWith('HARPER_'));
  if (aboutHarper.length === 0) return unknown.length === 0 ? readSandbox(parsed) : undefined;
  if (!given.has('HARPER_URL')) faults.push(`${aboutHarper.join(', ')} without HARPER_URL: which Harper is meant?`);
  checkLogin(parsed);
  requirePair(parsed, 'HARPER_CERT_FILE', 'HARPER_KEY_FILE');
  return values.HARPER_URL === undefined ? undefined : readHarper(values.HARPER_URL, parsed);
}

function readSandbox(parsed: ParsedSettings): SandboxBackend | undefined {
  const { values, faults } = parsed;
  const { SANDBOX_DIALECT: dialect, SANDBOX_NODES: nodes, SANDBOX_CONTROL_PORT: controlPort } = values;
  if (dialect === undefined || nodes === undefined || controlPort === undefined) return undefined;
  if (isExposed(parsed)) {
    faults.push('HOST is not a loopback address: the sandbox, whose password everybody knows, stays on this machine');
  }
  return { kind: 'sandbox', dialect, nodes, controlPort };
}

/** The gateway logs in one way at most, and that way has all it needs. */
function checkLogin(parsed: ParsedSettings): void {
  const { values, given, faults } = parsed;
  const password = given.has('HARPER_PASSWORD_FILE') ? 'HARPER_PASSWORD_FILE' : 'HARPER_PASSWORD';
  requirePair(parsed, 'HARPER_USERNAME', password);
  excludeEachOther(parsed, 'HARPER_PASSWORD', 'HARPER_PASSWORD_FILE');
  excludeEachOther(parsed, 'HARPER_TOKEN', 'HARPER_TOKEN_FILE', 'HARPER_LOGIN', 'HARPER_USERNAME');
  if (values.HARPER_USERNAME?.includes(':')) faults.push('HARPER_USERNAME has a colon, which Basic login cannot carry');
  if (values.HARPER_LOGIN === 'certificate' && !given.has('HARPER_CERT_FILE'))
    faults.push('HARPER_LOGIN is certificate without HARPER_CERT_FILE');
  if (values.HARPER_LOGIN === 'socket' && values.HARPER_URL?.every((url) => url.startsWith('unix:')) === false)
    faults.push('HARPER_LOGIN is socket, but HARPER_URL is no unix: socket');
}

function readHarper(urls: readonly string[], parsed: ParsedSettings): HarperBackend {
  const { values, given, faults } = parsed;
  const addresses = urls.map((url) => readAddress(url, faults));
  const [first, ...others] = addresses as [HarperAddress, ...HarperAddress[]];
  const shown = addresses.map(({ displayUrl }) => displayUrl);
  for (const url of new Set(shown.filter((each, at) => shown.indexOf(each) !== at)))
    faults.push(`HARPER_URL has ${url} twice`);
  const discovery = readDiscovery(parsed);
  const isTls = [...addresses.map(({ origin }) => origin), discovery?.template].some((url) =>
    url?.startsWith('https:'),
  );
  for (const name of TLS_SETTINGS) {
    if (given.has(name) && !isTls) faults.push(`${name} has no effect without an https HARPER_URL`);
  }
  const login = readLogin(parsed);
  const { HARPER_CA_FILE: caFile, HARPER_CERT_FILE: certFile, HARPER_KEY_FILE: keyFile } = values;
  const { HARPER_FINGERPRINT: fingerprints, HARPER_FINGERPRINT_FILE: fingerprintFile } = values;
  if (fingerprints && fingerprintFile)
    faults.push('HARPER_FINGERPRINT and HARPER_FINGERPRINT_FILE exclude one another');
  return {
    kind: 'harper',
    ...first,
    ...(others.length > 0 && { others }),
    ...(discovery !== undefined && { discovery }),
    tls: {
      verify: values.HARPER_TLS_VERIFY ?? true,
      ...(fingerprints !== undefined && { fingerprints }),
      ...(fingerprintFile !== undefined && { fingerprintFile }),
      ...(caFile !== undefined && { caFile }),
      ...(certFile !== undefined && keyFile !== undefined && { client: { certFile, keyFile } }),
    },
    ...(login !== undefined && { login }),
  };
}

/** One of the configured addresses. No fault shows a login that stands in it. */
function readAddress(text: string, faults: string[]): HarperAddress {
  const socketPath = text.startsWith('unix:') ? text.slice('unix:'.length) : undefined;
  const url = new URL(socketPath === undefined ? text : 'http://localhost');
  if (url.username !== '' || url.password !== '')
    faults.push('HARPER_URL carries a login: use HARPER_USERNAME and HARPER_PASSWORD');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    faults.push('HARPER_URL has a path or a query: Harper takes operations at / only');
  return {
    origin: url.origin,
    displayUrl: socketPath === undefined ? url.origin : text,
    ...(socketPath !== undefined && { socketPath }),
  };
}

/** Whoever gossips a node into a cluster names its host. Without a list of hosts it would get a super user's login. */
function readDiscovery(parsed: ParsedSettings): Discovery | undefined {
  const { HARPER_DISCOVERY: template, HARPER_DISCOVERY_HOSTS: hosts } = parsed.values;
  requirePair(parsed, 'HARPER_DISCOVERY', 'HARPER_DISCOVERY_HOSTS');
  return template === undefined || hosts === undefined ? undefined : { template, hosts };
}

function readLogin({ values }: ParsedSettings): HarperLogin | undefined {
  const { HARPER_TOKEN: token, HARPER_TOKEN_FILE: tokenFile, HARPER_USERNAME: username } = values;
  const { HARPER_PASSWORD: password, HARPER_PASSWORD_FILE: passwordFile } = values;
  if (values.HARPER_LOGIN !== undefined) return { kind: values.HARPER_LOGIN };
  if (token !== undefined) return { kind: 'token', token };
  if (tokenFile !== undefined) return { kind: 'token', tokenFile };
  if (username === undefined) return undefined;
  if (passwordFile !== undefined) return { kind: 'password', username, passwordFile };
  return password === undefined ? undefined : { kind: 'password', username, password };
}
