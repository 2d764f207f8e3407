import type { Discovery, HarperAddress } from '../../config/backend.ts';
import { hostOf, isAllowedHost } from '../../config/host-patterns.ts';
import type { Peer } from '../../harper/domain.ts';

/**
 * Where the operations API of a peer is asked; undefined where that is not allowed. The host is that of its replication
 * URL, or its name. Both come from whoever has got the peer into the cluster. So nothing but a host is taken of them,
 * and only one that HARPER_DISCOVERY_HOSTS allows: a login goes there.
 */
export function addressOf({ name, url }: Pick<Peer, 'name' | 'url'>, discovery: Discovery): HarperAddress | undefined {
  const host = url === null ? hostOf(name) : hostOfUrl(url);
  if (host === undefined) return undefined;
  const found = URL.parse(discovery.template.replace('{host}', host));
  const [before = '', after = ''] = hostPartOf(discovery.template).split('{host}');
  // The host must be what it was made of, as the URL is read in the end.
  const isWhole = found !== null && found.hostname === `${before}${host}${after}`.toLowerCase();
  if (!isWhole || found.username !== '' || found.password !== '' || found.pathname !== '/') return undefined;
  if (!isAllowedHost(found.hostname, discovery.hosts)) return undefined;
  return { origin: found.origin, displayUrl: found.origin };
}

function hostOfUrl(url: string): string | undefined {
  const parsed = URL.parse(url);
  // Only what a replication URL can be: of another scheme the host is not read in the same way.
  if (parsed === null || !['ws:', 'wss:'].includes(parsed.protocol)) return undefined;
  if (parsed.username !== '' || parsed.password !== '') return undefined;
  return hostOf(parsed.hostname.replace(/^\[|\]$/g, ''));
}

/** What stands for the host in a template. */
function hostPartOf(template: string): string {
  return template.replace(/^https?:\/\//, '').replace(/(:\d+)?\/?$/, '');
}
