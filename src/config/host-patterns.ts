import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/*
 * Patterns of hosts: a name or an address as it is, `*.example.com` for every name below that, and CIDR ranges of
 * addresses. Hosts are compared as URLs write them: in lower case, names as punycode, addresses in their
 * one usual form.
 */

/** Whether a text is a pattern. `*` alone is none: it would allow every host. */
export function isHostPattern(text: string): boolean {
  if (text.includes('/')) return ipaddr.isValidCIDR(text);
  return hostOf(text.startsWith('*.') ? text.slice(2) : text) !== undefined;
}

/**
 * Whether a host, as a URL has it, is allowed by any of the patterns.
 * @param host such as `node-1.example.com`, `10.0.0.7` or `[::1]`
 */
export function isAllowedHost(host: string, patterns: readonly string[]): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return patterns.some((pattern) => {
    if (pattern.includes('/')) return isInRange(bare, pattern);
    if (!pattern.startsWith('*.')) return hostOf(pattern) === host;
    const parent = hostOf(pattern.slice(2));
    return parent !== undefined && isIP(bare) === 0 && host.length > parent.length + 1 && host.endsWith(`.${parent}`);
  });
}

/** A host as URLs write it; undefined for what is none. */
export function hostOf(text: string): string | undefined {
  const host = isIP(text) === 6 ? `[${text}]` : text;
  // What else may stand in a URL is no part of a host.
  if (/[\s/?#@\\*%]/.test(host) || (/:/.test(host) && !/^\[.*\]$/.test(host))) return undefined;
  const url = URL.parse(`http://${host}/`);
  return url === null || url.hostname === '' ? undefined : url.hostname;
}

function isInRange(address: string, range: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address that is written as an IPv6 one is the same address.
  const parsed = ipaddr.process(address);
  const [network, bits] = ipaddr.parseCIDR(range);
  return parsed.kind() === network.kind() && parsed.match(network, bits);
}
