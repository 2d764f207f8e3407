import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** How the address of a client is found, and how much of it counts. */
export interface AddressRules {
  /**
   * How many proxies stand before the gateway (`TRUST_PROXY`). The entry that the outermost of them has written is the
   * client; entries before it may have been written by anybody.
   */
  readonly trusted: number;
  /** The header in which the proxies say whom they speak for (`PROXY_HEADER`); any other is not believed. */
  readonly header: 'X-Forwarded-For' | 'Forwarded';
  /** Bits of an IPv6 address that count (`IPV6_PREFIX`): one host has as many addresses there as it likes. */
  readonly ipv6Prefix: number;
}

/** The address of the client of a request, as limits count it: one text, however the address is spelled. */
export type AddressOf = (req: IncomingMessage) => string;

/** Creates the reader of addresses. */
export function createAddressOf({ trusted, header, ipv6Prefix }: AddressRules): AddressOf {
  const readHops = header === 'Forwarded' ? forwardedHops : listedHops;
  const name = header.toLowerCase();
  return ({ headers, socket }) => {
    const own = socket.remoteAddress ?? 'unknown';
    const value = trusted === 0 ? undefined : headers[name];
    if (value === undefined) return normalized(own, ipv6Prefix) ?? own;
    const hops = readHops(String(value));
    const client = hops.at(-trusted) ?? hops[0] ?? '';
    return normalized(withoutPort(client), ipv6Prefix) ?? normalized(own, ipv6Prefix) ?? own;
  };
}

/** What stands in X-Forwarded-For, in order. */
function listedHops(value: string): string[] {
  return value.split(',').map((hop) => hop.trim());
}

/**
 * A name and value of Forwarded (RFC 7239, section 4), or the comma or semicolon that separates them. A name without a
 * value is a part as well: a long one is then read once, and not again from each of its characters.
 */
const FORWARDED_PART = /[,;]|([!#$%&'*+.^_`|~\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g;

/** The `for` of each element of Forwarded, in order; empty where an element has none. */
function forwardedHops(value: string): string[] {
  const hops = [''];
  for (const [part, name, quoted, plain = ''] of value.matchAll(FORWARDED_PART)) {
    if (part === ',') hops.push('');
    else if (name?.toLowerCase() === 'for') hops[hops.length - 1] = quoted?.replace(/\\(.)/g, '$1') ?? plain;
  }
  return hops;
}

/** Proxies add the client's port, and brackets around an IPv6 address, or do not. */
function withoutPort(hop: string): string {
  const [, bracketed, host] = /^(?:\[([^\]]*)\]|([^:]*))(?::\w*)?$/.exec(hop) ?? [];
  return bracketed ?? host ?? hop;
}

/** A name that a proxy has made up for a client (RFC 7239, section 6.3). */
const OBFUSCATED = /^_[\w.-]{1,63}$/;

/** Characters of the longest text that can be an address. */
const LONGEST = 64;

/** One spelling of an address, an IPv6 address as its network; undefined for what is no address. */
function normalized(text: string, ipv6Prefix: number): string | undefined {
  if (text.length > LONGEST) return undefined;
  if (isIPv4(text) || OBFUSCATED.test(text)) return text;
  if (!ipaddr.isValid(text)) return undefined;
  // Also makes an IPv4 address of one that is mapped into IPv6.
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString().split('%')[0]}/${ipv6Prefix}`).toString();
}
