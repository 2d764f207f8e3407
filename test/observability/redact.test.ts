import { describe, expect, it } from 'vitest';
import { issueToken } from '../../src/auth/tokens.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { redact, secretsOf, withoutUserinfo } from '../../src/observability/redact.ts';

describe('redact', () => {
  it.each([
    ['an Authorization value', 'sent Basic YWRtaW46aHVzaA== to it', 'YWRtaW46aHVzaA'],
    ['a bearer token', 'authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
    ['a JWT on its own', 'got eyJhbGciOiJIUzI1NiJ9.eyJ1IjoxfQ.c2lnbmF0dXJl here', 'eyJ1IjoxfQ'],
    ["a URL's userinfo", 'dial wss://admin:hush@harper:9925/x', 'hush'],
    ['a JSON password', '{"username":"a","password":"hush hush"}', 'hush'],
    ['a token of an answer', '{"refresh_token": "hush"}', 'hush'],
  ])('removes %s', (_, text, secret) => {
    expect(redact(text)).toContain('[redacted]');
    expect(redact(text)).not.toContain(secret);
  });

  it('removes what it is told is secret, and leaves the rest', () => {
    expect(redact('login of bob with tr0ub4dor failed', ['tr0ub4dor'])).toBe('login of bob with [redacted] failed');
  });

  it('hides a secret that is part of another one', () => {
    expect(redact('tr0ub4dor-and-more', ['tr0ub4dor', 'tr0ub4dor-and-more'])).toBe('[redacted]');
  });

  it('finds no secrets in its own masks, however many there are', () => {
    const secrets = ['ogi', ...Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'red' : 'act'))];
    expect(redact('Login failed', secrets)).toBe('L[redacted]n failed');
  });

  it('leaves an ordinary sentence alone', () => {
    const sentence = "Successfully added 'ws://node-2:9933' to cluster";
    expect(redact(sentence)).toBe(sentence);
  });
});

describe('secretsOf', () => {
  it('knows the header, its parameter, the pair and the password of a Basic login', () => {
    const header = `Basic ${btoa('admin:pass:word')}`;
    expect(secretsOf(header)).toEqual(
      expect.arrayContaining([header, btoa('admin:pass:word'), 'admin:pass:word', 'pass:word', 'pass%3Aword']),
    );
  });
});

describe('every encoding of a login', () => {
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const ENCODINGS: readonly [string, (text: string) => string][] = [
    ['plain', (text) => text],
    ['in capitals', (text) => text.toUpperCase()],
    ['in JSON', (text) => JSON.stringify(text)],
    ['in ASCII JSON', (text) => JSON.stringify(text).replace(/[^ -~]/g, unit)],
    ['in units', (text) => [...text].map(unit).join('')],
    ['in Base64', (text) => Buffer.from(text).toString('base64')],
    ['in Base64 without padding', (text) => Buffer.from(text).toString('base64').replace(/=+$/, '')],
    ['in Base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
    ['in a URL', encodeURIComponent],
    ['in a form', (text) => encodeURIComponent(text).replaceAll('%20', '+')],
    ['all percent', (text) => hex(text).replace(/../g, '%$&')],
    ['all percent in capitals', (text) => hex(text).toUpperCase().replace(/../g, '%$&')],
    ['in hexadecimal', hex],
    ['in HTML', (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
  ];
  it.each(ENCODINGS)('is hidden, %s', (_, encode) => {
    for (const password of ['hush-hush', 'p&ss<wörd ~', 'ab?>é']) {
      for (const secret of [password, `admin:${password}`]) {
        const text = `Harper said ${encode(secret)}.`;
        expect(redact(text, secretsOf(`Basic ${Buffer.from(`admin:${password}`).toString('base64')}`))).not.toContain(
          encode(secret),
        );
      }
    }
  });

  it.each(['a', 'xy', '7'])('of one or two characters is hidden where it stands alone: %s', (password) => {
    const secrets = secretsOf(`Basic ${Buffer.from(`admin:${password}`).toString('base64')}`);
    expect(redact(`login with ${password} failed`, secrets)).toBe('login with [redacted] failed');
  });
});

it('leaves no part of a login that the cut goes through', () => {
  const password = 'hush-'.repeat(200);
  for (let before = 3000; before < 4100; before += 7) {
    const text = `${'x '.repeat(before / 2)}wss://admin:${password}@harper`;
    expect(redact(text)).not.toContain('hush');
    expect(redact(`${'x '.repeat(before / 2)}${password} and more`, [password])).not.toContain('hush');
  }
  expect(redact(`${'x '.repeat(9990)}wss://admin:${password}@harper`, ['x'])).not.toContain('hush');
});

it('hides a token of the gateway wherever it is pasted', () => {
  const { token } = issueToken('grafana', 'viewer');
  expect(redact(`no host ${token}.example`)).toBe('no host [redacted].example');
});

it('hides what looks like a login in every value that is logged beside a message', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  const origin = 'https://admin:hush-hush@evil.example';
  const at = new Date(0);
  logger.warn({ origin, nested: { list: [origin, { authorization: 'Basic aHVzaDpodXNo' }] }, at, count: 1 }, 'Refused');
  logger.warn({ err: new Error(`no host ${origin}`) }, 'Failed');
  expect(lines.join('')).not.toMatch(/hush|aHVza/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ at: at.toISOString(), count: 1, msg: 'Refused' });
  expect(JSON.parse(lines[1] ?? '').err.message).toContain('no host');
});

describe('withoutUserinfo', () => {
  it.each([
    ['wss://a:b@host:1/', 'wss://host:1/'],
    [' wss://a:b@host:1', 'wss://host:1'],
    ['wss://a:b/c@host:1', 'wss://host:1'],
    ['wss:/a:b@host', 'wss:/host'],
    ['a:b@host:1', 'host:1'],
    ['wss://host:1', 'wss://host:1'],
    ['host', 'host'],
  ])('makes of %s %s', (address, bare) => {
    expect(withoutUserinfo(address)).toBe(bare);
  });
});
