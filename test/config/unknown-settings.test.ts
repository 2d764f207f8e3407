import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { SETTING_NAMES } from '../../src/config/settings.ts';
import { settingLike } from '../../src/config/unknown-settings.ts';
import { faultsOf } from '../support/config-faults.ts';
import { startStack } from '../support/stack.ts';

/** What a start with such an environment warns about. */
const warningsOf = (environment: Record<string, string>) => readConfig({}, environment).warnings;

/** Variables as a shell, a desktop, npm, Docker, continuous integration and other servers on the machine set them. */
const USUAL = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'PWD', 'OLDPWD', 'SHLVL', 'TERM', 'LANG', 'LC_ALL', 'TZ', 'EDITOR'],
  ...['_', 'HOSTNAME', 'HOSTTYPE', 'MAIL', 'MANPATH', 'CDPATH', 'DISPLAY', 'COLORTERM', 'LS_COLORS', 'TMPDIR'],
  ...['XDG_RUNTIME_DIR', 'XDG_SESSION_ID', 'DBUS_SESSION_BUS_ADDRESS', 'SSH_AUTH_SOCK', 'SSH_CONNECTION', 'SSH_TTY'],
  ...['NODE', 'NODE_ENV', 'NODE_PATH', 'NODE_OPTIONS', 'NODE_VERSION', 'NODE_EXTRA_CA_CERTS', 'YARN_VERSION'],
  ...['INIT_CWD', 'COLOR', 'npm_config_host', 'npm_config_port', 'npm_config_loglevel', 'npm_config_cache'],
  ...['npm_lifecycle_event', 'npm_package_json', 'npm_package_version', 'npm_execpath', 'npm_node_execpath'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'SSL_CERT_FILE', 'SSL_KEY_FILE'],
  ...['CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'GIT_SSL_CAINFO', 'AWS_CA_BUNDLE', 'AWS_REGION', 'AWS_ACCESS_KEY_ID'],
  ...['CI', 'GITHUB_ACTIONS', 'GITHUB_TOKEN', 'GITLAB_CI', 'CI_JOB_TOKEN', 'BUILD_NUMBER', 'container', 'DEBUG'],
  ...['DOCKER_HOST', 'COMPOSE_PROJECT_NAME', 'KUBECONFIG', 'POD_NAME', 'POD_IP', 'NAMESPACE', 'CREDENTIALS_DIRECTORY'],
  ...['INVOCATION_ID', 'JOURNAL_STREAM', 'NOTIFY_SOCKET', 'LISTEN_FDS', 'MAINPID', 'SYSTEMD_EXEC_PID'],
  ...['DATABASE_URL', 'RABBIT_URL', 'BASE_URL', 'BASE_PATH', 'API_TOKEN', 'JWT_SECRET', 'LOG_FILE', 'LOG_FORMAT'],
  ...['OTEL_SERVICE_NAME', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_TRACES_EXPORTER'],
  ...['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_TIMEOUT', 'GATEWAY_URL', 'LOGIN', 'PGHOST', 'PGPORT'],
];

/** What Kubernetes sets for each service of a namespace. */
function serviceVariables(service: string): Record<string, string> {
  const address = 'tcp://10.0.0.1:80';
  const names = ['SERVICE_HOST', 'SERVICE_PORT', 'SERVICE_PORT_HTTP', 'PORT', 'PORT_80_TCP', 'PORT_80_TCP_ADDR'];
  return Object.fromEntries(names.map((name) => [`${service}_${name}`, name.startsWith('PORT') ? address : '80']));
}

describe('a name that looks like a setting and is none', () => {
  it.each([
    ['POLL_INTERVALL', 'POLL_INTERVAL'],
    ['POLLINTERVAL', 'POLL_INTERVAL'],
    ['poll_interval', 'POLL_INTERVAL'],
    ['poll-interval', 'POLL_INTERVAL'],
    ['PollInterval', 'POLL_INTERVAL'],
    ['MAX_DEPHT', 'MAX_DEPTH'],
    ['TRUST_PROXI', 'TRUST_PROXY'],
    ['MAX_SUBSCRIPTION_PER_SOCKETS', 'MAX_SUBSCRIPTIONS_PER_SOCKET'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['TOKEN_FILE', 'TOKENS_FILE'],
    ['PUBLIC_URI', 'PUBLIC_URL'],
    ['port', 'PORT'],
    ['HARPER_GATEWAY_PORT', 'PORT'],
    ['harper_gateway_poll_interval', 'POLL_INTERVAL'],
    ['HARPER_GATEWAY_MAX_DEPHT', 'MAX_DEPTH'],
    ['harper_url', 'HARPER_URL'],
    ['HARPERDB_USERNAME', 'HARPER_USERNAME'],
  ])('is warned about: %s, which may mean %s', (name, meant) => {
    expect(warningsOf({ [name]: '1' })).toEqual([`${name} has no effect: it is no setting. Did you mean ${meant}?`]);
  });

  it('is told its new name where it had another in an earlier release', () => {
    expect(warningsOf({ LEAN_PATH: 'false' })).toEqual(['LEAN_PATH has no effect: the setting is called FAST_PATH.']);
    expect(settingLike('lean-path')).toBe('FAST_PATH');
  });

  it('is a fault where it begins with HARPER_, for it could start the sandbox instead of a cluster', () => {
    expect(faultsOf({ HARPER_URI: 'http://h' })).toEqual(['HARPER_URI is no setting; did you mean HARPER_URL?']);
    expect(faultsOf({ HARPER_HOST: 'h' })[0]).toMatch(/^HARPER_HOST is no setting; those about Harper are HARPER_URL,/);
    expect(faultsOf({ HARPER_PORT: '9925' })[0]).toMatch(/^HARPER_PORT is no setting/);
  });

  it('never shows its value, which may be a secret', () => {
    expect(warningsOf({ harper_password: 'hush', METRICS_TOKENS: 'hush' }).join()).not.toMatch(/hush/);
    expect(faultsOf({ HARPER_PASWORD: 'hush' }).join()).not.toMatch(/hush/);
  });

  it('is logged at the start and shown by the gateway', async () => {
    await using stack = await startStack({ sandbox: { nodes: 1 }, environment: { POLL_INTERVALL: '500' } });
    const warning = expect.stringMatching(/^POLL_INTERVALL has no effect/);
    expect((await stack.ask('{ gateway { warnings } }')).data.gateway.warnings).toEqual([warning]);
    expect(stack.logs.filter((line) => line.includes('POLL_INTERVALL'))).toHaveLength(1);
  });
});

describe('a name that is somebody else’s', () => {
  it.each(USUAL)('is left alone: %s', (name) => {
    expect(warningsOf({ [name]: '1' })).toEqual([]);
  });

  it.each(['HARPER', 'HARPER_GATEWAY', 'HARPER_CLUSTER', 'HARPER_NODE_1', 'METRICS', 'TRUST_PROXY', 'REDIS'])(
    'is left alone where Kubernetes sets it for a service: %s',
    (service) => {
      expect(warningsOf(serviceVariables(service))).toEqual([]);
    },
  );
});

it('no two settings are taken for one another', () => {
  for (const name of SETTING_NAMES) expect(settingLike(name)).toBe(name);
});
