import { describe, expect, it } from 'vitest';
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

  it.each(['a', '-eyJ', 'Basic ', 'password=', 'a://'])('takes no time over a long text of %j', (piece) => {
    const from = performance.now();
    expect(redact(piece.repeat(200_000)).length).toBeLessThan(60_000);
    expect(performance.now() - from).toBeLessThan(500);
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
