import type { IncomingMessage } from 'node:http';

/** What a request is for. */
export interface Target {
  /** The path, without the prefix under which a proxy serves the gateway. */
  readonly path: string;
  /** What follows the question mark; empty where there is none. */
  readonly search: string;
  /** Host and port that the client has asked; undefined where it did not say. */
  readonly host: string | undefined;
}

/**
 * Reads the target of a request. Clients send a path. Those that speak to a proxy send the whole address (RFC 9112,
 * 3.2.2), whose host then counts instead of the Host header.
 * @param pathPrefix taken off the path where it is there: a proxy may leave it or take it off itself
 */
export function targetOf({ url = '/', headers }: IncomingMessage, pathPrefix: string): Target {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url);
  const [, authority, rest = ''] = absolute ?? [undefined, headers.host, url];
  const [, path = '', search = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(rest) ?? [];
  const isPrefixed = pathPrefix !== '' && (path === pathPrefix || path.startsWith(`${pathPrefix}/`));
  return { path: (isPrefixed ? path.slice(pathPrefix.length) : path) || '/', search, host: authority };
}

/** The name in a Host header, in lower case and without the port. */
export function hostnameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '').toLowerCase();
}
