import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type AddressRules, createAddressOf } from '../../src/transport/http/address.ts';

const XFF: AddressRules = { trusted: 1, header: 'X-Forwarded-For', ipv6Prefix: 64 };
const FORWARDED: AddressRules = { ...XFF, header: 'Forwarded' };

function addressOf(rules: AddressRules, headers: Record<string, string>, remoteAddress = '10.9.9.9'): string {
  return createAddressOf(rules)({ headers, socket: { remoteAddress } } as unknown as IncomingMessage);
}

/** Every spelling of one address must count as one. */
const SPELLINGS: readonly (readonly [string, readonly string[]])[] = [
  ['192.0.2.1', ['192.0.2.1', '192.0.2.1:1', '192.0.2.1:65535', '::ffff:192.0.2.1', '[::ffff:c000:201]:80']],
  ['192.0.2.1', ['0xc0.0.2.1', '0300.0.2.01', '3221225985', '192.0.513', '::FFFF:192.0.2.1%eth0']],
  [
    '2001:db8:1:2::',
    ['2001:db8:1:2::1', '[2001:db8:1:2::1]', '[2001:DB8:1:2:3:4:5:6]:443', '2001:0db8:0001:0002:ffff::%en0'],
  ],
  ['_office', ['_office', '_office:_port']],
  // What is no address says nothing: the proxy's own counts.
  ['10.9.9.9', ['', 'unknown', 'unknown:5', 'localhost', '1.2.3.4.5', '[', '::::', '\u00ff', '-', '_', '_ a']],
];
const CASES = SPELLINGS.flatMap(([address, spellings]) => spellings.map((spelling) => ({ spelling, address })));

describe('the address of a client', () => {
  it.each(CASES)('$spelling is $address in X-Forwarded-For', ({ spelling, address }) => {
    expect(addressOf(XFF, { 'x-forwarded-for': `8.8.8.8, ${spelling}` })).toBe(address);
  });

  it.each(CASES)('$spelling is $address in Forwarded', ({ spelling, address }) => {
    const quoted = spelling.replace(/["\\]/g, '\\$&');
    expect(addressOf(FORWARDED, { forwarded: `for=8.8.8.8, For="${quoted}" ;proto=https` })).toBe(address);
    expect(addressOf(FORWARDED, { forwarded: `for=8.8.8.8,by=a;for="${quoted}"` })).toBe(address);
  });

  it.each([
    [0, '1.1.1.1, 2.2.2.2, 3.3.3.3', '10.9.9.9'],
    [1, '1.1.1.1, 2.2.2.2, 3.3.3.3', '3.3.3.3'],
    [2, '1.1.1.1,2.2.2.2 ,3.3.3.3', '2.2.2.2'],
    [5, '1.1.1.1, 2.2.2.2', '1.1.1.1'],
    [1, '1.1.1.1,', '10.9.9.9'],
  ])('behind %i proxies that say %s is %s', (trusted, value, address) => {
    expect(addressOf({ ...XFF, trusted }, { 'x-forwarded-for': value })).toBe(address);
    const forwarded = value.replace(/\d+\.[\d.]+/g, 'for=$&');
    expect(addressOf({ ...FORWARDED, trusted }, { forwarded })).toBe(address);
  });

  it('is read from the header of the proxies alone, which a client cannot write', () => {
    const both = { 'x-forwarded-for': '1.1.1.1', forwarded: 'for=2.2.2.2' };
    expect(addressOf(XFF, both)).toBe('1.1.1.1');
    expect(addressOf(FORWARDED, both)).toBe('2.2.2.2');
    expect(addressOf(FORWARDED, { 'x-forwarded-for': '1.1.1.1' })).toBe('10.9.9.9');
  });

  it.each([
    ['proto=https;host="a, for=1.1.1.1"', '10.9.9.9'],
    ['for="1.1.1.1\\", for=2.2.2.2"', '10.9.9.9'],
    ['for="2001:db8::1"', '2001:db8::'],
    ['for=;for', '10.9.9.9'],
    [';;,,=', '10.9.9.9'],
  ])('is what the last element of Forwarded %s says, quoted or not', (forwarded, address) => {
    expect(addressOf(FORWARDED, { forwarded })).toBe(address);
  });

  // Whatever takes more time than its length allows does not end within that of a test.
  it.each(['a', ':', 'for', 'for=', 'a=', 'for="', '"', '\\', 'a="\\', '[', '1.', '0x', 'f:', '_', ',', ';', ' '])(
    'is found in time where %j comes over and over',
    (text) => {
      const long = text.repeat(1_000_000);
      expect(addressOf(FORWARDED, { forwarded: long })).toBe('10.9.9.9');
      expect(addressOf(XFF, { 'x-forwarded-for': long })).toBe('10.9.9.9');
      expect(addressOf(FORWARDED, { forwarded: `${long},for=8.8.8.8` })).toMatch(/^(8\.8\.8\.8|10\.9\.9\.9)$/);
    },
  );

  it('is a network of as many bits as is set', () => {
    const of = (ipv6Prefix: number) => addressOf({ ...XFF, trusted: 0, ipv6Prefix }, {}, '2001:db8:aaaa:bbbb:cccc::1');
    expect([48, 56, 64, 128].map(of)).toEqual([
      '2001:db8:aaaa::',
      '2001:db8:aaaa:bb00::',
      '2001:db8:aaaa:bbbb::',
      '2001:db8:aaaa:bbbb:cccc::1',
    ]);
  });
});
