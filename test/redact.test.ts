import { describe, expect, it } from 'vitest';
import { redact, secretsOf, withoutUserinfo } from '../src/redact.ts';

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

  it('leaves an ordinary sentence alone', () => {
    const sentence = "Successfully added 'ws://node-2:9933' to cluster";
    expect(redact(sentence)).toBe(sentence);
  });
});

describe('secretsOf', () => {
  it('knows the header, its parameter, the pair and the password of a Basic login', () => {
    const header = `Basic ${btoa('admin:pass:word')}`;
    expect(secretsOf(header)).toEqual([header, btoa('admin:pass:word'), 'admin:pass:word', 'pass:word']);
  });
});

describe('withoutUserinfo', () => {
  it('takes the login out of a URL and leaves every other text', () => {
    expect(withoutUserinfo('wss://a:b@host:1/')).toBe('wss://host:1/');
    expect(withoutUserinfo('wss://host:1/@x')).toBe('wss://host:1/@x');
    expect(withoutUserinfo('host')).toBe('host');
  });
});
