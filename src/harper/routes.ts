import { isIPv6 } from 'node:net';
import { redact, withoutUserinfo } from '../observability/redact.ts';
import type { Route } from './domain.ts';
import { type RouteEntry, routeEntry } from './operations.ts';

/** Harper's replication port where a route names none (harper.md: 9933 since 4.5). */
const DEFAULT_PORT = 9933;

/**
 * One entry of the routes as the schema shows it. `url` is the entry's own, or made of its host and port with the default
 * replication port and wss://, as Harper resolves it.
 */
export function toRoute(entry: RouteEntry): Route {
  if (typeof entry === 'string') return { ...addressOf(withoutUserinfo(entry)), configured: withoutUserinfo(entry) };
  const text = entry.url ?? entry.hostname ?? entry.host ?? '';
  const address = addressOf(withoutUserinfo(text), toPort(entry.port));
  const hostname = entry.hostname ?? entry.host;
  return {
    ...address,
    hostname: hostname ? withoutUserinfo(hostname) : address.hostname,
    configured: JSON.stringify(withoutSecrets(entry)),
  };
}

/** An entry of a list that was not judged before; one that is no route at all is shown as it is. */
export function toRouteOfAny(entry: unknown): Route {
  const { data } = routeEntry.safeParse(entry);
  if (data !== undefined) return toRoute(data);
  return { url: '', hostname: null, port: null, configured: JSON.stringify(withoutSecrets(entry)) };
}

/**
 * What a route means: the host and port it leads to, the same for a URL and for a host and port. Without a port it is the
 * scheme's for a URL, and Harper's replication port for a host. undefined for an entry that leads nowhere.
 */
export function placeOf(entry: unknown): string | undefined {
  const { data } = routeEntry.safeParse(entry);
  if (data === undefined) return undefined;
  const { url, hostname, port } = toRoute(data);
  if (hostname === null) return undefined;
  const scheme = /^(ws|http)(s?):\/\//i.exec(typeof data === 'string' ? data.trim() : (data.url ?? '').trim());
  const usual = scheme === null || url === '' ? DEFAULT_PORT : scheme[2] === '' ? 80 : 443;
  return `${hostname.toLowerCase()} ${port ?? usual}`;
}

function addressOf(
  text: string,
  port: number | null = null,
): { url: string; hostname: string | null; port: number | null } {
  if (/^[a-z]+:\/\//i.test(text)) {
    const url = URL.parse(text);
    if (url === null) return { url: text, hostname: null, port };
    return { url: text, hostname: bare(url.hostname), port: toPort(text.match(/:(\d+)(?:[/?#]|$)/)?.[1]) ?? port };
  }
  if (isIPv6(text)) return { url: `wss://[${text}]:${port ?? DEFAULT_PORT}`, hostname: text, port };
  const [, host = text, written] = text.match(/^(.*?)(?::(\d+))?$/s) ?? [];
  const chosen = port ?? toPort(written);
  return { url: `wss://${host}:${chosen ?? DEFAULT_PORT}`, hostname: host === '' ? null : host, port: chosen };
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function toPort(port: string | number | null | undefined): number | null {
  if (port === null || port === undefined) return null;
  const value = Number(port);
  return Number.isInteger(value) && value > 0 && value <= 65_535 ? value : null;
}

/** A copy of an entry's value without anything that could be a credential, at any depth. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return redact(withoutUserinfo(value));
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !/auth|pass|token|secret|credential|key/i.test(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutSecrets(item)]));
}
