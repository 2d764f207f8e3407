import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * Address of the client of a request, as limits count it. Of an IPv6 address that is its network of 64 bits, because
 * one host has as many addresses there as it likes.
 * @param trusted how many proxies stand before the gateway. The entry of X-Forwarded-For that the outermost of them has
 * written is the client; entries before it may have been written by anybody
 */
export function addressOf({ headers, socket }: IncomingMessage, trusted: number): string {
  const own = socket.remoteAddress ?? 'unknown';
  const forwarded = headers['x-forwarded-for'];
  if (trusted === 0 || forwarded === undefined) return networkOf(own);
  const hops = String(forwarded)
    .split(',')
    .map((hop) => hop.trim());
  return networkOf(hops.at(-trusted) || hops[0] || own);
}

/** Characters of the longest text that can be an address. */
const LONGEST = 64;

function networkOf(address: string): string {
  if (!address.includes(':') || !isIPv6(address) || address.includes('.')) return address.slice(0, LONGEST);
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
