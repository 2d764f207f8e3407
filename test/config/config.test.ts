import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { SETTING_NAMES, settingOf } from '../../src/config/settings.ts';
import { faultsOf } from '../support/config-faults.ts';

const directory = mkdtempSync(join(tmpdir(), 'harper-gateway-'));
const pem = join(directory, 'ca.pem');
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n');
const noPem = join(directory, 'ca.txt');
writeFileSync(noPem, 'nothing');
const tokens = join(directory, 'tokens');
writeFileSync(tokens, '');

const HTTPS = { HARPER_URL: 'https://harper.example:9925' };

describe('a configuration', () => {
  it('starts the sandbox when nothing about Harper is given', () => {
    expect(readConfig({}, { PATH: '/bin', READ_TIMEOUT: '500' }).backend).toEqual({
      kind: 'sandbox',
      dialect: '4.7',
      nodes: 3,
      controlPort: 4001,
    });
  });

  it('has the documented defaults', () => {
    const { settings } = readConfig();
    expect(settings).toMatchObject({ HOST: '127.0.0.1', PORT: 4000, READ_TIMEOUT: 10_000, WRITE_TIMEOUT: 75_000 });
    expect(settings).toMatchObject({ POLL_INTERVAL: 1000, GRAPHIQL: true, LOG_LEVEL: 'info' });
    const withDefault = SETTING_NAMES.filter((name) => settingOf(name).default !== undefined);
    expect(Object.keys(settings).sort()).toEqual(withDefault.sort());
  });

  it('gives each setting the type that its row parses to', () => {
    const { settings } = readConfig({}, { PORT: '80', METRICS: 'off', CORS_ORIGINS: 'https://a.example, https://b' });
    expectTypeOf(settings.PORT).toEqualTypeOf<number>();
    expectTypeOf(settings.METRICS).toEqualTypeOf<boolean>();
    expectTypeOf(settings.SANDBOX_DIALECT).toEqualTypeOf<'4.7' | '5.2'>();
    expectTypeOf(settings.CORS_ORIGINS).toEqualTypeOf<string[] | undefined>();
    expectTypeOf(settings).not.toHaveProperty('HARPER_PASSWORD');
    expect(settings).toMatchObject({ PORT: 80, METRICS: false, CORS_ORIGINS: ['https://a.example', 'https://b'] });
  });

  it('has no secret among its settings', () => {
    const secrets = { HARPER_USERNAME: 'a', HARPER_PASSWORD: 'hush-hush', METRICS_TOKEN: 'hush-too' };
    const { settings, metricsToken } = readConfig({}, { ...HTTPS, TOKENS_FILE: tokens, ...secrets });
    expect(JSON.stringify(settings)).not.toMatch(/hush/);
    expect(metricsToken).toBe('hush-too');
  });

  it('reads the token of the metrics from a file', () => {
    const path = join(directory, 'metrics-token');
    writeFileSync(path, 'scrape-me\n');
    expect(readConfig({}, { METRICS_TOKEN_FILE: path }).metricsToken).toBe('scrape-me');
    expect(faultsOf({ METRICS_TOKEN_FILE: tokens })).toEqual(['METRICS_TOKEN_FILE holds no token']);
  });

  it.each([
    ['https://ops.example.com/harper', { origin: 'https://ops.example.com', path: '/harper' }],
    ['https://Ops.example.com:443/harper/', { origin: 'https://ops.example.com', path: '/harper' }],
    ['http://127.0.0.1:8080', { origin: 'http://127.0.0.1:8080', path: '' }],
    ['https://[::1]/a/b/', { origin: 'https://[::1]', path: '/a/b' }],
  ])('takes %s as PUBLIC_URL', (url, expected) => {
    expect(readConfig({}, { PUBLIC_URL: url }).settings.PUBLIC_URL).toEqual(expected);
  });

  it('is frozen, all of it', () => {
    const config = readConfig({}, { ...HTTPS, CORS_ORIGINS: 'https://a.example', PUBLIC_URL: 'https://b.example' });
    const { settings, backend } = config;
    for (const part of [config, settings, backend, settings.CORS_ORIGINS, settings.PUBLIC_URL])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it('prefers a flag to the environment', () => {
    expect(readConfig({ PORT: '5000' }, { PORT: '6000' }).settings.PORT).toBe(5000);
  });

  it.each([
    ['https://harper.example:9925', { origin: 'https://harper.example:9925' }],
    ['http://127.0.0.1:9925/', { origin: 'http://127.0.0.1:9925' }],
    ['unix:/run/harper.sock', { socketPath: '/run/harper.sock', displayUrl: 'unix:/run/harper.sock' }],
  ])('takes %s as HARPER_URL', (url, expected) => {
    expect(readConfig({}, { HARPER_URL: url }).backend).toMatchObject({ kind: 'harper', ...expected });
  });

  it('reads the files of a TLS set-up', () => {
    const config = readConfig({}, { ...HTTPS, HARPER_CA_FILE: pem, HARPER_CERT_FILE: pem, HARPER_KEY_FILE: pem });
    expect(config.backend).toMatchObject({
      tls: { verify: true, caFile: pem, client: { certFile: pem, keyFile: pem } },
    });
  });

  it('makes a login of its own of a user and a password, or of a token', () => {
    const login = { HARPER_USERNAME: 'gateway', HARPER_PASSWORD: 'a:b' };
    const loginOf = (environment: Record<string, string>) =>
      readConfig({}, { ...HTTPS, TOKENS_FILE: tokens, ...environment }).backend;
    expect(loginOf(login)).toMatchObject({ login: { kind: 'password', username: 'gateway', password: 'a:b' } });
    expect(loginOf({ HARPER_TOKEN: 'abc' })).toMatchObject({ login: { kind: 'token', token: 'abc' } });
    expect(loginOf({ HARPER_USERNAME: 'gateway', HARPER_PASSWORD_FILE: noPem })).toMatchObject({
      login: { kind: 'password', passwordFile: noPem },
    });
    expect(loginOf({ HARPER_TOKEN_FILE: noPem })).toMatchObject({ login: { kind: 'token', tokenFile: noPem } });
    expect(loginOf({ HARPER_LOGIN: 'certificate', HARPER_CERT_FILE: pem, HARPER_KEY_FILE: pem })).toMatchObject({
      login: { kind: 'certificate' },
    });
    expect(loginOf({ HARPER_URL: 'unix:/run/harper.sock', HARPER_LOGIN: 'socket' })).toMatchObject({
      login: { kind: 'socket' },
    });
  });

  it('says who may call', () => {
    const own = { ...HTTPS, HARPER_TOKEN: 'abc' };
    expect(readConfig({}, HTTPS).callers).toEqual({ kind: 'forward' });
    expect(readConfig({}, { ...own, TOKENS_FILE: tokens, HOST: '0.0.0.0' }).callers).toEqual({
      kind: 'service',
      tokensFile: tokens,
    });
    const jwt = { JWT_KEY_FILE: pem, JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_ROLE_CLAIM: 'x.y' };
    expect(readConfig({}, { ...own, ...jwt }).callers).toEqual({
      kind: 'service',
      jwt: { keys: { file: pem }, issuer: 'i', audience: 'a', roleClaim: 'x.y' },
    });
    expect(readConfig({ INSECURE_NO_AUTH: 'true' }, own).callers).toEqual({ kind: 'anyone' });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a user without a password', { ...HTTPS, HARPER_USERNAME: 'a' }, /HARPER_USERNAME without HARPER_PASSWORD/],
    ['a password without a user', { ...HTTPS, HARPER_PASSWORD: 'a' }, /HARPER_PASSWORD without HARPER_USERNAME/],
    ['a login without a URL', { HARPER_TOKEN: 'a' }, /HARPER_TOKEN without HARPER_URL/],
    ['two logins', { ...HTTPS, HARPER_TOKEN: 'a', HARPER_USERNAME: 'a', HARPER_PASSWORD: 'b' }, /exclude each other/],
    [
      'a user name with a colon',
      { ...HTTPS, HARPER_USERNAME: 'a:b', HARPER_PASSWORD: 'b' },
      /HARPER_USERNAME has a colon/,
    ],
    ['a certificate without its key', { ...HTTPS, HARPER_CERT_FILE: pem }, /HARPER_CERT_FILE without HARPER_KEY_FILE/],
    ['a key without its certificate', { ...HTTPS, HARPER_KEY_FILE: pem }, /HARPER_KEY_FILE without HARPER_CERT_FILE/],
    [
      'a file that is not there',
      { ...HTTPS, HARPER_CA_FILE: '/no/such' },
      /HARPER_CA_FILE: \/no\/such cannot be read \(ENOENT\)/,
    ],
    ['a file that is not PEM', { ...HTTPS, HARPER_CA_FILE: noPem }, /is not a PEM file/],
    [
      'TLS settings without TLS',
      { HARPER_URL: 'http://h', HARPER_TLS_VERIFY: 'false' },
      /HARPER_TLS_VERIFY has no effect/,
    ],
    ['a token that is none', { ...HTTPS, HARPER_TOKEN: ' ' }, /HARPER_TOKEN has characters/],
    [
      'a certificate that may be a login, for everybody',
      { ...HTTPS, HARPER_CERT_FILE: pem, HARPER_KEY_FILE: pem, HOST: '0.0.0.0' },
      /HOST is not a loopback/,
    ],
    ['an empty variable', { HARPER_URL: '' }, /HARPER_URL is empty/],
    ['a URL that is none', { HARPER_URL: 'harper:9925' }, /HARPER_URL is not an http, https or unix:\/path URL/],
    ['a relative socket', { HARPER_URL: 'unix:harper.sock' }, /HARPER_URL is not/],
    ['a URL with a path', { HARPER_URL: 'http://h/api' }, /has a path/],
    ['a URL with a login', { HARPER_URL: 'http://a:b@h' }, /carries a login/],
    ['a port out of range', { PORT: '65536' }, /PORT is not between 0 and 65535/],
    ['a port that is no number', { PORT: '4k' }, /PORT is not a whole number/],
    ['a poll interval that is too short', { POLL_INTERVAL: '99' }, /POLL_INTERVAL is not between 100 and 60000/],
    ['an origin that is none', { CORS_ORIGINS: 'https://a.example, b' }, /CORS_ORIGINS is not a comma-separated list/],
    ['a level that is none', { LOG_LEVEL: 'loud' }, /LOG_LEVEL is none of/],
    ['a dialect that is none', { SANDBOX_DIALECT: '3' }, /SANDBOX_DIALECT is none of 4\.7, 5\.2/],
    ['a sandbox for everybody', { HOST: '0.0.0.0' }, /HOST is not a loopback address/],
    [
      'its own login for callers it cannot tell apart',
      { ...HTTPS, HARPER_TOKEN: 'a' },
      /cannot tell its callers apart/,
    ],
    [
      'its own login for everybody beyond this machine',
      { ...HTTPS, HARPER_TOKEN: 'a', HOST: '0.0.0.0', INSECURE_NO_AUTH: 'true' },
      /INSECURE_NO_AUTH with a HOST that is not a loopback/,
    ],
    [
      'no authentication beside some',
      { ...HTTPS, HARPER_TOKEN: 'a', TOKENS_FILE: noPem, INSECURE_NO_AUTH: 'true' },
      /INSECURE_NO_AUTH beside TOKENS_FILE/,
    ],
    ['callers’ tokens without a login of its own', { ...HTTPS, TOKENS_FILE: noPem }, /without a Harper login of the/],
    ['no authentication without a login of its own', { ...HTTPS, INSECURE_NO_AUTH: 'true' }, /without a Harper login/],
    [
      'JWTs without an issuer',
      { ...HTTPS, HARPER_TOKEN: 'a', JWT_KEY_FILE: pem, JWT_AUDIENCE: 'a' },
      /JWT_AUDIENCE without JWT_ISSUER/,
    ],
    [
      'keys of JWTs in clear',
      { ...HTTPS, HARPER_TOKEN: 'a', JWT_JWKS_URL: 'http://keys.example', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' },
      /JWT_JWKS_URL is not https/,
    ],
    [
      'two passwords',
      { ...HTTPS, HARPER_USERNAME: 'a', HARPER_PASSWORD: 'b', HARPER_PASSWORD_FILE: noPem },
      /exclude each other/,
    ],
    ['a secret in a file that is not there', { ...HTTPS, HARPER_TOKEN_FILE: '/no/such' }, /cannot be read \(ENOENT\)/],
    ['a login by a socket that is none', { ...HTTPS, HARPER_LOGIN: 'socket' }, /is no unix: socket/],
    ['a login by a certificate it lacks', { ...HTTPS, HARPER_LOGIN: 'certificate' }, /without HARPER_CERT_FILE/],
    ['a fingerprint that is none', { ...HTTPS, HARPER_FINGERPRINT: 'ab:cd' }, /HARPER_FINGERPRINT is not a SHA-256/],
    ['a certificate of its own without the key', { TLS_CERT_FILE: pem }, /TLS_CERT_FILE without TLS_KEY_FILE/],
    ['client certificates without TLS', { TLS_CLIENT_CA_FILE: pem }, /TLS_CLIENT_CA_FILE without TLS_CERT_FILE/],
    ['a public address that is none', { PUBLIC_URL: 'ops.example.com' }, /PUBLIC_URL is not an http or https URL/],
    ['a public address of a socket', { PUBLIC_URL: 'wss://ops.example.com' }, /PUBLIC_URL is not an http or https URL/],
    ['a public address with a query', { PUBLIC_URL: 'https://ops.example.com/?' }, /PUBLIC_URL has a login, a query/],
    ['a public address with a fragment', { PUBLIC_URL: 'https://ops.example.com/#a' }, /PUBLIC_URL has a login/],
    ['a public address with a login', { PUBLIC_URL: 'https://a:b@ops.example.com' }, /PUBLIC_URL has a login/],
    ['a public address that leads elsewhere', { PUBLIC_URL: 'https://ops.example.com//b' }, /an empty part/],
    ['a scope of trusted documents without any', { TRUSTED_DOCUMENTS_FOR: 'mutations' }, /without TRUSTED_DOCUMENTS/],
  ])('refuses %s', (_, environment, fault) => {
    expect(faultsOf(environment).join('\n')).toMatch(fault);
  });

  it('reports all faults at once, each by name', () => {
    const faults = faultsOf({
      PORT: 'x',
      LOG_LEVEL: 'y',
      HARPER_URL: 'z',
      HARPER_USERNAME: 'z',
      HARPER_CA_FILE: '/no/such',
      MAX_DEPTH: '1',
      GRAPHIQL: 'perhaps',
    });
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'HARPER_URL',
      'HARPER_USERNAME',
      'HARPER_CA_FILE',
      'MAX_DEPTH',
      'GRAPHIQL',
    ]) {
      expect(faults.filter((fault) => fault.startsWith(name))).not.toEqual([]);
    }
  });

  it('never repeats a secret in a fault', () => {
    const faults = faultsOf({
      HARPER_PASSWORD: 'hush-hush',
      HARPER_TOKEN: 'hush-token',
      HARPER_URL: 'http://u:hush-url@h',
    });
    expect(faults.length).toBeGreaterThan(2);
    expect(faults.join('\n')).not.toMatch(/hush/);
  });

  it('may listen anywhere when callers bring their own login', () => {
    expect(readConfig({}, { ...HTTPS, HOST: '0.0.0.0' }).settings.HOST).toBe('0.0.0.0');
  });
});
