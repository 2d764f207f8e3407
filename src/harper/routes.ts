import { isIPv6 } from 'node:net';
import { redact, withoutUserinfo } from '../observability/redact.ts';
import type { Route } from './domain.ts';
import { withBrackets, withoutBrackets } from './hosts.ts';
import { type RouteEntry, routeEntry } from './operations.ts';

/** How a node replicates. Harper completes routes by that of their own node (docs/harper.md, "configure_cluster"). */
export interface ReplicationAddress {
  readonly protocol: 'ws:' | 'wss:';
  readonly port: number;
}

/** That of Harper since 4.5, where a node does not say. */
const USUAL: ReplicationAddress = { protocol: 'wss:', port: 9933 };

/** How a node replicates, by its own URL in cluster_status; as usual where that is null or none. */
export function replicationAddressOf(url: string | null): ReplicationAddress {
  const { protocol, port } = URL.parse(url ?? '') ?? {};
  if (protocol !== 'ws:' && protocol !== 'wss:') return USUAL;
  return { protocol, port: port ? Number(port) : DEFAULT_PORTS[protocol] };
}

/** The ports that a URL leaves out. */
const DEFAULT_PORTS = { 'ws:': 80, 'wss:': 443 };

/**
 * One entry of the routes as the schema shows it. `url` is the entry's own, or made of its host and port.
 * @param own by which a host without scheme or port is completed
 */
export function toRoute(entry: RouteEntry, own: ReplicationAddress = USUAL): Route {
  if (typeof entry === 'string') {
    return { ...addressOf(withoutUserinfo(entry), own), configured: withoutUserinfo(entry) };
  }
  const text = entry.url ?? entry.hostname ?? entry.host ?? '';
  const address = addressOf(withoutUserinfo(text), own, toPort(entry.port));
  const hostname = entry.hostname ?? entry.host;
  return {
    ...address,
    hostname: hostname ? withoutBrackets(withoutUserinfo(hostname)) : address.hostname,
    configured: JSON.stringify(withoutSecrets(entry)),
  };
}

/** An entry that was not checked; one that is no route at all is shown as it is. */
export function toRouteOfAny(entry: unknown, own: ReplicationAddress = USUAL): Route {
  const { data } = routeEntry.safeParse(entry);
  if (data !== undefined) return toRoute(data, own);
  return { url: '', hostname: null, port: null, configured: JSON.stringify(withoutSecrets(entry)) };
}

/**
 * Where a route leads, as `host:port`: the same for a URL and for a host and port that mean it. Without a port it is
 * the scheme's for a URL, and the node's own for a host. undefined for an entry that leads nowhere.
 */
export function destinationOf(entry: unknown, own: ReplicationAddress = USUAL): string | undefined {
  const { data } = routeEntry.safeParse(entry);
  if (data === undefined) return undefined;
  const { url, hostname, port } = toRoute(data);
  if (hostname === null) return undefined;
  const scheme = /^(ws|http)(s?):\/\//i.exec(typeof data === 'string' ? data.trim() : (data.url ?? '').trim());
  const usual = scheme === null || url === '' ? own.port : DEFAULT_PORTS[scheme[2] === '' ? 'ws:' : 'wss:'];
  const host = withBrackets(hostname.toLowerCase());
  // A host may be written in several ways, an IPv6 address above all.
  return `${URL.parse(`ws://${host}`)?.hostname ?? host}:${port ?? usual}`;
}

function addressOf(
  text: string,
  own: ReplicationAddress,
  port: number | null = null,
): Pick<Route, 'url' | 'hostname' | 'port'> {
  if (/^[a-z]+:\/\//i.test(text)) {
    const url = URL.parse(text);
    if (url === null) return { url: text, hostname: null, port };
    const written = text.match(/:(\d+)(?:[/?#]|$)/)?.[1];
    return { url: text, hostname: withoutBrackets(url.hostname), port: toPort(written) ?? port };
  }
  const [, host = text, written] = isIPv6(text) ? [] : (text.match(/^(.*?)(?::(\d+))?$/s) ?? []);
  const hostname = withoutBrackets(host);
  const chosen = port ?? toPort(written);
  const url = `${own.protocol}//${withBrackets(hostname)}:${chosen ?? own.port}`;
  return { url, hostname: hostname === '' ? null : hostname, port: chosen };
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
