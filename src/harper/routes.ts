import { isIPv6 } from 'node:net';
import { redact, withoutUserinfo } from '../redact.ts';
import type { Route } from './domain.ts';
import type { RouteEntry } from './operations.ts';

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
