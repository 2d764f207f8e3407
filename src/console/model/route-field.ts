import type { RouteInput } from '../graphql/graphql.ts';

/** Reads a route as it is typed. `url` names it in the plan; a text is what is wrong. */
export function readRoute(
  text: string,
  present: readonly string[],
): { readonly url: string; readonly input: RouteInput } | string {
  const typed = text.trim();
  if (typed === '') return 'A host or a URL is needed.';
  if (typed.includes('://')) {
    const url = URL.parse(typed);
    if (url === null || !/^wss?:$/.test(url.protocol)) return 'The URL must begin with ws:// or wss://.';
    return known(typed, present) ?? { url: typed, input: { url: typed } };
  }
  const { hostname, port } = /^(?<hostname>\[[^\]]+\]|[^:\s]+)(?::(?<port>\d{1,5}))?$/.exec(typed)?.groups ?? {};
  if (hostname === undefined) return 'This is no host with a port, such as node-4:9933.';
  if (Number(port ?? 0) > 65_535) return 'A port is at most 65535.';
  const bare = hostname.replace(/^\[|\]$/g, '');
  const input: RouteInput = { host: { hostname: bare, ...(port !== undefined && { port: Number(port) }) } };
  const url = present.find((each) => isSamePlace(each, hostname, port));
  return url === undefined ? { url: typed, input } : 'There is such a route already.';
}

function known(typed: string, present: readonly string[]): string | undefined {
  const url = URL.parse(typed);
  return present.some((each) => URL.parse(each)?.href === url?.href) ? 'There is such a route already.' : undefined;
}

function isSamePlace(present: string, hostname: string, port: string | undefined): boolean {
  const url = URL.parse(present);
  return url !== null && url.hostname === hostname && port !== undefined && url.port === port;
}
