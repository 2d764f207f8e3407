import { isIPv6 } from 'node:net';

/*
 * Fields that hold a host have IPv6 addresses without brackets (`::1`), URLs and addresses with a port have them with
 * brackets (`ws://[::1]:9933`). A peer's name is the exception: it is Harper's own key of the peer and stays as it is.
 */

/** A host as a field holds it: `[::1]` → `::1`. */
export function withoutBrackets(host: string): string {
  const inner = /^\[(.*)\]$/s.exec(host)?.[1];
  return inner !== undefined && isIPv6(inner) ? inner : host;
}

/** A host as a URL holds it: `::1` → `[::1]`. */
export function withBrackets(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
